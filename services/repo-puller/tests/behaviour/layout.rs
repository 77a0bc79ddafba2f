//! What is on disk, and how it is named: git-sync's layout, which others rely on.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::scene::{Flag as _, Scene, git, names};

#[test]
fn a_commit_is_a_worktree_named_by_it_behind_a_relative_link() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    let target = fs::read_link(scene.link()).expect("a link");
    assert_eq!(target.to_string_lossy(), format!(".worktrees/{}", scene.repository.head()));
    assert_eq!(git(&scene.link(), &["rev-parse", "HEAD"]), scene.repository.head());
    assert_eq!(git(&scene.link(), &["status", "--porcelain"]), "");
    scene.assert_exact();
}

#[test]
fn the_root_may_be_mounted_anywhere() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    let elsewhere = scene.beside("elsewhere");
    fs::rename(scene.root(), &elsewhere).expect("moved");
    assert_eq!(git(&elsewhere.join("link"), &["rev-parse", "HEAD"]), scene.repository.head());
}

#[test]
fn a_link_may_be_deep_in_the_root_or_outside_of_it() {
    for link in ["a/b/link".to_owned(), "OUTSIDE".to_owned()] {
        let scene = Scene::new();
        let link = if link == "OUTSIDE" { scene.beside("other/link").display().to_string() } else { link };
        assert!(scene.puller().flag("link", &link).arg("--one-time").finish().0.success());
        assert_eq!(fs::read_to_string(scene.root().join(link).join("deep/two.txt")).expect("a file"), "two\n");
    }
}

#[test]
fn a_root_that_is_full_of_other_things_is_emptied_and_one_in_another_repository_is_its_own() {
    let scene = Scene::new();
    fs::create_dir_all(scene.root().join("junk")).expect("made");
    fs::write(scene.root().join("file"), "junk").expect("written");
    git(scene.folder.path(), &["init", "--quiet"]);
    assert!(scene.once().finish().0.success());
    assert_eq!(names(&scene.root()), [".git", ".puller", ".worktrees", "link"]);
}

#[test]
fn a_root_behind_links_is_found() {
    let scene = Scene::new();
    fs::create_dir(scene.beside("real")).expect("made");
    std::os::unix::fs::symlink("real", scene.root()).expect("a link");
    assert!(scene.once().finish().0.success());
    assert_eq!(names(&scene.beside("real")), [".git", ".puller", ".worktrees", "link"]);
    assert_eq!(scene.read("deep/two.txt"), "two\n");
}

#[test]
fn a_group_may_write_when_it_is_asked_for() {
    let mode =
        |scene: &Scene| fs::metadata(scene.link().join("README.md")).expect("there").permissions().mode() & 0o777;
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    assert_eq!(mode(&scene), 0o644);
    let scene = Scene::new();
    assert!(scene.once().arg("--group-write").flag("git-gc", "off").finish().0.success());
    assert_eq!(mode(&scene), 0o664);
    let branch = fs::metadata(scene.root().join(".git/refs/heads/git-sync")).expect("a branch");
    assert_eq!(branch.permissions().mode() & 0o777, 0o664);
}

#[test]
fn another_repository_in_the_same_root_takes_its_place() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    let other = Scene::new();
    other.repository.publish(&[("README.md", "# Other\n")]);
    assert!(scene.once().flag("repo", other.url()).finish().0.success());
    assert_eq!(scene.read("README.md"), "# Other\n");
    assert_eq!(scene.trees(), [other.repository.head()]);
}

#[test]
fn trees_of_an_older_release_beside_the_link_are_replaced() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    let commit = scene.repository.head();
    fs::rename(scene.root().join(".worktrees").join(&commit), scene.root().join(&commit)).expect("moved");
    fs::remove_file(scene.link()).expect("removed");
    std::os::unix::fs::symlink(&commit, scene.link()).expect("a link");
    scene.repository.publish(&[("README.md", "# Next\n")]);
    assert!(scene.once().finish().0.success());
    assert_eq!(scene.read("README.md"), "# Next\n");
    assert!(!scene.root().join(commit).exists());
}
