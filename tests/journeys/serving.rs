//! What a client gets that asks for more than a page: encodings, parts, files that are made, names that are taken.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use harness::{repository::Repository, suite::Suite};

/// The head of the answer to a request that is written as it goes over the wire, in lower case.
fn head(suite: &Suite, line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(suite.web.address("public")).expect("a connection");
    write!(stream, "{line} HTTP/1.1\r\n{headers}connection: close\r\n\r\n").expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    answer.split("\r\n\r\n").next().unwrap_or_default().to_owned()
}

#[test]
fn a_file_comes_in_the_encoding_that_is_wanted_in_parts_or_not_at_all() {
    let suite =
        Suite::of(&Repository::with(&[("README.md", "# Home\n"), ("data.json", &format!("[{}0]", "1,".repeat(2000)))]));
    let ask = |headers: &str| head(&suite, "GET /data.json", &format!("host: h\r\n{headers}"));
    let whole = ask("accept-encoding: br;q=0.5, gzip\r\n");
    assert!(whole.starts_with("http/1.1 200") && whole.contains("content-encoding: gzip"), "{whole}");
    assert!(whole.contains("vary: accept-encoding") && whole.contains("sandbox"), "{whole}");
    let part = ask("range: Bytes=0-9\r\n");
    assert!(part.starts_with("http/1.1 206") && part.contains("content-range: bytes 0-9/4003"), "{part}");
    let etag =
        part.lines().find(|line| line.starts_with("etag: ")).expect("an etag").replacen("etag", "if-none-match", 1);
    assert!(ask(&format!("{etag}\r\nrange: bytes=0-9\r\n")).starts_with("http/1.1 304"), "who has it needs no part");
    let beyond = ask("range: bytes=9999-\r\n");
    assert!(
        beyond.starts_with("http/1.1 416") && beyond.contains("bytes */4003") && beyond.contains("nosniff"),
        "{beyond}"
    );
}

#[test]
fn a_request_is_for_one_host_and_keeps_its_query_when_it_is_sent_on() {
    let suite = Suite::of(&Repository::with(&[("README.md", "# Home\n"), ("one.md", "# One\n")]));
    assert!(head(&suite, "GET /one/?x=1", "host: h\r\n").contains("location: /one?x=1"));
    for hosts in ["", "host: a\r\nhost: b\r\n", "host: a b\r\n"] {
        assert!(head(&suite, "GET /one", hosts).starts_with("http/1.1 400"), "{hosts:?}");
    }
}

#[test]
fn what_the_repository_says_to_machines_comes_first_and_what_the_server_hides_is_told() {
    let suite = Suite::of(&Repository::with(&[
        ("README.md", "# Home\n"),
        ("robots.txt", "User-agent: *\nDisallow: /mine/\n"),
        ("version.md", "# Versions\n"),
    ]));
    assert!(suite.get("/robots.txt").body.contains("/mine/"));
    assert!(suite.get("/sitemap.xml").body.contains("<loc>"));
    assert!(suite.get("/version").body.contains("\"name\":\"web\""));
    assert!(suite.get("/-/status").body.contains("its address, /version, is the server"));
}
