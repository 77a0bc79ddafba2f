//! Logs (XI): a stream of JSON objects on stdout, one a line, and nothing anywhere else.

use harness::{
    http,
    suite::{self, Suite},
};
use serde_json::Value;

use crate::small;

#[test]
fn every_line_of_every_process_is_one_json_object_on_stdout() {
    let repository = small();
    let mut suite = Suite::of(&repository);
    suite.get("/one");
    suite.get("/missing");
    repository.lose();
    suite.puller.lines().wait_for("Sync failed", |_| true);
    for running in [&mut suite.web, &mut suite.puller] {
        assert!(running.terminate().success());
        assert_eq!(running.lines().err(), "");
        assert!(running.lines().count() > 2);
        for line in running.lines().out() {
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            for field in ["timestamp", "level", "target", "message", "service"] {
                assert!(line[field].is_string(), "{field} is not in {line}");
            }
        }
    }
}

#[test]
fn an_access_line_has_everything_one_asks_for() {
    let suite = Suite::of(&small());
    http::get_with(&format!("{}/one?q=1", suite.url()), &[("x-request-id", "asked-by-me")]).expect("an answer");
    let line = suite.web.lines().wait_for("Request", |line| line.text("request_id") == "asked-by-me");
    assert_eq!((line.text("method"), line.text("route"), line.text("path")), ("GET", "/{*path}", "/one"));
    assert_eq!(line.number("status"), 200);
    assert!(line.number("duration_us") > 0 && line.number("bytes") > 0, "{line:?}");
}

#[test]
fn a_request_id_that_is_no_id_is_replaced() {
    let suite = Suite::of(&small());
    let answer = http::get_with(&format!("{}/one", suite.url()), &[("x-request-id", "a b\"c")]).expect("an answer");
    assert_eq!(answer.header("x-request-id").len(), 32);
}

#[test]
fn probes_are_not_logged_and_a_level_silences_the_rest() {
    let web = suite::web("/nowhere/x".as_ref()).env("RUST_LOG", "info,access=off").start();
    let url = format!("http://{}", web.address("public"));
    for path in ["/healthz", "/readyz", "/robots.txt"] {
        http::get(&format!("{url}{path}")).expect("an answer");
    }
    let mut web = web;
    web.terminate();
    assert!(web.lines().logged().iter().all(|line| line.text("message") != "Request"));
}

#[test]
fn access_lines_reach_stdout_before_the_end_even_when_it_comes_at_once() {
    let mut suite = Suite::of(&small());
    for _ in 0..50 {
        suite.get("/one");
    }
    suite.web.terminate();
    let lines = suite.web.lines().logged().into_iter().filter(|line| line.text("message") == "Request").count();
    assert_eq!(lines, 50);
}
