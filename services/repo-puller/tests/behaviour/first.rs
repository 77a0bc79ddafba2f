//! The first process of a container: it buries the dead, passes signals on, and ends as its child does.

use std::{fs, process::Command};

use harness::process::{Program, complain};

use crate::scene::{Scene, script};

/// The words that make a program the first of a namespace of processes. None where that is not permitted.
fn first() -> Option<Program> {
    let words = ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
    if !Command::new("unshare").args(words).arg("true").status().is_ok_and(|status| status.success()) {
        complain("No namespace of our own is permitted here: the first process of a container is not tested");
        return None;
    }
    Some(words.iter().fold(Program::at("/usr/bin/unshare".into()), |program, word| program.arg(word)))
}

#[test]
fn the_first_process_buries_orphans_and_ends_as_its_child_does() {
    let scene = Scene::new();
    let Some(unshare) = first() else { return };
    let orphan = "sh -c 'sleep 0.1 & exit'; sleep 0.5; grep -l 'State:.Z' /proc/[0-9]*/status > ../../../zombies; test -n \"$GOOD\"";
    script(&scene.beside("hook"), orphan);
    let puller = unshare.arg(&harness::executables::path("repo-puller").display().to_string());
    let puller = puller.arg(&format!("--repo={}", scene.url())).arg(&format!("--root={}", scene.root().display()));
    let puller = puller.arg("--link=link").arg("--one-time");
    let hook = format!("--exechook-command={}", scene.beside("hook").display());
    for (good, code) in [("", 1), ("yes", 0)] {
        let (status, lines) = puller.clone().arg(&hook).env("GOOD", good).finish();
        assert_eq!(status.code(), Some(code), "{}", lines.tail());
        assert_eq!(fs::read_to_string(scene.beside("zombies")).expect("looked"), "");
    }
    scene.assert_exact();
}
