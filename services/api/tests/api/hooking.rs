//! Webhooks: proven, understood, told as events, and not too often.

use axum::{body::Body, http::Request};
use contract::events::{Change, Event};
use serde_json::json;

use crate::fixture::{Answer, Fixture, Settings, commit};

/// The first of the secrets of these tests is the older one.
const SECRET: &str = "It's a Secret to Everybody";

impl Fixture {
    async fn hook(&self, headers: &[(&str, &str)], body: &str) -> Answer {
        let request = headers
            .iter()
            .fold(Request::post("/v1/hooks/push"), |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    async fn told(&self) -> Vec<Event> {
        self.store.events().after(0, 100).await.expect("events").events
    }
}

fn pushed(name: &str) -> String {
    json!({ "ref": format!("refs/heads/{name}"), "before": commit(1), "after": commit(2) }).to_string()
}

#[tokio::test]
async fn a_push_of_a_forge_becomes_an_event_that_names_the_commit() {
    let api = Settings::new().start().await;
    let answer = api.hook(&[("x-gitlab-token", SECRET), ("x-gitlab-event", "Push Hook")], &pushed("main")).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({ "ref": "main", "commit": commit(2) })));
    assert_eq!(api.hook(&[("x-gitlab-token", "old")], &pushed("main")).await.status, 202, "two secrets are valid");
    let events = api.told().await;
    assert_eq!(events.len(), 2);
    let Change::Push(push) = &events[0].change else { panic!("{events:?}") };
    assert_eq!((push.ref_name.as_str(), push.commit.clone()), ("main", Some(commit(2))));
}

#[tokio::test]
async fn a_signature_is_over_the_body_as_it_came() {
    let api = Settings::new().start().await;
    // From GitHub's documentation: the signature of "Hello, World!" with this secret.
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let signed = [("x-hub-signature-256", signature)];
    assert_eq!(api.hook(&signed, "Hello, World!").await.status, 422, "known, and not understood");
    assert_eq!(api.hook(&signed, "Hello, World?").await.status, 401);
    let gitea = [("x-gitea-signature", &signature["sha256=".len()..])];
    assert_eq!(api.hook(&gitea, "Hello, World!").await.status, 422);
}

#[tokio::test]
async fn what_is_not_proven_is_refused_and_what_is_no_push_is_passed_over() {
    let api = Settings::new().start().await;
    for headers in
        [&[][..], &[("x-gitlab-token", "guess")], &[("x-gitlab-token", "old\nIt's a Secret to Everybody")][..0]]
    {
        let answer = api.hook(headers, &pushed("main")).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (401, "application/problem+json"));
    }
    let known = [("x-gitlab-token", SECRET)];
    assert_eq!(api.hook(&known, r#"{"zen":"Keep it simple.","hook_id":1}"#).await.status, 204);
    for body in ["", "{", r#"{"ref":"refs/heads/a..b","after":"00"}"#] {
        assert_eq!(api.hook(&known, body).await.status, 422, "{body}");
    }
    assert!(api.told().await.is_empty());
}

#[tokio::test]
async fn a_deleted_ref_is_told_without_a_commit() {
    let api = Settings::new().start().await;
    let body = json!({ "ref": "refs/heads/old", "after": "0".repeat(40) }).to_string();
    let answer = api.hook(&[("authorization", &format!("Bearer {SECRET}"))], &body).await;
    assert_eq!((answer.status.as_u16(), answer.json()["commit"].is_null()), (202, true));
}

#[tokio::test]
async fn a_storm_is_thinned_for_each_ref() {
    let api = Settings::new().start().await;
    let mut told = 0;
    let refused = loop {
        let answer = api.hook(&[("x-gitlab-token", SECRET)], &pushed("main")).await;
        if answer.status != 202 || told > 1000 {
            break answer;
        }
        told += 1;
    };
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1"));
    assert!(told >= 30);
    assert_eq!(api.hook(&[("x-gitlab-token", SECRET)], &pushed("other")).await.status, 202);
    assert_eq!(api.told().await.len(), told.min(100 - 1) + 1);
}

#[tokio::test]
async fn without_a_secret_no_webhook_is_accepted() {
    let settings = Settings::new();
    settings.access.hook_secrets.set(None);
    let api = settings.start().await;
    let answer = api.hook(&[("x-gitlab-token", "")], &pushed("main")).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("no secret is configured"), "{}", answer.body);
}
