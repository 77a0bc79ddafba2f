//! Announcements are accepted in one order, whoever makes them and however often, and each job comes with its commit.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use serde_json::json;

use crate::fixture::{Answer, Fixture, Settings, commit, request};

impl Fixture {
    /// The commits that jobs are to index, the latest first.
    async fn enqueued(&self) -> Vec<String> {
        let jobs = self.queue.list(None, Some("index_revision"), None, 100).await.expect("jobs").jobs;
        jobs.iter().map(|job| job.payload["commit"].as_str().expect("a commit").to_owned()).collect()
    }
}

fn told(answer: &Answer) -> (StatusCode, String, bool) {
    let body = answer.json();
    (answer.status, body["target"].as_str().expect("a target").to_owned(), body["accepted"] == true)
}

fn target(number: u32, accepted: bool) -> (StatusCode, String, bool) {
    (StatusCode::OK, commit(number).to_string(), accepted)
}

#[tokio::test]
async fn an_announcement_is_accepted_and_enqueued_once() {
    let api = Settings::new().start().await;
    assert_eq!(told(&api.announce(None, 1).await), target(1, true));
    assert_eq!(told(&api.announce(None, 1).await), target(1, false), "said again");
    assert_eq!(api.enqueued().await, [commit(1).to_string()]);
    let job = &api.queue.list(None, None, None, 1).await.expect("jobs").jobs[0];
    assert_eq!((&job.payload["ref"], job.payload["revision"].as_i64()), (&json!("main"), Some(1)));
}

#[tokio::test]
async fn announcements_out_of_order_end_where_the_remote_is() {
    let api = Settings::new().start().await;
    api.announce(None, 1).await;
    assert_eq!(told(&api.announce(Some(1), 2).await), target(2, true));
    assert_eq!(told(&api.announce(Some(9), 1).await), target(2, false), "a laggard");
    assert_eq!(told(&api.announce(Some(2), 1).await), target(1, true), "a force-push back");
    assert_eq!(told(&api.announce(Some(9), 3).await), target(3, true), "a commit that nobody saw");
    assert_eq!(api.enqueued().await, [3, 1, 2, 1].map(|number| commit(number).to_string()));
}

#[tokio::test]
async fn many_at_once_are_one() {
    let api = Settings::new().start().await;
    let answers = futures_util::future::join_all((0..12).map(|_| api.announce(None, 1))).await;
    assert_eq!(answers.iter().filter(|answer| told(answer) == target(1, true)).count(), 1);
    assert_eq!(api.enqueued().await.len(), 1);
}

#[tokio::test]
async fn a_stock_git_sync_is_believed() {
    let api = Settings::new().start().await;
    let by_gitsync = async |hash: String, path: &str| {
        // The user is of no meaning, and the password is the token: git-sync:announces.
        let request =
            Request::post(path).header("gitsync-hash", hash).header("authorization", "Basic Z2l0LXN5bmM6YW5ub3VuY2Vz");
        api.send(request.body(Body::empty()).expect("a request")).await
    };
    for (number, path) in
        [(1, "/v1/revisions?ref=main"), (2, "/v1/revisions?ref=refs/heads/main"), (1, "/v1/revisions?ref=main")]
    {
        assert_eq!(told(&by_gitsync(commit(number).to_string(), path).await), target(number, true));
    }
    by_gitsync(commit(7).to_string(), "/v1/revisions").await;
    let refs = api.get("/v1/status").await.json()["refs"].clone();
    let named: Vec<_> = refs.as_array().expect("refs").iter().map(|found| (&found["ref"], &found["target"])).collect();
    assert_eq!(named, [(&json!("HEAD"), &json!(commit(7))), (&json!("main"), &json!(commit(1)))]);
    let wrong = by_gitsync("abc".to_owned(), "/v1/revisions").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("gitsync-hash"), "{}", wrong.body);
}

#[tokio::test]
async fn what_is_no_announcement_is_refused_and_changes_nothing() {
    let api = Settings::new().start().await;
    let cases = [
        ("", StatusCode::BAD_REQUEST),
        ("{", StatusCode::BAD_REQUEST),
        (r#"{"ref":"main","to":"abc"}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"ref":"a..b","to":"0000000000000000000000000000000000000001"}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"to":"0000000000000000000000000000000000000001"}"#, StatusCode::UNPROCESSABLE_ENTITY),
    ];
    for (body, status) in cases {
        let answer = api.post_as("announces", "/v1/revisions", body).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{body}");
        assert!(answer.json()["detail"].is_string(), "{body}");
    }
    assert!(api.enqueued().await.is_empty());
    let wrong = api.send(request(Method::POST, "/v1/revisions?ref=a..b", Some("announces"), "{}")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
