//! The first process of a container: it buries the dead, passes signals on, and ends as its child does.

use std::{fs, process::Command};

use harness::process::{Program, complain};
use rustix::process::{Pid, Signal, kill_process};

use crate::scene::{Flag as _, Scene, script};

/// The words that make a program the first of a namespace of processes. None where that is not permitted.
fn first() -> Option<Program> {
    let words = ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
    if !Command::new("unshare").args(words).arg("true").status().is_ok_and(|status| status.success()) {
        complain("No namespace of our own is permitted here: the first process of a container is not tested");
        return None;
    }
    Some(words.iter().fold(Program::at("/usr/bin/unshare".into()), |program, word| program.arg(word)))
}

fn pulling(unshare: Program, scene: &Scene) -> Program {
    let puller = unshare.arg(&harness::executables::path("repo-puller").display().to_string());
    puller.flag("repo", scene.url()).flag("root", scene.root().display()).flag("link", "link")
}

#[test]
fn the_first_process_passes_on_every_signal_that_can_ask_for_a_sync() {
    let scene = Scene::new();
    let Some(unshare) = first() else { return };
    let puller = pulling(unshare, &scene).flag("period", "1h").flag("sync-on-signal", "ALRM").start();
    scene.wait_for(&scene.repository.head());
    let children = format!("/proc/{0}/task/{0}/children", puller.pid().as_raw_nonzero());
    let first = fs::read_to_string(children).expect("children").trim().parse().ok().and_then(Pid::from_raw);
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    kill_process(first.expect("the first process"), Signal::ALARM).expect("sent");
    scene.wait_for(&commit);
}

#[test]
fn the_first_process_buries_orphans_and_ends_as_its_child_does() {
    let scene = Scene::new();
    let Some(unshare) = first() else { return };
    let orphan = "sh -c 'sleep 0.1 & exit'; sleep 0.5; grep -l 'State:.Z' /proc/[0-9]*/status > ../../../zombies; test -n \"$GOOD\"";
    script(&scene.beside("hook"), orphan);
    let puller = pulling(unshare, &scene).arg("--one-time");
    let hook = format!("--exechook-command={}", scene.beside("hook").display());
    for (good, code) in [("", 1), ("yes", 0)] {
        let (status, lines) = puller.clone().arg(&hook).env("GOOD", good).finish();
        assert_eq!(status.code(), Some(code), "{}", lines.tail());
        assert_eq!(fs::read_to_string(scene.beside("zombies")).expect("looked"), "");
    }
    scene.assert_exact();
}
