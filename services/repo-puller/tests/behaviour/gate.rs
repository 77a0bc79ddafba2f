//! A program that is asked before a commit is published, and what becomes of one that it refuses.

use std::fs;

use harness::{http, process::Program};

use crate::scene::{Flag as _, Scene, metric, script, until};

/// A puller whose gate refuses trees with a file `bad`, and notes what it was asked.
fn gated(scene: &Scene) -> Program {
    script(
        &scene.beside("gate"),
        "echo $GITSYNC_HASH >> ../../../asked; test ! -e bad || { echo It is bad >&2; exit 3; }",
    );
    let puller = scene.puller().flag("publish-gate-command", scene.beside("gate").display());
    puller.flag("publish-gate-backoff", "1s").flag("error-file", "error")
}

fn asked(scene: &Scene) -> Vec<String> {
    fs::read_to_string(scene.beside("asked")).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn a_commit_that_is_refused_is_told_of_and_not_shown_and_the_one_before_goes_on() {
    let scene = Scene::new();
    script(&scene.beside("hook"), "echo $GITSYNC_HASH >> ../../../told");
    let hook = scene.beside("hook").display().to_string();
    let puller =
        gated(&scene).flag("exechook-command", hook).flag("max-failures", 1).flag("max-staleness", "2s").start();
    let first = scene.repository.head();
    scene.wait_for(&first);
    let bad = scene.repository.publish(&[("bad", "")]);
    let refused = puller.lines().wait_for("Refused by the gate", |line| line.text("commit") == bad);
    assert!(refused.text("error").contains("It is bad"), "{refused:?}");
    until("it was asked for again", || asked(&scene).iter().filter(|commit| **commit == bad).count() > 2);
    assert_eq!(scene.shown(), first);
    assert!(scene.link().join("README.md").exists() && !scene.link().join("bad").exists());
    let told = fs::read_to_string(scene.root().join("error")).expect("an error file");
    assert!(told.contains(&bad) && told.contains("It is bad"), "{told}");
    let url = format!("http://{}/readyz", puller.address("public"));
    assert_eq!(http::get(&url).expect("an answer").status, 200, "readers are turned away from what is good");
    scene.repository.git(&["rm", "--quiet", "bad"]);
    let good = scene.repository.push("Remove what is bad");
    scene.wait_for(&good);
    until("the error file is gone", || !scene.root().join("error").exists());
    until("the hook is told", || {
        fs::read_to_string(scene.beside("told")).is_ok_and(|text| text == format!("{first}\n{good}\n"))
    });
    let runs = |status: &str| {
        metric(&puller, &format!("git_sync_hook_run_count_total{{name=\"publish-gate\",status=\"{status}\"}}"))
    };
    assert_eq!(runs("success"), "2");
    assert!(runs("error").parse::<u32>().is_ok_and(|runs| runs > 2));
}

#[test]
fn a_push_that_is_taken_back_is_refused_no_more() {
    let scene = Scene::new();
    let puller = gated(&scene).flag("publish-gate-backoff", "1h").start();
    let first = scene.repository.head();
    scene.wait_for(&first);
    let bad = scene.repository.publish(&[("bad", "")]);
    puller.lines().wait_for("Refused by the gate", |_| true);
    let noops = || metric(&puller, "git_sync_count_total{status=\"noop\"}").parse().unwrap_or(0);
    let seen = noops();
    until("it has looked again", || noops() > seen + 2);
    assert_eq!(asked(&scene), [first.clone(), bad]);
    scene.repository.force_back(&first);
    until("the error file is gone", || !scene.root().join("error").exists());
    assert_eq!(scene.shown(), first);
}

#[test]
fn a_gate_that_refuses_at_the_start_leaves_what_was_published_and_is_a_failure_where_there_is_nothing() {
    let scene = Scene::new();
    let good = scene.repository.head();
    let bad = scene.repository.publish(&[("bad", "")]);
    let (status, lines) = gated(&scene).flag("max-failures", 0).finish();
    assert_eq!(status.code(), Some(1), "{}", lines.tail());
    assert!(lines.tail().contains("--publish-gate-command (GITSYNC_PUBLISH_GATE_COMMAND)"), "{}", lines.tail());
    assert!(!scene.link().exists());
    assert!(scene.once().flag("ref", &good).finish().0.success());
    assert_eq!(gated(&scene).arg("--one-time").flag("max-failures", 0).finish().0.code(), Some(1));
    assert_eq!(scene.shown(), good);
    let mut puller = gated(&scene).start();
    puller.lines().wait_for("Refused by the gate", |line| line.text("commit") == bad);
    assert_eq!(scene.shown(), good);
    assert!(puller.terminate().success());
}

#[test]
fn a_gate_that_hangs_is_ended_and_has_refused() {
    let scene = Scene::new();
    let mut puller = gated(&scene).flag("publish-gate-timeout", "1s").start();
    let first = scene.repository.head();
    scene.wait_for(&first);
    script(&scene.beside("gate"), "echo $$ > ../../../pid; exec sleep 1000");
    scene.repository.publish(&[("README.md", "# Next\n")]);
    puller.lines().wait_for("Refused by the gate", |line| line.text("error").contains("did not end within 1s"));
    assert_eq!(scene.shown(), first);
    let pid = fs::read_to_string(scene.beside("pid")).expect("a pid");
    assert!(puller.terminate().success());
    until("it is gone", || !std::path::Path::new(&format!("/proc/{}", pid.trim())).exists());
}
