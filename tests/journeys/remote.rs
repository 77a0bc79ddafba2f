//! The remote is away, empty, or not what was expected.

use harness::{plan::Plan, repository::Repository, suite::Suite};

#[test]
fn the_remote_is_lost_and_nobody_who_reads_notices() {
    let repository = Repository::with(&[("README.md", "# Here\n"), ("deep/page.md", "# Deep\n")]);
    let suite = Suite::of(&repository);
    repository.lose();
    suite.puller.lines().wait_for("Sync failed", |line| line.number("failures") >= 2);
    for path in ["/", "/deep/page", "/deep/", "/-/status", "/sitemap.xml"] {
        assert_eq!(suite.get(path).status, 200, "{path}");
    }
    repository.find();
    suite.wait_for_revision(&repository.publish(&[("README.md", "# Back\n")]));
}

#[test]
fn a_remote_without_a_commit_is_waited_for() {
    let repository = Repository::new();
    let suite = Suite::planned(&Plan::of(&repository), None);
    let failed = suite.puller.lines().wait_for("Sync failed", |_| true);
    assert!(!failed.text("error").is_empty(), "{failed:?}");
    let page = suite.get("/");
    assert_eq!(page.status, 503);
    assert!(page.body.contains("still on its way"));
    let commit = repository.publish(&[("README.md", "# First\n")]);
    suite.wait_for_revision(&commit);
    assert!(suite.get("/").body.contains("First"));
}

#[test]
fn a_remote_that_does_not_exist_is_named_without_its_password() {
    let mut plan = Plan::of(&Repository::new());
    "http://me:hunter2@127.0.0.1:1/none.git".clone_into(&mut plan.repo);
    let suite = Suite::planned(&plan, None);
    let failed = suite.puller.lines().wait_for("Sync failed", |_| true);
    assert!(failed.text("error").contains("127.0.0.1:1"), "{failed:?}");
    assert!(!suite.puller.lines().tail().contains("hunter2"));
}
