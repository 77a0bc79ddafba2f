//! Syncing at once: by a signal, or by whoever knows the secret.

use harness::http;
use rustix::process::Signal;

use crate::scene::{Flag as _, Scene, script};

#[test]
fn a_signal_makes_it_look_at_once() {
    for name in ["SIGHUP", "HUP", "1"] {
        let scene = Scene::new();
        let puller = scene.puller().flag("period", "1h").flag("sync-on-signal", name).start();
        scene.wait_for(&scene.repository.head());
        let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
        puller.signal(Signal::HUP);
        scene.wait_for(&commit);
    }
}

/// The status of a `POST` with this header.
fn post(url: &str, header: &str, body: &str) -> u16 {
    let (name, value) = header.split_once(": ").expect("a header");
    http::post(url, &[(name, value)], body).expect("an answer").status
}

#[test]
fn whoever_knows_the_secret_makes_it_look_at_once_and_nobody_else() {
    let scene = Scene::new();
    let puller = scene.puller().flag("period", "1h").env("GITSYNC_SYNC_TOKEN", "s3cret").start();
    scene.wait_for(&scene.repository.head());
    let url = format!("http://{}/-/sync", puller.address("public"));
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    for wrong in
        ["Authorization: Bearer wrong", "X-Gitlab-Token: wrong", "X-Hub-Signature-256: sha256=00", "X-Nothing: s3cret"]
    {
        assert_eq!(post(&url, wrong, "{}"), 401, "{wrong}");
    }
    assert_ne!(scene.shown(), commit);
    assert_eq!(post(&url, "Authorization: Bearer s3cret", ""), 202);
    scene.wait_for(&commit);
    let push = |name: &str| format!(r#"{{"ref":"refs/heads/{name}","after":"{commit}"}}"#);
    assert_eq!(post(&url, "X-Gitlab-Token: s3cret", &push("main")), 202);
    assert!(!puller.lines().tail().contains("s3cret"));
}

#[test]
fn whoever_waits_is_told_what_came_of_the_sync() {
    let scene = Scene::new();
    script(&scene.beside("gate"), "test ! -e bad");
    let puller = scene.puller().flag("period", "1h").flag("max-failures", -1).env("GITSYNC_SYNC_TOKEN", "s3cret");
    let puller = puller.flag("publish-gate-command", scene.beside("gate").display()).flag("sync-timeout", "2s").start();
    scene.wait_for(&scene.repository.head());
    let url = format!("http://{}/-/sync", puller.address("public"));
    let wait = |wait: &str| {
        let answer = http::post(&format!("{url}?wait={wait}"), &[("X-Gitlab-Token", "s3cret")], "").expect("an answer");
        (answer.status, answer.body)
    };
    for wrong in ["soon", "61s", ""] {
        assert_eq!(wait(wrong).0, 400, "{wrong}");
    }
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    let expected = format!(r#"{{"published":[{{"commit":"{commit}","ref":"HEAD"}}]}}"#);
    assert_eq!(wait("15s"), (200, expected.clone()));
    assert_eq!(scene.shown(), commit);
    assert_eq!(wait("15s"), (200, expected));
    scene.repository.publish(&[("bad", "")]);
    let (status, refused) = wait("15s");
    assert!(status == 424 && refused.contains("refused"), "{status} {refused}");
    scene.repository.lose();
    let (status, failed) = wait("15s");
    assert!(status == 424 && failed.contains("does not appear to be a git repository"), "{status} {failed}");
    assert_eq!(wait("0s").0, 202);
}

#[test]
fn whoever_waits_for_a_sync_that_takes_longer_is_told_that_it_goes_on() {
    let scene = Scene::new();
    let slow =
        "[ \"$1\" != ls-remote ] || [ ! -e \"$SLOW\" ] || while [ -e \"$SLOW\" ]; do sleep 0.05; done; exec git \"$@\"";
    script(&scene.beside("git"), slow);
    let puller = scene.puller().flag("period", "1h").flag("git", scene.beside("git").display());
    let puller = puller.env("SLOW", scene.beside("slow").display()).env("GITSYNC_SYNC_TOKEN", "s3cret").start();
    scene.wait_for(&scene.repository.head());
    std::fs::write(scene.beside("slow"), "").expect("slowed down");
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    let url = format!("http://{}/-/sync?wait=100ms", puller.address("public"));
    assert_eq!(post(&url, "X-Gitlab-Token: s3cret", ""), 202);
    assert_ne!(scene.shown(), commit);
    std::fs::remove_file(scene.beside("slow")).expect("made quick");
    scene.wait_for(&commit);
}

#[test]
fn a_push_to_another_branch_is_not_ours() {
    let scene = Scene::new();
    let puller = scene.puller().flag("ref", "main").env("GITSYNC_SYNC_TOKEN", "s3cret").start();
    let url = format!("http://{}/-/sync", puller.address("public"));
    let body = format!(r#"{{"ref":"refs/heads/other","after":"{}"}}"#, "a".repeat(40));
    assert_eq!(post(&url, "X-Gitlab-Token: s3cret", &body), 200);
}

#[test]
fn calls_are_limited_and_a_process_without_a_secret_takes_none() {
    let scene = Scene::new();
    let puller = scene.puller().flag("period", "1h").env("GITSYNC_SYNC_TOKEN", "s3cret").start();
    let url = format!("http://{}/-/sync", puller.address("public"));
    let calls: Vec<_> = (0..15).map(|_| post(&url, "X-Gitlab-Token: s3cret", "")).collect();
    assert!(calls[..10].iter().all(|status| *status == 202) && calls.contains(&429), "{calls:?}");
    let open = scene.puller().flag("root", scene.beside("other").display()).start();
    let url = format!("http://{}/-/sync", open.address("public"));
    assert_eq!(post(&url, "Authorization: Bearer ", ""), 404);
}
