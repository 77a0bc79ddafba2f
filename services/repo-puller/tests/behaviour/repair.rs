//! Somebody has been at the root, or it was killed in the middle: it is made good, and what is good is kept.

use std::fs;

use harness::forge::{Forge, Nature};

use crate::scene::{Flag as _, Scene, git, until};

#[test]
fn a_published_tree_that_was_removed_comes_back_though_the_remote_is_away() {
    let scene = Scene::new();
    let _puller = scene.puller().flag("max-failures", -1).start();
    let commit = scene.repository.head();
    scene.wait_for(&commit);
    scene.repository.lose();
    fs::remove_dir_all(scene.root().join(".worktrees").join(&commit)).expect("removed");
    until("it is back", || scene.read("deep/two.txt") == "two\n");
    scene.assert_exact();
}

#[test]
fn a_commit_made_in_the_published_tree_is_undone() {
    let scene = Scene::new();
    let _puller = scene.puller().start();
    scene.wait_for(&scene.repository.head());
    fs::write(scene.link().join("README.md"), "unexpected\n").expect("changed");
    git(&scene.link(), &["commit", "--quiet", "--all", "--message", "Corrupt"]);
    until("it is undone", || scene.read("README.md") == "# Home\n");
    until("git agrees", || git(&scene.link(), &["rev-parse", "HEAD"]) == scene.repository.head());
}

#[test]
fn files_that_were_changed_in_the_published_tree_are_good_after_a_restart_and_others_are_left() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    fs::write(scene.link().join("README.md"), "unexpected\n").expect("changed");
    fs::remove_file(scene.link().join("deep/two.txt")).expect("removed");
    assert!(scene.once().finish().0.success());
    scene.assert_exact();
    fs::write(scene.link().join("made-by-a-hook"), "").expect("written");
    assert!(scene.once().finish().0.success());
    assert!(scene.link().join("made-by-a-hook").exists());
}

#[test]
fn a_link_that_was_removed_or_leads_elsewhere_is_set_again() {
    let scene = Scene::new();
    let _puller = scene.puller().start();
    let commit = scene.repository.head();
    scene.wait_for(&commit);
    fs::remove_file(scene.link()).expect("removed");
    scene.wait_for(&commit);
    fs::remove_file(scene.link()).expect("removed");
    std::os::unix::fs::symlink("/etc", scene.link()).expect("a link");
    scene.wait_for(&commit);
    assert_eq!(scene.read("deep/two.txt"), "two\n");
}

#[test]
fn a_repository_that_is_broken_is_made_anew_and_readers_do_not_notice() {
    for broken in ["HEAD", "config", "objects", "refs"] {
        let scene = Scene::new();
        assert!(scene.once().finish().0.success());
        let path = scene.root().join(".git").join(broken);
        if path.is_dir() { fs::remove_dir_all(&path) } else { fs::write(&path, "") }.expect("broken");
        let _puller = scene.puller().start();
        let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
        until("there is always a file", || {
            assert!(scene.link().join("deep/two.txt").exists(), "{broken}: nothing is published");
            scene.shown() == commit
        });
        scene.assert_exact();
    }
}

#[test]
fn what_is_removed_under_it_comes_back_login_and_lock_and_all() {
    let scene = Scene::new();
    let nature = Nature { authorization: Some("Basic bWU6c2VjcmV0".to_owned()), old: false };
    let forge = Forge::of(&scene.repository, nature);
    let puller = || scene.puller().flag("repo", forge.url()).flag("username", "me").env("GITSYNC_PASSWORD", "secret");
    let _puller = puller().flag("max-failures", -1).start();
    scene.wait_for(&scene.repository.head());
    fs::remove_dir_all(scene.root().join(".puller")).expect("removed");
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
    let away = scene.beside("away");
    for is_made_again in [false, true] {
        fs::rename(scene.root(), &away).expect("moved away");
        if is_made_again {
            fs::create_dir(scene.root()).expect("made");
        }
        until("it is back", || scene.shown() == scene.repository.head());
        scene.assert_exact();
        fs::remove_dir_all(&away).expect("removed");
        let (status, lines) = puller().arg("--one-time").finish();
        assert_eq!(status.code(), Some(1), "the root is not locked");
        assert!(lines.tail().contains("--root (GITSYNC_ROOT)"), "{}", lines.tail());
    }
}

#[test]
fn what_lies_among_the_trees_and_is_none_goes() {
    let scene = Scene::new();
    let _puller = scene.puller().start();
    scene.wait_for(&scene.repository.head());
    let trees = scene.root().join(".worktrees");
    let next = {
        // Made elsewhere: it may go before the second folder is in the first.
        fs::create_dir_all(scene.beside("not_a_hash/subdir")).expect("made");
        fs::rename(scene.beside("not_a_hash"), trees.join("not_a_hash")).expect("moved");
        fs::write(trees.join("not_a_folder"), "").expect("written");
        scene.repository.publish(&[("README.md", "# Next\n")])
    };
    scene.wait_for(&next);
    until("only the tree is left", || scene.trees() == [next.clone()]);
}

#[test]
fn a_tree_that_is_in_the_way_of_the_next_one_is_replaced() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    let next = scene.repository.publish(&[("README.md", "# Next\n")]);
    let tree = scene.root().join(".worktrees").join(&next);
    fs::create_dir_all(tree.join("half")).expect("made");
    fs::write(tree.join("README.md"), "half of it").expect("written");
    fs::create_dir_all(scene.root().join(".git/worktrees").join(&next)).expect("made");
    assert!(scene.once().finish().0.success());
    scene.assert_exact();
}

#[test]
fn locks_of_a_killed_git_are_removed_and_the_data_is_kept() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    let git = scene.root().join(".git");
    for lock in
        ["shallow.lock", "index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/git-sync.lock"]
    {
        fs::write(git.join(lock), "").expect("locked");
    }
    fs::write(git.join("objects/kept-by-us"), "").expect("written");
    scene.repository.publish(&[("README.md", "# Next\n")]);
    let (status, lines) = scene.once().finish();
    assert!(status.success(), "{}", lines.tail());
    assert_eq!(scene.read("README.md"), "# Next\n");
    assert!(git.join("objects/kept-by-us").exists(), "the repository was made anew");
}
