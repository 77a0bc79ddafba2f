//! The typed api against servers that behave, and servers that do not.

use chassis::config::{Seconds, Secret};
use contract::{Commit, revisions::Announcement};

use super::*;
use harness::scripted::{Say, Server, answer};

fn api(url: String) -> Api {
    let config =
        ApiConfig { api_url: Some(url), api_token: Some(Secret::new("t0ken")), api_timeout_seconds: Seconds::new(1) };
    Api::new(&config, &Trust { ssl_cert_file: None }).expect("valid").expect("an api")
}

fn commit(digit: &str) -> Commit {
    digit.repeat(40).parse().expect("a commit")
}

fn announcement() -> Announcement {
    Announcement { ref_name: "main".parse().expect("a name"), from: None, to: commit("b") }
}

const NOTHING: &str = r#"{"query":"a b&c","hits":[],"more":false}"#;

#[tokio::test]
async fn an_announcement_is_posted_with_the_token() {
    let body = format!(r#"{{"target":"{}","accepted":true}}"#, commit("b"));
    let server = Server::new(vec![answer("200 OK", "", &body)]);
    let announced = api(server.url("/")).revisions().announce(&announcement()).await.expect("announced");
    assert_eq!((announced.target, announced.accepted), (commit("b"), true));
    let request = server.request();
    assert!(request.starts_with("POST /v1/revisions HTTP/1.1\r\n") && request.contains("authorization: Bearer t0ken"));
    assert!(request.ends_with(&serde_json::to_string(&announcement()).expect("JSON")), "{request}");
}

#[tokio::test]
async fn every_path_and_query_is_as_the_api_has_it() {
    let page = r#"{"path":"a b/c?.md","url":"/a","title":"A"}"#;
    let list = format!(r#"{{"revision":"{}","pages":[]}}"#, commit("a"));
    let status = r#"{"refs":[],"jobs":{}}"#;
    let script = [NOTHING, &list, page, status, r#"{"revisions":[]}"#].map(|body| answer("200 OK", "", body));
    let server = Server::new(script.into());
    let api = api(server.url("/under/"));
    let (revision, name) = (commit("a"), "main".parse().expect("a name"));
    let query = Query { text: "a b&c", revision: Some(&revision), ref_name: Some(&name), offset: 10, limit: 5 };
    api.search().find(&query).await.expect("results");
    api.pages().list(&PagesOf { after: Some("x/y"), limit: 2, ..PagesOf::default() }).await.expect("a list");
    api.pages().find("a b/c?.md").await.expect("a page");
    api.status().await.expect("a status");
    api.revisions().list(Some(contract::revisions::RevisionId(4)), 9).await.expect("a list");
    for path in [
        &format!("/v1/search?q=a+b%26c&revision={revision}&ref=main&offset=10&limit=5"),
        "/v1/pages?after=x%2Fy&limit=2",
        "/v1/pages/a%20b/c%3F.md",
        "/v1/status",
        "/v1/revisions?limit=9&after=4",
    ] {
        let request = server.request();
        assert!(request.starts_with(&format!("GET /under{path} HTTP/1.1\r\n")), "{request}");
    }
}

#[tokio::test]
async fn an_error_says_what_the_caller_can_do() {
    let problem = |status: &str| answer(status, "retry-after: 7\r\n", r#"{"title":"T","detail":"because"}"#);
    let statuses = ["401 U", "403 F", "404 N", "409 C", "422 U", "429 T", "503 S", "500 I"];
    let server = Server::new(statuses.into_iter().map(problem).collect());
    let api = api(server.url(""));
    let mut told = Vec::new();
    for _ in statuses {
        told.push(match api.revisions().announce(&announcement()).await.expect_err("an error") {
            Error::Unauthorized { status, detail } => format!("unauthorized {status} {detail}"),
            Error::NotFound => "not found".to_owned(),
            Error::Invalid { detail } => format!("invalid {detail}"),
            Error::Unavailable { retry_after, .. } => {
                format!("unavailable {}", retry_after.unwrap_or_default().as_secs())
            }
            Error::Garbled { .. } => "garbled".to_owned(),
        });
    }
    let expected = ["unauthorized 401 because", "unauthorized 403 because", "not found", "invalid because"];
    assert_eq!(told[..4], expected);
    assert_eq!(told[4..], ["invalid because", "unavailable 7", "unavailable 7", "unavailable 7"]);
}

#[tokio::test]
async fn garbage_a_cut_reply_and_silence_are_errors_and_never_a_panic() {
    let script = [
        answer("200 OK", "", "<html>"),
        answer("302 Found", "location: /elsewhere\r\n", ""),
        answer("400 Bad Request", "", "<html>"),
        Say::Text("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"query\":".to_owned()),
        Say::ThenSilence("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_owned()),
    ];
    let server = Server::new(script.into());
    let api = api(server.url(""));
    let ask = async || api.search().find(&Query::default()).await.expect_err("an error");
    assert!(matches!(ask().await, Error::Garbled { .. }));
    assert!(matches!(ask().await, Error::Garbled { .. }));
    assert!(matches!(ask().await, Error::Invalid { .. }));
    assert!(matches!(ask().await, Error::Unavailable { .. }), "cut");
    assert!(matches!(ask().await, Error::Unavailable { .. }), "silent");
}

#[tokio::test]
async fn a_read_on_a_connection_that_was_just_closed_is_asked_again() {
    let server = Server::new(vec![Say::Text(String::new()), answer("200 OK", "", NOTHING)]);
    api(server.url("")).search().find(&Query::default()).await.expect("results");
}

#[tokio::test]
async fn a_dead_api_costs_nothing_after_three_calls() {
    let server = Server::new(vec![]); // Closes its port at once.
    let api = api(server.url(""));
    let mut reasons = Vec::new();
    for _ in 0..5 {
        reasons.push(api.status().await.expect_err("away").to_string());
    }
    let at_once = |reason: &String| reason.contains("a moment ago");
    assert!(!reasons[..3].iter().any(at_once) && reasons[3..].iter().all(at_once), "{reasons:?}");
}

#[test]
fn a_wrong_url_or_token_is_named_and_not_shown() {
    let trust = Trust { ssl_cert_file: None };
    let config = |url: Option<&str>, token: &str| ApiConfig {
        api_url: url.map(str::to_owned),
        api_token: Some(Secret::new(token)),
        api_timeout_seconds: Seconds::new(1),
    };
    assert!(Api::new(&config(None, ""), &trust).expect("valid").is_none());
    for (url, token, name) in
        [("api:8080", "t", "API_URL"), ("file:///s3cret", "t", "API_URL"), ("http://a", "s3cret\n", "API_TOKEN")]
    {
        let error = Api::new(&config(Some(url), token), &trust).expect_err("wrong").to_string();
        assert!(error.contains(name) && !error.contains("s3cret"), "{error}");
    }
    assert!(!format!("{:?}", api("http://localhost".to_owned())).contains("t0ken"));
}

mod events {
    use contract::events::{Change, Event};

    use super::*;

    fn event(id: i64) -> String {
        format!(
            "id: {id}\ndata: {{\"id\":{id},\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"push\",\"data\":{{\"ref\":\"main\"}}}}\n\n"
        )
    }

    fn stream(text: &str) -> String {
        format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{text}")
    }

    async fn next(events: &mut Events) -> Result<Event, Error> {
        tokio::time::timeout(Duration::from_secs(10), events.next()).await.expect("something within ten seconds")
    }

    #[tokio::test]
    async fn the_stream_resumes_after_every_kind_of_loss() {
        let unknown = "id: 5\ndata: {\"id\":5,\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"of another time\"}\n\n";
        let script = [
            Say::Text(stream(&(event(1) + &event(2)))),
            answer("500 Internal Server Error", "", ""),
            Say::ThenSilence(String::new()),
            Say::ThenSilence(stream(&(event(3) + "id: 4\ndata: {\"cut"))),
            Say::Text(stream(&(unknown.to_owned() + &event(6)))),
        ];
        let server = Server::new(script.into());
        let mut events = api(server.url("")).events().impatient();
        for id in [1, 2, 3, 6] {
            let event = next(&mut events).await.expect("an event");
            assert_eq!(event.id, id);
            assert!(matches!(event.change, Change::Push(_)));
        }
        let resumed =
            |request: String| request.lines().find_map(|line| line.strip_prefix("last-event-id: ").map(str::to_owned));
        let from: Vec<_> = (0..5).map(|_| resumed(server.request())).collect();
        assert_eq!(from, [None, Some("2"), Some("2"), Some("2"), Some("3")].map(|id| id.map(str::to_owned)));
    }

    #[tokio::test]
    async fn a_comment_keeps_the_connection() {
        let server = Server::new(vec![Say::Text(stream(&(": hello\n\n".to_owned() + &event(8))))]);
        let mut events = api(server.url("")).events().after(7).impatient();
        assert_eq!(next(&mut events).await.expect("an event").id, 8);
        assert!(server.request().contains("last-event-id: 7\r\n"));
    }

    #[tokio::test]
    async fn a_refused_token_ends_it() {
        for status in ["401 Unauthorized", "403 Forbidden"] {
            let server = Server::new(vec![answer("503 Service Unavailable", "", ""), answer(status, "", "")]);
            let mut events = api(server.url("")).events().impatient();
            assert!(matches!(next(&mut events).await, Err(Error::Unauthorized { .. })), "{status}");
        }
    }

    #[tokio::test]
    async fn a_caller_that_stops_waiting_loses_nothing() {
        let server = Server::new(vec![Say::ThenSilence(stream(&event(1))), Say::Text(stream(&event(2)))]);
        let mut events = api(server.url("")).events().impatient();
        let mut seen = Vec::new();
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while seen.len() < 2 && std::time::Instant::now() < deadline {
            if let Ok(event) = tokio::time::timeout(Duration::from_millis(3), events.next()).await {
                seen.push(event.expect("an event").id);
            }
        }
        assert_eq!(seen, [1, 2]);
    }
}
