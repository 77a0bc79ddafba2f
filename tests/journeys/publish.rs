//! I push, and it is on the site.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

use harness::{http, repository::Repository, suite::Suite};

fn handbook() -> Repository {
    Repository::with(&[
        ("README.md", "# Handbook\n\nStart with the [guide](guide/).\n"),
        ("guide/README.md", "# Guide\n\n![map](map.png)\n"),
        ("guide/map.png", "png"),
    ])
}

#[test]
fn my_repository_is_a_site_without_anything_added_to_it() {
    let suite = Suite::of(&handbook());
    let home = suite.get("/");
    assert_eq!((home.status, home.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(
        home.body.contains("<h1 id=\"handbook\">Handbook") && home.body.contains("href=\"/guide/\""),
        "{}",
        home.body
    );
    assert!(suite.get("/guide/").body.contains("src=\"/guide/map.png\""));
    assert_eq!(suite.get("/guide/map.png").header("content-type"), "image/png");
    assert_eq!(suite.get("/guide/README.md").body, "# Guide\n\n![map](map.png)\n");
}

#[test]
fn what_i_push_replaces_what_was_there_and_leaves_the_rest_as_it_was() {
    let repository = handbook();
    let suite = Suite::of(&repository);
    let (home, guide) = (suite.get("/"), suite.get("/guide/"));
    let commit = repository.publish(&[("guide/README.md", "# Guide\n\nNew words.\n")]);
    suite.wait_for_revision(&commit);
    assert!(suite.get("/guide/").body.contains("New words."));
    assert_ne!(suite.get("/guide/").header("etag"), guide.header("etag"));
    let again = http::get_with(suite.url(), &[("if-none-match", home.header("etag"))]).expect("an answer");
    assert_eq!((again.status, again.header("x-site-revision")), (304, commit.as_str()));
}

#[test]
fn a_page_that_i_remove_is_gone_and_the_404_suggests_the_nearest() {
    let repository = handbook();
    let suite = Suite::of(&repository);
    repository.git(&["rm", "--quiet", "guide/map.png"]);
    repository.write("guide/mapping.md", "# Mapping\n");
    suite.wait_for_revision(&repository.push("Remove the map"));
    let missing = suite.get("/guide/mappin");
    assert_eq!(missing.status, 404);
    assert!(missing.body.contains("href=\"/guide/mapping\""), "{}", missing.body);
    assert_eq!(suite.get("/guide/map.png").status, 404);
}

#[test]
fn i_force_push_back_and_the_site_goes_back() {
    let repository = handbook();
    let suite = Suite::of(&repository);
    let first = repository.head();
    let second = repository.publish(&[("README.md", "# Mistake\n")]);
    suite.wait_for_revision(&second);
    let seen = suite.web.lines().count();
    repository.force_back(&first);
    suite.web.lines().wait_after(seen, "Revision live", |line| line.text("revision") == first);
    assert!(suite.get("/").body.contains("Handbook"));
}

#[test]
fn my_open_page_hears_of_the_push() {
    let repository = handbook();
    let suite = Suite::of(&repository);
    let address = suite.url().strip_prefix("http://").expect("a URL");
    let mut stream = TcpStream::connect(address).expect("connected");
    write!(stream, "GET /-/events HTTP/1.1\r\nhost: {address}\r\n\r\n").expect("asked");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = repository.head();
    assert!(lines.any(|line| line == format!("data: {first}")));
    let commit = repository.publish(&[("README.md", "# Next\n")]);
    assert!(lines.any(|line| line == format!("data: {commit}")));
}

#[test]
fn many_pushes_in_a_row_end_with_the_last() {
    let repository = handbook();
    let suite = Suite::of(&repository);
    let commits: Vec<_> =
        (0..6).map(|round| repository.publish(&[("README.md", &format!("# Round {round}\n"))])).collect();
    suite.wait_for_revision(commits.last().expect("some"));
    assert!(suite.get("/").body.contains("Round 5"));
}
