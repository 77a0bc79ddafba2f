//! A clock on the wall that is set while it runs, or between two runs: nothing stops, and nothing goes before its time.

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use harness::{
    http,
    process::{Program, Running, complain},
};

use crate::scene::{Flag as _, Scene, metric, until};

const HOUR: i64 = 3600;
const YEAR: i64 = 8760 * HOUR;

/// A clock for a puller and every git that it runs: the real one, shifted.
struct Clock<'a>(&'a Scene);

impl Clock<'_> {
    /// The puller by this clock. None where no library can be made that takes the real one's place.
    fn of(&self, puller: Program) -> Option<Program> {
        let library = self.0.beside("clock.so");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-o"]).arg(&library);
        cc.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/clock/shim.c"));
        if !cfg!(target_os = "linux") || !cc.status().is_ok_and(|status| status.success()) {
            complain("No library can be made here that sets the clock of a process: a clock that is set is not tested");
            return None;
        }
        self.shift(0);
        Some(puller.env("LD_PRELOAD", library.display()).env("CLOCK_FILE", self.0.beside("clock").display()))
    }

    /// Sets it to so many seconds after the real one.
    fn shift(&self, seconds: i64) {
        fs::write(self.0.beside("next"), seconds.to_string()).expect("written");
        fs::rename(self.0.beside("next"), self.0.beside("clock")).expect("set");
    }
}

fn looks_again(puller: &Running) {
    let noops = || metric(puller, "git_sync_count_total{status=\"noop\"}").parse().unwrap_or(0);
    let seen = noops();
    until("it has looked again", || noops() > seen + 2);
}

fn seconds_of_last_success(puller: &Running) -> f64 {
    metric(puller, "git_sync_last_success_timestamp_seconds").parse().expect("a time")
}

#[test]
fn a_clock_that_is_set_stops_nothing_and_removes_no_tree_before_its_time() {
    let scene = Scene::new();
    let clock = Clock(&scene);
    let Some(puller) = clock.of(scene.puller().flag("stale-worktree-timeout", "2h")) else { return };
    let puller = puller.flag("max-staleness", "1m").start();
    let mut trees = vec![scene.repository.head()];
    scene.wait_for(&trees[0]);
    let ready = format!("http://{}/readyz", puller.address("public"));
    let before = seconds_of_last_success(&puller);
    for shift in [HOUR, -HOUR, YEAR, -YEAR] {
        clock.shift(shift);
        looks_again(&puller);
        let drift = seconds_of_last_success(&puller) - before;
        assert_eq!(drift > 0.0, shift > 0, "the clock was not set: {drift}");
        assert_eq!(http::get(&ready).expect("an answer").status, 200, "{shift}");
        let commit = scene.repository.publish(&[("README.md", &format!("# {shift}\n"))]);
        scene.wait_for(&commit);
        scene.assert_exact();
        trees.push(commit);
        looks_again(&puller);
        trees.sort();
        assert_eq!(scene.trees(), trees, "{shift}");
    }
}

#[test]
fn a_stale_tree_goes_in_time_though_the_clock_was_set_back() {
    let scene = Scene::new();
    let clock = Clock(&scene);
    let Some(puller) = clock.of(scene.puller().flag("stale-worktree-timeout", "1s")) else { return };
    let puller = puller.start();
    scene.wait_for(&scene.repository.head());
    clock.shift(-YEAR);
    let next = scene.repository.publish(&[("README.md", "# Next\n")]);
    scene.wait_for(&next);
    until("the first has gone", || scene.trees() == [next.clone()]);
    looks_again(&puller);
}

#[test]
fn trees_from_another_time_are_kept_while_they_are_published_and_go_when_they_are_not() {
    let century = Duration::from_secs(100 * YEAR.unsigned_abs());
    for time in [SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + century] {
        let scene = Scene::new();
        let (first, once) = (scene.repository.head(), || scene.once().flag("stale-worktree-timeout", "1h").finish());
        assert!(once().0.success());
        let second = scene.repository.publish(&[("README.md", "# Second\n")]);
        assert!(once().0.success());
        for commit in [&first, &second] {
            let tree = scene.root().join(".worktrees").join(commit);
            File::open(tree).and_then(|tree| tree.set_modified(time)).expect("dated");
        }
        let puller = scene.puller().flag("stale-worktree-timeout", "1s").start();
        until("the first has gone", || scene.trees() == [second.clone()]);
        looks_again(&puller);
        scene.assert_exact();
    }
}
