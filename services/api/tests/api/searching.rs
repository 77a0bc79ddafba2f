//! Search: of one revision, remembered by it, and not sent twice.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use contract::search::SearchResults;

use crate::fixture::{Fixture, Settings, commit};

const PAGES: &[(&str, &str)] =
    &[("caching.md", "A cache remembers answers."), ("queue.md", "Jobs wait in a queue, not in a cache.")];

async fn asked(api: &Fixture, path: &str) -> SearchResults {
    let answer = api.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("results")
}

#[tokio::test]
async fn sections_are_found_in_the_live_revision_which_is_named() {
    let api = Settings::new().start().await;
    let nothing = asked(&api, "/v1/search?q=cache").await;
    assert_eq!((nothing.revision, nothing.hits.len(), nothing.query.as_str()), (None, 0, "cache"));
    api.publish(1, PAGES).await;
    let results = asked(&api, "/v1/search?q=remember").await;
    assert_eq!(results.revision, Some(commit(1)));
    assert_eq!(results.hits[0].path, "caching.md");
    assert!(results.hits[0].snippet.contains("<mark>remembers</mark>"), "{}", results.hits[0].snippet);
    let first = asked(&api, "/v1/search?q=cache&limit=1&ref=main").await;
    let second = asked(&api, "/v1/search?q=cache&limit=1&offset=1").await;
    assert!(first.more && !second.more && first.hits[0].path != second.hits[0].path);
    assert_eq!(asked(&api, "/v1/search?q=cache&ref=other").await.revision, None);
}

#[tokio::test]
async fn a_new_revision_has_new_answers_and_the_old_one_keeps_its_own() {
    let api = Settings::new().start().await;
    api.publish(1, PAGES).await;
    assert_eq!(asked(&api, "/v1/search?q=wait").await.hits.len(), 1);
    let early = format!("/v1/search?q=wait&revision={}", commit(2));
    assert_eq!(asked(&api, &early).await.revision, Some(commit(1)), "the live one stands in");
    api.publish(2, &[("other.md", "Nothing of the kind.")]).await;
    assert_eq!(asked(&api, &early).await.hits.len(), 0, "what stood in is forgotten");
    assert_eq!(asked(&api, "/v1/search?q=wait").await.revision, Some(commit(2)));
    for query in ["wait", "jobs"] {
        let old = asked(&api, &format!("/v1/search?q={query}&revision={}", commit(1))).await;
        assert_eq!((old.revision, old.hits.len()), (Some(commit(1)), 1), "{query}");
    }
}

#[tokio::test]
async fn an_answer_that_is_asked_for_again_comes_from_memory_and_not_at_all_to_whoever_has_it() {
    let api = Settings::new().start().await;
    api.publish(1, PAGES).await;
    let path = format!("/v1/search?q=cache&revision={}", commit(1));
    let first = api.get(&path).await;
    let tag = first.header("etag").to_owned();
    let again = api.get(&path).await;
    assert_eq!((again.body.as_str(), again.header("etag")), (first.body.as_str(), tag.as_str()));
    assert!(api.context.metrics().to_text().contains(r#"cache_answers_total{tier="memory"} 1"#));
    for (known, status) in [(tag.as_str(), 304), ("\"other\"", 200), (&format!("\"a\", W/{tag}"), 304), ("*", 304)] {
        let request = Request::get(&path).header("if-none-match", known).body(Body::empty()).expect("a request");
        let answer = api.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.body.is_empty()), (status, status == 304), "{known}");
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (tag.as_str(), "no-cache"));
    }
}

#[tokio::test]
async fn a_question_that_is_none_is_refused_and_says_why() {
    let api = Settings::new().start().await;
    let long = format!("/v1/search?q={}", "x".repeat(501));
    let cases = [
        ("/v1/search", 400, "q"),
        ("/v1/search?q=a&limit=0", 422, "limit"),
        ("/v1/search?q=a&limit=51", 422, "limit"),
        ("/v1/search?q=a&limit=x", 400, "limit"),
        ("/v1/search?q=a&offset=501", 422, "offset"),
        ("/v1/search?q=a&revision=abc", 400, "commit"),
        ("/v1/search?q=a&ref=a..b", 400, "ref"),
        (long.as_str(), 422, "q"),
    ];
    for (path, status, word) in cases {
        let answer = api.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(
            answer.json()["detail"].as_str().is_some_and(|detail| detail.contains(word)),
            "{path}: {}",
            answer.body
        );
    }
}
