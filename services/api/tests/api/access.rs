//! Who may do what, and what is said to everybody else.

use axum::http::{Method, StatusCode};
use chassis::config::{Live, Secret};

use crate::fixture::{Fixture, Settings, request};

const GUARDED: [(Method, &str); 5] = [
    (Method::POST, "/v1/revisions"),
    (Method::GET, "/v1/events"),
    (Method::GET, "/v1/jobs"),
    (Method::GET, "/v1/jobs/1"),
    (Method::POST, "/v1/jobs/1/retry"),
];

impl Fixture {
    /// Whether a token lets in, by the status: what is behind the door may still find nothing.
    async fn lets_in(&self, token: &str, (method, path): &(Method, &str)) -> bool {
        let status = self.status(Some(token), (method, path)).await;
        assert_ne!(status, StatusCode::UNAUTHORIZED, "{token} {path}");
        status != StatusCode::FORBIDDEN
    }

    async fn status(&self, token: Option<&str>, (method, path): (&Method, &str)) -> StatusCode {
        use tower::ServiceExt as _;
        // Not the whole answer: a stream has no end.
        self.router.clone().oneshot(request(method.clone(), path, token, "")).await.expect("an answer").status()
    }
}

#[tokio::test]
async fn a_token_may_do_what_its_list_is_for() {
    let api = Settings::new().start().await;
    let expected = [
        ("reads", [false, true, true, true, false]),
        ("announces", [true, true, false, false, false]),
        ("announces-too", [true, true, false, false, false]),
        ("operates", [true, true, true, true, true]),
    ];
    for (token, allowed) in expected {
        for (door, allowed) in GUARDED.iter().zip(allowed) {
            assert_eq!(api.lets_in(token, door).await, allowed, "{token} {door:?}");
        }
    }
}

#[tokio::test]
async fn a_token_is_replaced_while_the_process_runs() {
    let settings = Settings::new();
    let tokens = settings.access.api_operate_tokens.clone();
    let api = settings.start().await;
    let door = (Method::GET, "/v1/jobs");
    tokens.set(Some(Secret::new("operates,operates-anew")));
    assert!(api.lets_in("operates", &door).await && api.lets_in("operates-anew", &door).await);
    tokens.set(Some(Secret::new("operates-anew")));
    assert_eq!(api.status(Some("operates"), (&door.0, door.1)).await, StatusCode::UNAUTHORIZED);
    assert!(api.lets_in("operates-anew", &door).await);
}

#[tokio::test]
async fn nobody_else_comes_in_and_learns_how_to() {
    let api = Settings::new().start().await;
    for (method, path) in &GUARDED {
        for token in [None, Some("guess"), Some(""), Some("announces, announces-too"), Some("announce")] {
            let answer = api.send(request(method.clone(), path, token, "")).await;
            assert_eq!(
                (answer.status, answer.header("www-authenticate")),
                (StatusCode::UNAUTHORIZED, "Bearer"),
                "{path} {token:?}"
            );
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert!(token.is_none_or(|token| token.is_empty() || !answer.body.contains(&format!("{token:?}"))));
        }
    }
}

#[tokio::test]
async fn without_tokens_nothing_is_announced_and_everybody_may_read() {
    let mut settings = Settings::new();
    settings.access.api_read_tokens = Live::new(None);
    settings.access.api_announce_tokens = Live::new(Some(Secret::new(" ,\n")));
    settings.access.api_operate_tokens = Live::new(None);
    let api = settings.start().await;
    for (method, path) in &GUARDED {
        for token in [None, Some("guess")] {
            assert_eq!(api.status(token, (method, path)).await, StatusCode::FORBIDDEN, "{path}");
        }
    }
    for path in ["/v1/search?q=a", "/v1/revisions", "/v1/status", "/openapi.json", "/docs"] {
        assert_eq!(api.get(path).await.status, StatusCode::OK, "{path}");
    }
}
