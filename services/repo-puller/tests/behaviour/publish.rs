//! Publishing: what readers see while commits come, and what it leaves of the trees before.

use std::{
    fs::{self, File},
    os::unix::fs::MetadataExt as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rustix::fs::{FlockOperation, flock};

use crate::scene::{Flag as _, Scene, bare, until};

/// Pushes a change and waits until it is shown.
fn push(scene: &Scene, text: &str) -> String {
    let commit = scene.repository.publish(&[("README.md", text)]);
    scene.wait_for(&commit);
    until("only its tree is left", || scene.trees() == [commit.clone()]);
    commit
}

#[test]
fn pushes_are_followed_forward_and_back_and_each_tree_is_exact() {
    let scene = Scene::new();
    let _puller = scene.puller().start();
    let first = scene.repository.head();
    scene.wait_for(&first);
    for round in 0..4 {
        push(&scene, &format!("# Round {round}\n"));
        scene.assert_exact();
    }
    scene.repository.git(&["rm", "--quiet", "-r", "deep/er"]);
    scene.wait_for(&scene.repository.push("Remove a folder"));
    scene.assert_exact();
    scene.repository.force_back(&first);
    scene.wait_for(&first);
    scene.assert_exact();
}

#[test]
fn a_file_that_did_not_change_keeps_its_time() {
    let scene = Scene::new();
    let _puller = scene.puller().start();
    scene.wait_for(&scene.repository.head());
    (0..2).for_each(|round| drop(push(&scene, &format!("# Round {round}\n"))));
    let data =
        || fs::metadata(scene.link().join("deep/two.txt")).map(|data| (data.ino(), data.mtime_nsec())).expect("there");
    let before = data();
    (2..4).for_each(|round| drop(push(&scene, &format!("# Round {round}\n"))));
    assert_eq!(data(), before);
}

#[test]
fn whatever_was_done_to_the_spare_tree_is_not_published() {
    let scene = Scene::new();
    scene.repository.publish(&[("run.sh", "true\n"), ("a.txt", "a\n"), ("b.txt", "b\n"), ("c.txt", "c\n")]);
    let _puller = scene.puller().start();
    scene.wait_for(&scene.repository.head());
    push(&scene, "# Second\n");
    let spare = scene.root().join(".puller/spare/tree");
    until("there is a spare", || spare.join("a.txt").exists());
    fs::write(spare.join("a.txt"), "b\n").expect("changed");
    fs::remove_file(spare.join("b.txt")).expect("removed");
    fs::remove_file(spare.join("c.txt")).expect("removed");
    fs::create_dir_all(spare.join("c.txt/inner")).expect("a folder for a file");
    fs::create_dir(spare.join("empty")).expect("planted");
    fs::write(spare.join("deep/planted"), "x").expect("planted");
    fs::write(spare.join(".gitignore"), "*\n").expect("planted");
    fs::remove_dir_all(spare.join("deep/er")).expect("removed");
    std::os::unix::fs::symlink("/etc", spare.join("deep/er")).expect("a link for a folder");
    std::os::unix::fs::chown(spare.join("run.sh"), None, None).expect("touched");
    push(&scene, "# Third\n");
    scene.assert_exact();
}

#[test]
fn a_tree_that_was_written_otherwise_is_written_anew_and_never_becomes_the_next_one() {
    let mode = |path: &std::path::Path| fs::metadata(path).expect("there").mode() & 0o777;
    let scene = Scene::new();
    for (setting, text, expected) in
        [("", "two\n", 0o644), ("core.autocrlf:true", "two\r\n", 0o644), ("group", "two\n", 0o664)]
    {
        let puller = if setting == "group" {
            scene.puller().arg("--group-write")
        } else {
            scene.puller().flag("git-config", setting)
        };
        let mut puller = puller.start();
        scene.wait_for(&scene.repository.head());
        let spare = scene.root().join(".puller/spare/tree");
        for round in 0..3 {
            until("it is as wanted", || {
                scene.read("deep/two.txt") == text && mode(&scene.link().join("deep/two.txt")) == expected
            });
            push(&scene, &format!("# {setting} {round}\n"));
            until("there is a spare", || spare.exists());
        }
        assert_eq!((scene.read("deep/two.txt").as_str(), mode(&scene.link().join("deep/two.txt"))), (text, expected));
        assert!(puller.terminate().success());
    }
}

#[test]
fn attributes_that_change_files_that_did_not_change_are_honoured() {
    let scene = Scene::new();
    let _puller = scene.puller().start();
    scene.wait_for(&scene.repository.head());
    push(&scene, "# Second\n");
    let commit = scene.repository.publish(&[(".gitattributes", "*.txt eol=crlf text\n")]);
    scene.wait_for(&commit);
    assert_eq!(scene.read("deep/two.txt"), "two\r\n");
}

#[test]
fn a_tree_that_somebody_reads_stays_as_it_is_until_he_is_done() {
    let scene = Scene::new();
    let _puller = scene.puller().start();
    let first = scene.repository.head();
    scene.wait_for(&first);
    let tree = scene.root().join(".worktrees").join(&first);
    let lease = File::open(&tree).expect("open");
    flock(&lease, FlockOperation::NonBlockingLockShared).expect("locked");
    for round in 0..3 {
        scene.wait_for(&scene.repository.publish(&[("README.md", &format!("# Round {round}\n"))]));
    }
    assert_eq!(fs::read_to_string(tree.join("README.md")).expect("there"), "# Home\n");
    drop(lease);
    until("the tree has gone", || !tree.exists());
}

#[test]
fn a_stale_tree_stays_as_long_as_it_was_asked_for() {
    let scene = Scene::new();
    let _puller = scene.puller().flag("stale-worktree-timeout", "2s").start();
    let first = scene.repository.head();
    scene.wait_for(&first);
    let second = scene.repository.publish(&[("README.md", "# Second\n")]);
    scene.wait_for(&second);
    let mut both = vec![first, second.clone()];
    both.sort();
    assert_eq!(scene.trees(), both);
    until("the first has gone", || scene.trees() == [second.clone()]);
}

#[test]
fn a_published_file_is_never_missing() {
    let scene = Arc::new(Scene::new());
    let _puller = scene.puller().start();
    scene.wait_for(&scene.repository.head());
    let stop = Arc::new(AtomicBool::new(false));
    let probing = thread::spawn({
        let (scene, stop) = (Arc::clone(&scene), Arc::clone(&stop));
        move || {
            let (mut probes, mut missing) = (0, 0);
            while !stop.load(Ordering::Relaxed) || probes < 300 {
                probes += 1;
                missing += usize::from(fs::read(scene.link().join("deep/er/one.txt")).is_err());
            }
            (probes, missing)
        }
    });
    for round in 0..10 {
        push(&scene, &format!("# Round {round}\n"));
        // What makes git-sync remove the tree at once: its repository does not look as it should.
        let record = scene.root().join(".git/worktrees").join(scene.shown()).join("HEAD");
        fs::write(&record, "0000000000000000000000000000000000000000\n").expect("spoilt");
        until("it is good again", || fs::read_to_string(&record).is_ok_and(|text| !text.starts_with("000")));
    }
    stop.store(true, Ordering::Relaxed);
    let (probes, missing) = probing.join().expect("probed");
    assert!(probes >= 300 && missing == 0, "{missing} of {probes} probes found nothing");
}

#[test]
fn several_refs_have_a_link_each_and_one_repository() {
    let scene = Scene::new();
    scene.repository.git(&["tag", "--annotate", "--message", "One", "v1"]);
    scene.repository.git(&["push", "--quiet", "origin", "v1"]);
    let first = scene.repository.head();
    let puller = bare().flag("repo", scene.url()).flag("root", scene.root().display()).flag("period", "50ms");
    let _puller = puller.flag("refs", "main=link,v1=v1").start();
    scene.wait_for(&first);
    let second = scene.repository.publish(&[("README.md", "# Second\n")]);
    scene.wait_for(&second);
    assert_eq!(fs::read_to_string(scene.root().join("v1/README.md")).expect("there"), "# Home\n");
    assert_eq!(fs::read_link(scene.root().join("v1")).expect("a link").file_name().expect("a name"), first.as_str());
}

#[test]
fn a_plain_directory_is_published_where_no_link_can_be() {
    let scene = Scene::new();
    let once = || scene.once().flag("publish-mode", "copy").finish();
    assert!(once().0.success());
    assert!(fs::symlink_metadata(scene.link()).expect("there").is_dir());
    scene.assert_exact();
    assert!(!scene.link().join(".git").exists());
    scene.repository.git(&["rm", "--quiet", "deep/two.txt"]);
    scene.repository.publish(&[("README.md", "# Next\n")]);
    assert!(once().0.success());
    scene.assert_exact();
    let (status, lines) = scene.puller().flag("publish-mode", "copy").finish();
    assert_eq!(status.code(), Some(1), "{}", lines.tail());
}
