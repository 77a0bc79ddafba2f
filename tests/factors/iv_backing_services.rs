//! Backing services (IV): each is a URL, and losing one costs what needs it and nothing more.

use std::fs;

use harness::{
    house::House,
    http,
    repository::Repository,
    suite::{self, Suite},
};

use crate::small;

#[test]
fn another_remote_is_another_url_and_nothing_else() {
    let (one, two) = (small(), Repository::with(&[("README.md", "# Elsewhere\n")]));
    let mut suite = Suite::of(&one);
    assert!(suite.puller.terminate().success());
    suite.puller = suite.puller_program().env("GITSYNC_REPO", two.url()).start();
    suite.wait_for_revision(&two.head());
    assert!(suite.get("/").body.contains("Elsewhere"));
}

#[test]
fn a_lost_remote_costs_new_revisions_and_no_page_and_comes_back_without_a_restart() {
    let repository = small();
    let mut suite = Suite::of(&repository);
    repository.lose();
    suite.puller.lines().wait_for("Sync failed", |line| line.text("level") == "ERROR" || line.text("level") == "WARN");
    assert_eq!(suite.get("/one").status, 200);
    assert_eq!(suite.get("/readyz").status, 200);
    repository.find();
    let commit = repository.publish(&[("one.md", "# Back\n")]);
    suite.wait_for_revision(&commit);
    assert!(suite.get("/one").body.contains("Back"));
    assert!(suite.puller.is_running() && suite.web.is_running());
}

#[test]
fn a_checkout_that_is_not_there_yet_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let web = suite::web(&folder.path().join("current")).start();
    let url = format!("http://{}", web.address("public"));
    let answer = http::get(&url).expect("an answer");
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    assert_eq!(http::get(&format!("{url}/readyz")).expect("an answer").status, 503);
    assert_eq!(http::get(&format!("{url}/healthz")).expect("an answer").status, 200);
    fs::create_dir(folder.path().join("abc")).expect("made");
    fs::write(folder.path().join("abc/README.md"), "# Here\n").expect("written");
    std::os::unix::fs::symlink("abc", folder.path().join("current")).expect("a link");
    web.lines().wait_for("Revision live", |line| line.text("revision") == "abc");
    assert!(http::get(&url).expect("an answer").body.contains("Here"));
}

#[test]
fn a_lost_database_costs_search_and_no_page_and_comes_back_without_a_restart() {
    let repository = small();
    let mut house = House::of(&repository);
    house.web().wait_for_revision(&repository.head());
    house.redis.cut();
    assert_eq!(house.web().get("/-/search?q=home").status, 200);
    house.postgres.cut();
    house.wait_until("search is away", |_| house.web().get("/-/search?q=home+again").status == 503);
    house.wait_until("the api is not ready", |_| house.ask("/readyz").status == 503);
    assert_eq!(house.web().get("/one").status, 200);
    house.postgres.mend();
    let commit = repository.publish(&[("one.md", "# Back\n")]);
    house.wait_until_searchable(&commit);
    assert_eq!(house.search("back").0, ["/one#back"]);
    assert!(house.api.is_running() && house.workers[0].worker.is_running());
}
