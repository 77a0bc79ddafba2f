//! What others rely on: exit codes, files that tell of success and failure, endpoints.

use std::fs;

use harness::{http, process::Program};
use rustix::process::Signal;

use crate::scene::{Flag as _, Scene, bare, metric, script, until};

#[test]
fn exit_codes_are_git_syncs() {
    let code = |program: Program| program.finish().0.code();
    let with = |arguments: &[&str]| arguments.iter().fold(bare(), |program, argument| program.arg(argument));
    for argument in ["--help", "-h", "-?", "--man", "--version"] {
        assert_eq!(code(with(&[argument])), Some(0), "{argument}");
    }
    for argument in ["--unknown", "-repo=x", "--period=10", "--depth", "-x"] {
        assert_eq!(code(with(&[argument])), Some(2), "{argument}");
    }
    assert_eq!(code(bare()), Some(1));
    assert_eq!(code(bare().env("GITSYNC_PERIOD", "soon")), Some(1));
    assert_eq!(code(bare().env("PORT", "many")), Some(78));
    let scene = Scene::new();
    assert_eq!(code(scene.once().flag("git", "/nowhere/git")), Some(1));
    assert_eq!(code(scene.once().flag("ref", "nowhere")), Some(1));
}

#[test]
fn a_wrong_configuration_is_one_line_that_names_flags_and_variables() {
    let (_, lines) = bare().env("GITSYNC_DEPTH", "-1").finish();
    let errors: Vec<_> = lines.logged().into_iter().filter(|line| line.text("level") == "ERROR").collect();
    assert_eq!(errors.len(), 1, "{}", lines.tail());
    for name in ["--repo (GITSYNC_REPO)", "--root (GITSYNC_ROOT)", "--depth (GITSYNC_DEPTH)"] {
        assert!(errors[0].text("problems").contains(name), "{errors:?}");
    }
}

#[test]
fn outdated_flags_and_variables_still_work_and_are_warned_of() {
    let scene = Scene::new();
    let root = scene.root().display().to_string();
    let puller = bare().env("GIT_SYNC_REPO", scene.url()).env("GIT_SYNC_ROOT", root).env("GIT_SYNC_BRANCH", "main");
    let (status, lines) =
        puller.env("GIT_SYNC_ONE_TIME", "true").flag("dest", "link").flag("max-sync-failures", 3).finish();
    assert!(status.success(), "{}", lines.tail());
    assert_eq!(scene.shown(), scene.repository.head());
    lines.wait_for("Flag or variable is outdated or unknown", |line| line.text("warning").contains("GIT_SYNC_REPO"));
}

#[test]
fn a_failure_is_in_the_error_file_in_gits_words_until_it_is_over() {
    for file in ["error.json", "ABSOLUTE"] {
        let scene = Scene::new();
        let path = if file == "ABSOLUTE" { scene.beside("dir/error.json") } else { scene.root().join(file) };
        let flag = if file == "ABSOLUTE" { path.display().to_string() } else { file.to_owned() };
        let (status, _) = scene.strict().flag("ref", "nowhere").flag("error-file", &flag).finish();
        assert_eq!(status.code(), Some(1));
        let told: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        assert!(told["Err"].as_str().is_some_and(|text| text.contains("couldn't find remote ref")), "{told}");
        assert!(scene.once().flag("error-file", &flag).finish().0.success());
        assert!(!path.exists());
    }
}

#[test]
fn what_keeps_it_from_starting_is_in_the_error_file_too() {
    let scene = Scene::new();
    let told = || fs::read_to_string(scene.root().join("error")).unwrap_or_default();
    let once = || scene.once().flag("error-file", "error");
    assert_eq!(once().flag("git", "/nowhere/git").finish().0.code(), Some(1));
    assert!(told().contains("--git, GITSYNC_GIT"), "{}", told());
    assert_eq!(once().flag("http-bind", "256.0.0.1:1").finish().0.code(), Some(1));
    assert!(told().contains("--http-bind, GITSYNC_HTTP_BIND"), "{}", told());
    assert_eq!(once().flag("depth", "-1").finish().0.code(), Some(1));
    assert!(told().contains("--depth (GITSYNC_DEPTH)"), "{}", told());
    assert!(once().finish().0.success());
    assert_eq!(told(), "");
}

#[test]
fn a_sync_that_is_made_once_bears_with_as_many_failures_as_it_was_told_to() {
    let scene = Scene::new();
    scene.repository.lose();
    let once = || scene.once().flag("init-period", "10ms");
    assert_eq!(once().finish().0.code(), Some(1), "none, where nothing is said");
    for (limit, failures) in [("0", 1), ("3", 3)] {
        let (status, lines) = once().flag("max-failures", limit).finish();
        assert_eq!(status.code(), Some(1), "{}", lines.tail());
        let failed = lines.logged().into_iter().filter(|line| line.text("message") == "Sync failed").count();
        assert_eq!(failed, failures, "--max-failures={limit}");
    }
    let mut patient = once().flag("max-failures", -1).start();
    patient.lines().wait_for("Sync failed", |line| line.number("failures") >= 2);
    scene.repository.find();
    assert!(patient.wait().success());
    scene.assert_exact();
}

#[test]
fn the_touch_file_comes_back_with_each_change_and_not_without() {
    let scene = Scene::new();
    let puller = scene.puller().flag("touch-file", "touched").start();
    let touched = scene.root().join("touched");
    let noops = || metric(&puller, "git_sync_count_total{status=\"noop\"}").parse().unwrap_or(0);
    for round in 0..3 {
        until("it is touched", || touched.exists());
        fs::remove_file(&touched).expect("removed");
        let seen = noops();
        until("it has looked again", || noops() > seen + 2);
        assert!(!touched.exists());
        scene.repository.publish(&[("README.md", &format!("# Round {round}\n"))]);
    }
}

