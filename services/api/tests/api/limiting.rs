//! Too much at once, and too long: told to come back later.

use std::time::Duration;

use chassis::config::Seconds;
use futures_util::future::join_all;
use tokio::net::TcpListener;

use crate::fixture::{Settings, commit};

#[tokio::test]
async fn more_than_the_limit_are_told_to_come_back_later_and_the_rest_is_served() {
    let settings = Settings::new();
    settings.limits.request_limit.set(2);
    let api = settings.start().await;
    let answers = join_all((0..10).map(|_| api.get("/v1/status"))).await;
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert_eq!((served, refused.len()), (2, 8));
    assert!(refused.iter().all(|answer| answer.header("retry-after") == "1"));
    assert_eq!(api.get("/v1/status").await.status, 200, "a place is free again");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up_and_changes_nothing() {
    let settings = Settings::new();
    settings.limits.request_timeout_seconds.set(Seconds::new(1));
    let api = settings.start().await;
    // Someone holds the ref's row, and an announcement has to wait for it.
    api.announce(None, 1).await;
    let mut tx = api.store.begin().await.expect("begun");
    let (name, basis) = ("main".parse().expect("a name"), store::revisions::Basis::Target);
    api.store.revisions().announce(&mut tx, &name, basis, &commit(2), None).await.expect("announced");
    let answer = api.announce(Some(1), 3).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    drop(tx);
    assert_eq!(api.announce(Some(1), 4).await.json()["target"], commit(4).to_string());
    assert_eq!(api.get(&format!("/v1/revisions/{}", commit(3))).await.status, 404);
}

#[tokio::test]
async fn a_postgres_that_never_answers_holds_no_request_for_long() {
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("postgres://app@{}/app", silent.local_addr().expect("an address"));
    let api = Settings::at(&url).start().await;
    let answer = tokio::time::timeout(Duration::from_secs(8), api.get("/v1/status")).await.expect("in time");
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"));
}
