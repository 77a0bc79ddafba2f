//! Live configuration (III): a mounted folder overrides what may change, as a whole or not at all, without a restart.

use std::{
    fs,
    os::unix::fs::symlink,
    time::{Duration, Instant},
};

use harness::{
    http,
    mounted::Mounted,
    process::{Line, Program, Running},
    suite,
};
use rustix::process::Signal;
use tempfile::TempDir;

/// A web of a small checkout that follows `mounted`.
fn web(mounted: &Mounted) -> (TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("tree")).expect("a folder");
    fs::write(folder.path().join("tree/README.md"), "# Home\n").expect("written");
    symlink("tree", folder.path().join("current")).expect("a link");
    let web = suite::web(&folder.path().join("current")).env("CONFIG_DIR", mounted.path().display());
    (folder, web)
}

fn started(program: &Program) -> Running {
    let web = program.start();
    web.lines().wait_for("Revision live", |_| true);
    web
}

fn home(web: &Running) -> http::Response {
    http::get(&format!("http://{}/", web.address("public"))).expect("an answer")
}

/// The value of a metric, by its name and labels.
fn metric(web: &Running, name: &str) -> String {
    let text = http::get(&format!("http://{}/metrics", web.address("admin"))).expect("an answer").body;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in {text}")).to_owned()
}

fn changed(web: &Running, variables: &str) -> Line {
    web.lines().wait_for("Configuration changed", |line| line.text("variables") == variables)
}

#[test]
fn a_swapped_folder_changes_pages_and_their_tags_without_a_restart() {
    let mut mounted = Mounted::with(&[("SITE_BANNER", "Under repair\n")]);
    let (_folder, program) = web(&mounted);
    let web = started(&program.env("SITE_BANNER", "From the environment"));
    let before = home(&web);
    assert!(before.body.contains("Under repair"), "{}", before.body);
    mounted.swap(&[("SITE_BANNER", "Repaired")]);
    assert_eq!(changed(&web, "SITE_BANNER").number("generation"), 2);
    web.lines().wait_for("Banner changed", |_| true);
    let after = home(&web);
    assert!(after.body.contains("Repaired") && !after.body.contains("Under repair"), "{}", after.body);
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(metric(&web, "config_generation"), "2");
    assert!(!web.lines().out().concat().contains("epaired"), "a value is in the log");
}

#[test]
fn a_bad_change_is_refused_as_a_whole_named_and_counted() {
    let mut mounted = Mounted::with(&[("SITE_BANNER", "Good")]);
    let (_folder, program) = web(&mounted);
    let web = started(&program);
    mounted.swap(&[("SITE_BANNER", "Better"), ("RUST_LOG", "web=loud-secret")]);
    let refusal = web.lines().wait_for("Configuration change refused", |_| true);
    assert_eq!((refusal.text("level"), refusal.text("variables")), ("ERROR", "RUST_LOG"));
    assert!(home(&web).body.contains("Good"));
    assert_eq!(metric(&web, "config_generation"), "1");
    assert_eq!(metric(&web, "config_reloads_total{outcome=\"refused\"}"), "1");
    mounted.swap(&[("SITE_BANNER", "Best")]);
    changed(&web, "SITE_BANNER");
    assert_eq!(metric(&web, "config_reloads_total{outcome=\"applied\"}"), "1");
    assert!(!web.lines().out().concat().contains("secret"), "{}", web.lines().tail());
}

#[test]
fn the_log_filter_changes_while_the_process_runs() {
    let mut mounted = Mounted::with(&[]);
    let (_folder, program) = web(&mounted);
    let web = started(&program);
    let asked = |path: &str| {
        http::get(&format!("http://{}{path}", web.address("public"))).expect("an answer");
    };
    mounted.swap(&[("RUST_LOG", "info,access=off")]);
    web.lines().wait_for("Log filter replaced", |_| true);
    let seen = web.lines().count();
    asked("/unseen");
    mounted.swap(&[("RUST_LOG", "info")]);
    web.lines().wait_after(seen, "Log filter replaced", |_| true);
    asked("/seen");
    web.lines().wait_for("Request", |line| line.text("path") == "/seen");
    assert!(!web.lines().out().concat().contains("/unseen"), "{}", web.lines().tail());
}

/// Waits for a line about a variable, for less than the period in which everything is read anyway.
fn said_of(web: &Running, message: &str, variable: &str) -> Line {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let is_it = |line: &Line| line.text("message").contains(message) && line.0.to_string().contains(variable);
        if let Some(line) = web.lines().logged().into_iter().find(is_it) {
            return line;
        }
        assert!(Instant::now() < deadline, "nobody said {message:?}; it said:\n{}", web.lines().tail());
        std::thread::yield_now();
    }
}

#[test]
fn what_is_read_at_start_alone_needs_a_restart_and_says_so() {
    let mounted = Mounted::with(&[("PORT", "1")]);
    let (_folder, program) = web(&mounted);
    let web = started(&program);
    assert_eq!(said_of(&web, "restart needed", "PORT").text("level"), "WARN");
}

#[test]
fn a_hangup_reads_the_folder_again_and_ends_nothing() {
    let mounted = Mounted::with(&[("PORT", "1")]);
    let (_folder, program) = web(&mounted);
    let mut web = started(&program);
    said_of(&web, "restart needed", "PORT");
    fs::write(mounted.path().join("..data/SITE_BANNER"), "Beyond the watched folder").expect("written");
    web.signal(Signal::HUP);
    said_of(&web, "Configuration changed", "SITE_BANNER");
    assert!(web.terminate().success());
}

#[test]
fn a_process_does_not_start_on_a_folder_with_a_mistake_in_it() {
    let mounted = Mounted::with(&[("RUST_LOG", "web=loud")]);
    let (_folder, program) = web(&mounted);
    let (status, lines) = program.finish();
    assert_eq!(status.code(), Some(78));
    assert!(lines.tail().contains("RUST_LOG in CONFIG_DIR is not valid"), "{}", lines.tail());
    let (status, lines) = suite::web("/nowhere/current".as_ref()).env("CONFIG_DIR", "/nowhere/live").finish();
    assert_eq!(status.code(), Some(78));
    assert!(lines.tail().contains("CONFIG_DIR names /nowhere/live"), "{}", lines.tail());
}

#[test]
fn where_each_variable_was_found_is_told_and_what_it_holds_is_not() {
    let mounted = Mounted::with(&[("SITE_BANNER", "hidden-banner")]);
    let (_folder, program) = web(&mounted);
    let web = started(&program.env("RUST_LOG", "debug").env("SITE_TITLE", "hidden-title"));
    for (variable, origin) in [("SITE_BANNER", "CONFIG_DIR"), ("SITE_TITLE", "environment")] {
        let line = web.lines().wait_for("Variable set", |line| line.text("variable") == variable);
        assert_eq!(line.text("origin"), origin);
    }
    assert!(!web.lines().out().concat().contains("hidden"), "{}", web.lines().tail());
}

#[test]
fn the_puller_follows_its_folder_too() {
    let mut mounted = Mounted::with(&[]);
    let repository = crate::small();
    let root = tempfile::tempdir().expect("a folder");
    let plan = harness::plan::Plan::of(&repository);
    let puller = plan.puller(root.path(), None).env("CONFIG_DIR", mounted.path().display()).start();
    puller.lines().wait_for("Published", |_| true);
    mounted.swap(&[("RUST_LOG", "debug")]);
    puller.lines().wait_for("Log filter replaced", |_| true);
}