#[test]
fn metrics_count_as_git_sync_counts() {
    let scene = Scene::new();
    let puller = scene.puller().start();
    let counts = |successes: &str, updates: &str| {
        until("it is counted", || metric(&puller, "git_sync_count_total{status=\"success\"}") == successes);
        assert_eq!(metric(&puller, "git_fetch_count_total"), updates);
    };
    counts("1", "1");
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    counts("2", "2");
    assert_eq!(metric(&puller, &format!("git_sync_current_hash_info{{ref=\"HEAD\",hash=\"{commit}\"}}")), "1");
    fs::remove_dir_all(scene.root().join(".worktrees").join(commit)).expect("removed");
    counts("3", "3");
    scene.repository.lose();
    until("failures are counted", || metric(&puller, "git_sync_consecutive_failures").parse().unwrap_or(0) > 1);
    assert!(metric(&puller, "git_sync_last_success_timestamp_seconds").parse::<f64>().is_ok_and(|time| time > 1e9));
}

#[test]
fn git_syncs_endpoint_says_no_until_the_first_sync_and_yes_for_ever() {
    let scene = Scene::new();
    scene.repository.lose();
    let puller = scene.puller().flag("max-failures", -1).flag("http-bind", "127.0.0.1:0");
    let puller = puller.arg("--http-metrics").arg("--http-pprof").start();
    let url = format!("http://{}", puller.address("git-sync"));
    let status = |path: &str| http::get(&format!("{url}{path}")).expect("an answer").status;
    assert_eq!((status("/"), status("/any"), status("/metrics"), status("/debug/pprof/")), (503, 503, 200, 200));
    scene.repository.find();
    until("it has synced", || status("/") == 200);
    scene.repository.lose();
    puller.lines().wait_after(puller.lines().count(), "Sync failed", |line| line.number("failures") > 2);
    assert_eq!((status("/"), status("/any")), (200, 200));
}

#[test]
fn readiness_ends_when_the_last_success_is_too_old_and_comes_back() {
    let scene = Scene::new();
    let puller = scene.puller().flag("max-staleness", "300ms").start();
    let url = format!("http://{}", puller.address("public"));
    let status = |path: &str| http::get(&format!("{url}{path}")).expect("an answer").status;
    until("it is ready", || status("/readyz") == 200);
    scene.repository.lose();
    until("it is stale", || status("/readyz") == 503);
    assert_eq!((status("/healthz"), status("/startupz")), (200, 200));
    scene.repository.find();
    until("it is ready again", || status("/readyz") == 200);
}

#[test]
fn failures_in_a_row_end_it_where_that_was_asked_for() {
    let scene = Scene::new();
    let mut puller = scene.puller().flag("max-failures", 3).start();
    scene.wait_for(&scene.repository.head());
    scene.repository.lose();
    assert_eq!(puller.wait().code(), Some(1));
    let failed = puller.lines().logged().into_iter().filter(|line| line.text("message") == "Sync failed").count();
    assert_eq!(failed, 3);
    assert_eq!(scene.read("deep/two.txt"), "two\n");
}

#[test]
fn the_first_failure_ends_it_where_nothing_was_asked_for() {
    let scene = Scene::new();
    let mut puller = scene.strict().start();
    scene.wait_for(&scene.repository.head());
    scene.repository.lose();
    assert_eq!(puller.wait().code(), Some(1));
    assert_eq!(scene.read("deep/two.txt"), "two\n");
}

#[test]
fn it_ends_well_and_soon_while_git_hangs_and_leaves_no_process_behind() {
    let scene = Scene::new();
    script(&scene.beside("git"), "if [ \"$1\" = fetch ]; then echo $$ > \"$PIDS\"; sleep 1000; fi; exec git \"$@\"");
    let puller = scene.puller().flag("git", scene.beside("git").display()).env("PIDS", scene.beside("pid").display());
    let mut running = puller.start();
    until("git hangs", || fs::read_to_string(scene.beside("pid")).is_ok_and(|text| text.ends_with('\n')));
    assert!(running.terminate().success());
    let pid = fs::read_to_string(scene.beside("pid")).expect("a pid");
    until("git is gone", || !std::path::Path::new(&format!("/proc/{}", pid.trim())).exists());
    let mut once = puller.arg("--one-time").start();
    once.lines().wait_for("Started", |_| true);
    once.signal(Signal::TERM);
    assert!(!once.wait().success(), "nothing was synced, and it says that all is well");
}

#[test]
fn a_git_that_takes_too_long_is_ended_and_tried_again() {
    let scene = Scene::new();
    let slow =
        "if [ \"$1\" = fetch ] && [ ! -e \"$MARK\" ]; then sleep 1000 & echo $! > \"$MARK\"; wait; fi; exec git \"$@\"";
    script(&scene.beside("git"), slow);
    let puller = scene.puller().flag("git", scene.beside("git").display()).flag("sync-timeout", "2s");
    let puller = puller.flag("max-failures", -1).env("MARK", scene.beside("mark").display()).start();
    puller.lines().wait_for("Sync failed", |line| line.text("error").contains("--sync-timeout (GITSYNC_SYNC_TIMEOUT)"));
    scene.wait_for(&scene.repository.head());
    let hung = fs::read_to_string(scene.beside("mark")).expect("a pid");
    until("what hung is gone", || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", hung.trim())).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    });
}
