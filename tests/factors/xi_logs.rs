//! Logs (XI): a stream of JSON objects on stdout, one a line, and nothing anywhere else.

use harness::{
    house::House,
    http,
    suite::{self, Suite},
};
use serde_json::Value;

use crate::small;

#[test]
fn every_line_of_every_process_is_one_json_object_on_stdout() {
    let repository = small();
    let mut house = House::of(&repository);
    house.web().wait_for_revision(&repository.head());
    house.web().get("/one");
    house.web().get("/missing");
    repository.lose();
    let (api, pod, site) = (&house.api, &house.workers[0], &mut house.webs[0]);
    site.puller.lines().wait_for("Sync failed", |_| true);
    assert!(site.web.terminate().success() && site.puller.terminate().success());
    for running in [api, &pod.worker, &pod.puller, &site.web, &site.puller] {
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
    for (filter, logged) in [("info", vec!["/robots.txt"]), ("info,access=off", vec![])] {
        let mut web = suite::web("/nowhere/x".as_ref()).env("RUST_LOG", filter).start();
        let url = format!("http://{}", web.address("public"));
        for path in ["/healthz", "/readyz", "/robots.txt"] {
            http::get(&format!("{url}{path}")).expect("an answer");
        }
        web.terminate();
        let lines = web.lines().logged();
        let requests = lines.iter().filter(|line| line.text("message") == "Request");
        assert_eq!(requests.map(|line| line.text("path")).collect::<Vec<_>>(), logged, "{filter}");
    }
}

#[test]
fn access_lines_reach_stdout_before_the_end_even_when_it_comes_at_once() {
    let suite = Suite::of(&small());
    // The lines that tell of the end are written at once, and would take the others along.
    let mut web = suite.web_program().env("RUST_LOG", "info,chassis::lifecycle=off,chassis::process=off").start();
    let url = format!("http://{}/one", web.address("public"));
    for _ in 0..50 {
        http::get(&url).expect("an answer");
    }
    web.terminate();
    let lines = web.lines().logged().into_iter().filter(|line| line.text("message") == "Request").count();
    assert_eq!(lines, 50);
}
