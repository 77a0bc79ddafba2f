//! What is fetched: refs of every kind, as much history as is wanted, submodules, and parts of a tree.

use std::fs;

use harness::repository::Repository;

use crate::scene::{Flag as _, Scene, git, metric, until};

#[test]
fn a_branch_that_ends_like_another_is_not_taken_for_it() {
    let scene = Scene::new();
    let main = scene.repository.head();
    scene.repository.git(&["checkout", "--quiet", "-b", "a/main"]);
    scene.repository.git(&["commit", "--quiet", "--allow-empty", "--message", "Elsewhere"]);
    scene.repository.git(&["push", "--quiet", "origin", "a/main"]);
    let puller = scene.puller().flag("ref", "main").start();
    scene.wait_for(&main);
    until("it has looked", || metric(&puller, "git_sync_count_total{status=\"noop\"}").parse().unwrap_or(0) > 2);
    assert_eq!(scene.shown(), main);
}

#[test]
fn a_tag_is_followed_when_it_moves_and_an_annotated_one_is_peeled() {
    for annotated in [false, true] {
        let scene = Scene::new();
        let tag = || {
            let kind: &[&str] = if annotated { &["--annotate", "--message", "x"] } else { &[] };
            scene.repository.git(&[&["tag", "--force", "v1"], kind].concat());
            scene.repository.git(&["push", "--quiet", "--force", "origin", "v1"]);
            scene.repository.head()
        };
        let first = tag();
        let _puller = scene.puller().flag("ref", "v1").start();
        scene.wait_for(&first);
        scene.repository.publish(&[("README.md", "# Second\n")]);
        assert_eq!(scene.shown(), first);
        scene.wait_for(&tag());
    }
}

#[test]
fn a_commit_is_synced_once_and_never_looked_for_again() {
    let scene = Scene::new();
    let first = scene.repository.head();
    scene.repository.publish(&[("README.md", "# Second\n")]);
    let puller = scene.puller().flag("ref", &first).start();
    puller.lines().wait_for("Nothing can change any more: the refs are commits", |_| true);
    assert_eq!(scene.shown(), first);
    scene.repository.lose();
    assert_eq!(metric(&puller, "git_sync_count_total{status=\"success\"}"), "1");
}

#[test]
fn another_depth_after_a_restart_is_the_depth_that_there_is() {
    let scene = Scene::new();
    for round in 0..3 {
        scene.repository.publish(&[("README.md", &format!("# Round {round}\n"))]);
    }
    for (depth, commits) in [("", "1"), ("2", "2"), ("1", "1"), ("0", "4"), ("3", "3")] {
        let (status, lines) = scene.once().flag("depth", depth).finish();
        assert!(status.success(), "{}", lines.tail());
        assert_eq!(git(&scene.link(), &["rev-list", "--count", "HEAD"]), commits, "--depth={depth}");
    }
}

/// A repository with a submodule that has a submodule.
fn nested() -> (Scene, [Repository; 2]) {
    let (inner, middle) =
        (Repository::with(&[("inner.txt", "inner\n")]), Repository::with(&[("middle.txt", "middle\n")]));
    let add = |to: &Repository, url: &str, path: &str| {
        git(&to.work(), &["submodule", "--quiet", "add", url, path]);
        to.push("Add a submodule");
    };
    add(&middle, &inner.url(), "inner");
    let scene = Scene::new();
    add(&scene.repository, &middle.url(), "middle");
    (scene, [inner, middle])
}

#[test]
fn submodules_are_filled_in_as_deep_as_they_are_wanted() {
    for (mode, middle, inner) in [("recursive", true, true), ("shallow", true, false), ("off", false, false)] {
        let (scene, _others) = nested();
        let (status, lines) =
            scene.once().flag("submodules", mode).flag("git-config", "protocol.file.allow:always").finish();
        assert!(status.success(), "{}", lines.tail());
        assert_eq!(scene.link().join("middle/middle.txt").exists(), middle, "{mode}");
        assert_eq!(scene.link().join("middle/inner/inner.txt").exists(), inner, "{mode}");
    }
}

