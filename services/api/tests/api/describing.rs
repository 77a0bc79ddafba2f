//! The description: every route is in it, and every route in it answers.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::fixture::{Settings, request};

/// What DESIGN promises, as method and path.
const ROUTES: [&str; 12] = [
    "GET /v1/events",
    "POST /v1/hooks/push",
    "GET /v1/jobs",
    "GET /v1/jobs/{id}",
    "POST /v1/jobs/{id}/retry",
    "GET /v1/pages",
    "GET /v1/pages/{path}",
    "GET /v1/revisions",
    "POST /v1/revisions",
    "GET /v1/revisions/{commit}",
    "GET /v1/search",
    "GET /v1/status",
];

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &'_ Value)| {
        let item = item.as_object().expect("an item").clone();
        item.into_iter().map(|(method, _)| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    };
    let names = paths.iter().flat_map(of_path);
    names
        .map(|name| {
            let (method, path) = name.split_once(' ').expect("two words");
            let operation = &document["paths"][path][method.to_lowercase()];
            (name.clone(), operation)
        })
        .collect()
}

#[tokio::test]
async fn every_route_is_described_and_no_other() {
    let api = Settings::new().start().await;
    let document = api.get("/openapi.json").await.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut names: Vec<String> = operations(&document).into_iter().map(|(name, _)| name).collect();
    names.sort_by_key(|name| name.split_once(' ').map(|(method, path)| (path.to_owned(), method.to_owned())));
    assert_eq!(names, ROUTES);
    // Nothing can be routed past the description but the description itself.
    let routes = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes.rs")).expect("the routes");
    let bare: Vec<&str> = routes.lines().filter(|line| line.contains(".route(")).collect();
    assert_eq!(bare.len(), 2, "{bare:?}");
    assert!(bare.iter().all(|line| line.contains("docs::")), "{bare:?}");
}

#[tokio::test]
async fn every_described_route_answers_and_needs_a_token_where_it_says_so() {
    let api = Settings::new().start().await;
    let document = api.get("/openapi.json").await.json();
    for (name, operation) in operations(&document) {
        let (method, path) = name.split_once(' ').expect("two words");
        let path = path.replace("{id}", "1").replace("{commit}", &"a".repeat(40)).replace("{path}", "a/b.md");
        let answer = api.send(request(Method::from_bytes(method.as_bytes()).expect("a method"), &path, None, "")).await;
        let needs_token = answer.status == StatusCode::UNAUTHORIZED && !path.contains("hooks");
        assert_eq!(operation.get("security").is_some(), needs_token, "{name}: {}", answer.body);
        let is_routed = answer.status != StatusCode::METHOD_NOT_ALLOWED
            && (answer.status != StatusCode::NOT_FOUND || answer.body.contains("detail"));
        assert!(is_routed, "{name}: {} {}", answer.status, answer.body);
        assert!(operation["summary"].is_string() && operation["responses"].is_object(), "{name}");
        assert!(operation["tags"][0].is_string(), "{name}");
    }
}

#[tokio::test]
async fn every_type_that_is_named_is_described() {
    let text = Settings::new().start().await.get("/openapi.json").await;
    let document = text.json();
    let named = text.body.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next());
    for name in named {
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[tokio::test]
async fn people_read_the_same_without_a_script() {
    let api = Settings::new().start().await;
    let page = api.get("/docs").await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    for route in ROUTES {
        let (method, path) = route.split_once(' ').expect("two words");
        assert!(page.body.contains(&format!("<b>{method}</b> {path}<")), "{route}");
    }
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(!page.body.contains("<script") && !page.body.contains("//"), "nothing is fetched, nothing runs");
}

#[tokio::test]
async fn what_is_not_there_and_what_cannot_be_done_are_problems_too() {
    let api = Settings::new().start().await;
    for (method, path, status) in [
        (Method::GET, "/v2", 404),
        (Method::GET, "/v1/", 404),
        (Method::DELETE, "/v1/revisions", 405),
        (Method::POST, "/v1/search?q=a", 405),
        (Method::POST, "/docs", 405),
    ] {
        let answer = api.send(request(method, path, None, "")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (status, "application/problem+json"),
            "{path}"
        );
        assert_eq!(answer.header("allow").is_empty(), status == 404, "{path}");
    }
}
