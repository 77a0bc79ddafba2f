//! A remote whose own history is cut off: it gives what it has, and that is enough.

use std::fs;

use harness::forge::{Forge, Nature};

use crate::scene::{Flag as _, Scene, git};

/// A scene whose remote has the last two of five commits; and where it keeps the whole history.
fn cut_off() -> (Scene, std::path::PathBuf) {
    let scene = Scene::new();
    for round in 0..4 {
        scene.repository.publish(&[("README.md", &format!("# Round {round}\n"))]);
    }
    let (remote, whole) = (scene.repository.url(), scene.beside("whole.git"));
    fs::rename(&remote, &whole).expect("moved");
    let from = format!("file://{}", whole.display());
    git(scene.folder.path(), &["clone", "--quiet", "--bare", "--depth", "2", &from, &remote]);
    assert_eq!(git(remote.as_ref(), &["rev-parse", "--is-shallow-repository"]), "true");
    (scene, whole)
}

fn commits(scene: &Scene) -> String {
    git(&scene.link(), &["rev-list", "--count", "HEAD"])
}

#[test]
fn a_remote_with_a_cut_off_history_is_taken_as_it_is_by_every_way_and_at_every_depth() {
    for over_http in [false, true] {
        let (scene, whole) = cut_off();
        let forge = Forge::of(&scene.repository, Nature::default());
        let url = if over_http { forge.url() } else { scene.url() };
        for (depth, count) in [("0", "2"), ("1", "1"), ("0", "2"), ("5", "2"), ("0", "2")] {
            let (status, lines) = scene.once().flag("repo", &url).flag("depth", depth).finish();
            assert!(status.success(), "{url} --depth={depth}: {}", lines.tail());
            assert_eq!(commits(&scene), count, "{url} --depth={depth}");
            scene.assert_exact();
        }
        let mut puller = scene.puller().flag("repo", &url).flag("depth", 0).start();
        scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
        assert_eq!(commits(&scene), "3");
        assert!(puller.terminate().success());
        let whole = format!("file://{}", whole.display());
        git(scene.repository.url().as_ref(), &["fetch", "--quiet", "--unshallow", &whole]);
        assert!(scene.once().flag("repo", &url).flag("depth", 0).finish().0.success());
        assert_eq!(commits(&scene), "6", "{url}: the rest of the history was not fetched when it was there");
    }
}