#[test]
fn a_submodule_follows_and_another_choice_after_a_restart_holds() {
    let (scene, [_inner, middle]) = nested();
    let puller = || scene.puller().flag("git-config", "protocol.file.allow:always");
    assert!(puller().flag("submodules", "off").arg("--one-time").finish().0.success());
    assert!(!scene.link().join("middle/middle.txt").exists());
    let _puller = puller().start();
    until("it is filled in", || scene.link().join("middle/inner/inner.txt").exists());
    middle.publish(&[("middle.txt", "next\n")]);
    git(&scene.repository.work().join("middle"), &["pull", "--quiet", "origin", "main"]);
    scene.wait_for(&scene.repository.push("Move the submodule"));
    assert_eq!(scene.read("middle/middle.txt"), "next\n");
}

#[test]
fn a_published_tree_is_never_without_its_submodules_and_is_not_called_good_without_them() {
    let (scene, [_inner, middle]) = nested();
    let once = |mode: &str| {
        let once = scene.once().flag("git-config", "protocol.file.allow:always");
        once.flag("submodules", mode).finish().0.success()
    };
    assert!(once("off"));
    middle.lose();
    assert!(!once("recursive"), "it says that all is well without the submodules");
    assert!(!once("recursive"), "it believes that they are there");
    middle.find();
    assert!(once("recursive"));
    let inner = scene.link().join("middle/inner");
    assert_eq!(
        git(&inner, &["rev-parse", "--show-toplevel"]),
        fs::canonicalize(&inner).expect("there").display().to_string()
    );
    assert_eq!(git(&scene.link(), &["status", "--porcelain"]), "");
    let puller = scene.puller().flag("git-config", "protocol.file.allow:always").start();
    until("it has synced", || metric(&puller, "git_sync_count_total{status=\"success\"}") == "1");
    let record = scene.root().join(".git/worktrees").join(scene.shown());
    for _ in 0..3 {
        fs::write(record.join("HEAD"), "0000000000000000000000000000000000000000\n").expect("spoilt");
        until("it is good again", || {
            assert!(inner.join("inner.txt").exists(), "the submodules are missing");
            let is_good = fs::read_to_string(record.join("HEAD")).is_ok_and(|text| !text.starts_with("000"));
            is_good && record.join("contents").exists()
        });
    }
}

#[test]
fn only_a_part_of_a_tree_is_there_when_only_that_is_wanted() {
    let scene = Scene::new();
    fs::write(scene.beside("patterns"), "!/*\n!/*/\n/deep/\n!/deep/er/\n").expect("written");
    let _puller = scene.puller().flag("sparse-checkout-file", scene.beside("patterns").display()).start();
    scene.wait_for(&scene.repository.head());
    for (path, is_there) in [("deep/two.txt", true), ("deep/er", false), ("README.md", false)] {
        assert_eq!(scene.link().join(path).exists(), is_there, "{path}");
    }
    scene.wait_for(&scene.repository.publish(&[("deep/two.txt", "2\n"), ("other.txt", "x\n")]));
    assert_eq!(scene.read("deep/two.txt"), "2\n");
    assert!(!scene.link().join("other.txt").exists());
}

#[test]
fn objects_that_a_filter_leaves_out_are_fetched_when_they_are_needed() {
    let scene = Scene::new();
    git(&scene.repository.work().join("../remote.git"), &["config", "uploadpack.allowFilter", "true"]);
    git(&scene.repository.work().join("../remote.git"), &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let (status, lines) = scene.once().flag("filter", "blob:none").flag("depth", "0").finish();
    assert!(status.success(), "{}", lines.tail());
    scene.assert_exact();
}

#[test]
fn garbage_does_not_pile_up() {
    let scene = Scene::new();
    let noise: String = (0..400_000u32).map(|number| format!("{:08x}", number.wrapping_mul(2_654_435_761))).collect();
    scene.repository.publish(&[("big", &noise)]);
    let size = || {
        let output = std::process::Command::new("du").arg("-sk").arg(scene.root()).output().expect("du runs");
        String::from_utf8_lossy(&output.stdout)
            .split('\t')
            .next()
            .and_then(|size| size.parse::<u64>().ok())
            .expect("a size")
    };
    assert!(scene.once().finish().0.success());
    let with_big = size();
    scene.repository.git(&["rm", "--quiet", "big"]);
    scene.repository.push("Remove what is big");
    assert!(scene.once().finish().0.success());
    assert!(size() < with_big / 4, "{} of {with_big} KiB are left", size());
}
