//! Killed at every step: what starts next is whole again, and fetches nothing that it has.

use std::fs;

use harness::forge::{Forge, Nature};
use rustix::process::Signal;

use crate::scene::{Flag as _, Scene, script, until};

/// A git that kills its caller before or after its call number `$AT`, counted in halves.
const KILLER: &str = r#"
count=$(cat "$COUNT" 2>/dev/null || echo 0)
count=$((count + 2)); echo $count > "$COUNT"
[ $count -eq $AT ] && { kill -9 $PPID; exit 1; }
git "$@"; status=$?
[ $((count + 1)) -eq $AT ] && { kill -9 $PPID; exit 1; }
exit $status"#;

/// Starts a puller that is killed at half-call `at`, and waits for that. False if it lived to show `commit`.
fn dies_at(scene: &Scene, at: usize, commit: &str) -> bool {
    let _ = fs::remove_file(scene.beside("count"));
    let killed =
        scene.puller().flag("git", scene.beside("git").display()).env("COUNT", scene.beside("count").display());
    let mut killed = killed.env("AT", at).start();
    until("it is killed or done", || scene.shown() == commit || dead(&killed));
    if dead(&killed) {
        return true;
    }
    killed.signal(Signal::KILL);
    killed.wait();
    false
}

fn dead(running: &harness::process::Running) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", running.pid().as_raw_nonzero())).unwrap_or_default();
    stat.is_empty() || stat.contains(") Z ")
}

#[test]
fn killed_before_and_after_each_step_of_the_first_sync_it_starts_whole() {
    let mut deaths = 0;
    for at in 2..16 {
        let scene = Scene::new();
        script(&scene.beside("git"), KILLER);
        deaths += usize::from(dies_at(&scene, at, &scene.repository.head()));
        let (status, lines) = scene.once().finish();
        assert!(status.success(), "killed at {at}: {}", lines.tail());
        scene.assert_exact();
    }
    assert!(deaths >= 12, "it was killed {deaths} times");
}

#[test]
fn killed_before_and_after_each_step_of_an_update_it_starts_whole_and_readers_do_not_notice() {
    let mut deaths = 0;
    for at in 2..24 {
        let scene = Scene::new();
        script(&scene.beside("git"), KILLER);
        let mut puller = scene.puller().start();
        for round in 0..2 {
            scene.wait_for(&scene.repository.publish(&[("README.md", &format!("# Round {round}\n"))]));
        }
        until("there is a spare", || scene.root().join(".puller/spare/tree").exists());
        assert!(puller.terminate().success());
        let commit = scene.repository.publish(&[("README.md", "# Next\n"), ("new.txt", "new\n")]);
        deaths += usize::from(dies_at(&scene, at, &commit));
        assert_eq!(scene.read("deep/two.txt"), "two\n", "killed at {at}");
        let _puller = scene.puller().start();
        scene.wait_for(&commit);
        scene.assert_exact();
    }
    assert!(deaths >= 12, "it was killed {deaths} times");
}

#[test]
fn a_pack_that_is_here_is_not_fetched_again() {
    let noise: String = (0..60_000u32).map(|number| format!("{:08x}", number.wrapping_mul(2_654_435_761))).collect();
    let scene = Scene::new();
    scene.repository.publish(&[("large", &noise)]);
    script(&scene.beside("git"), "if [ \"$1\" = fetch ]; then git \"$@\"; kill -9 $PPID; exit 1; fi; exec git \"$@\"");
    let forge = Forge::of(&scene.repository, Nature::default());
    let puller = scene.puller().flag("repo", forge.url());
    let mut killed = puller.clone().flag("git", scene.beside("git").display()).start();
    killed.wait();
    let largest = |from: usize| forge.seen().iter().skip(from).map(|seen| seen.answered).max().unwrap_or(0);
    let (seen, first) = (forge.seen().len(), largest(0));
    assert!(first > 100_000, "the pack has {first} bytes");
    let _puller = puller.start();
    scene.wait_for(&scene.repository.head());
    scene.assert_exact();
    let again = largest(seen);
    assert!(again < 10_000, "{again} bytes were fetched again, of {first}");
}

#[test]
fn killed_while_git_works_nothing_of_it_goes_on() {
    let scene = Scene::new();
    script(
        &scene.beside("git"),
        "if [ \"$1\" = fetch ]; then echo $$ > \"$PIDS\"; exec sleep 1000; fi; exec git \"$@\"",
    );
    let puller = scene.puller().flag("git", scene.beside("git").display()).env("PIDS", scene.beside("pid").display());
    let mut puller = puller.start();
    until("git hangs", || fs::read_to_string(scene.beside("pid")).is_ok_and(|text| text.ends_with('\n')));
    puller.signal(Signal::KILL);
    puller.wait();
    let pid = fs::read_to_string(scene.beside("pid")).expect("a pid");
    until("git is gone", || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    });
    assert!(scene.once().finish().0.success());
}
