//! A disk that is full, or read-only: a small file system of the test's own, where the kernel lets an ordinary user make
//! one.

use harness::process::{Program, complain};

use crate::scene::{Scene, until};

/// Makes the disk read-only while there is a file `$SHUT`.
const SHUTTER: &str = r#"
shutter() {
    state=rw
    while kill -0 $$ 2> /dev/null; do
        if [ -e "$SHUT" ]; then wanted=ro; else wanted=rw; fi
        [ $wanted = $state ] || { mount -o remount,$wanted "$ROOT" 2> /dev/null && state=$wanted; }
        sleep 0.02
    done
}
shutter & "#;

/// The puller in a namespace whose root is a file system of so many MiB. None where that is not permitted.
fn confined(scene: &Scene, mebibytes: usize) -> Option<Program> {
    let unshare = std::process::Command::new("unshare").args(["--user", "--map-root-user", "--mount", "true"]).status();
    if !unshare.is_ok_and(|status| status.success()) {
        complain("No namespace of our own is permitted here: the full disk that fails is not tested");
        return None;
    }
    std::fs::create_dir_all(scene.root()).expect("made");
    let puller = harness::executables::path("repo-puller").display().to_string();
    let root = scene.root().display().to_string();
    let mount = format!("mount -t tmpfs -o size={mebibytes}m tmpfs \"$ROOT\" || exit 99");
    let run = format!("{mount}\n{SHUTTER}\nexec '{puller}' \"$@\"");
    let program = Program::at("/usr/bin/unshare".into());
    let words = ["--user", "--map-root-user", "--mount", "sh", "-c", &run, "sh"];
    let program = words.iter().fold(program, |program, word| program.arg(word));
    let program = program.env("ROOT", &root).env("SHUT", scene.beside("shut").display());
    Some(program.arg(&format!("--root={root}")).arg("--link=link").arg("--period=50ms").arg("--max-failures=-1"))
}

#[test]
fn a_full_disk_costs_the_next_revision_and_nothing_else() {
    let scene = Scene::new();
    let Some(program) = confined(&scene, 4) else { return };
    let puller = program.arg(&format!("--repo={}", scene.url())).start();
    let first = scene.repository.head();
    puller.lines().wait_for("Published", |line| line.text("commit") == first);
    let noise: String = (0..700_000u32).map(|number| format!("{:08x}", number.wrapping_mul(2_654_435_761))).collect();
    scene.repository.publish(&[("large", &noise)]);
    let full = |line: &str| line.contains("is full") && line.contains("git reset failed");
    puller.lines().wait_for("Sync failed", |line| full(line.text("error")));
    puller.lines().wait_for("Sync failed", |line| line.number("failures") >= 2);
    scene.repository.git(&["rm", "--quiet", "large"]);
    let small = scene.repository.publish(&[("README.md", "# Small again\n")]);
    puller.lines().wait_for("Published", |line| line.text("commit") == small);
}

#[test]
fn a_disk_that_turns_read_only_costs_the_next_revision_and_nothing_else() {
    let scene = Scene::new();
    let Some(program) = confined(&scene, 4) else { return };
    let puller = program.arg(&format!("--repo={}", scene.url())).start();
    let first = scene.repository.head();
    puller.lines().wait_for("Published", |line| line.text("commit") == first);
    std::fs::write(scene.beside("shut"), "").expect("shut");
    let pid = puller.pid().as_raw_nonzero();
    let inside = std::path::PathBuf::from(format!("/proc/{pid}/root{}", scene.root().display()));
    until("it is shut", || std::fs::write(inside.join("probe"), "").is_err());
    let next = scene.repository.publish(&[("README.md", "# Next\n")]);
    let failed = puller.lines().wait_for("Sync failed", |line| line.number("failures") >= 2);
    assert!(failed.text("error").to_lowercase().contains("read-only file system"), "{failed:?}");
    assert_eq!(std::fs::read_to_string(inside.join("link/deep/two.txt")).expect("there"), "two\n");
    std::fs::remove_file(scene.beside("shut")).expect("opened");
    puller.lines().wait_for("Published", |line| line.text("commit") == next);
}
