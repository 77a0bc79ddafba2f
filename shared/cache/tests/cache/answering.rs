//! An answer is made once, and nobody reads what is not theirs.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use cache::Made;
use tokio::join;

use crate::fixture::Fixture;

fn url() -> &'static str {
    harness::backing::redis().expect("a server").url()
}

#[tokio::test]
async fn an_answer_is_made_by_one_process_and_read_by_the_others() {
    let first = Fixture::with_redis(url(), "shared").await;
    let second = Fixture::with_redis(url(), "shared").await;
    assert_eq!(first.answer("a").await, "<a>");
    assert_eq!(second.answer("a").await, "<a>");
    assert_eq!(second.answer("a").await, "<a>");
    assert_eq!((first.made(), second.made()), (1, 0));
    assert_eq!(first.metric(r#"cache_answers_total{tier="none"}"#), "1");
    assert_eq!(second.metric(r#"cache_answers_total{tier="redis"}"#), "1");
    assert_eq!(second.metric(r#"cache_answers_total{tier="memory"}"#), "1");
}

#[tokio::test]
async fn whoever_asks_at_the_same_time_waits_for_the_first() {
    let process = Fixture::start(None, "alone");
    join!(process.answer("a"), process.answer("a"), process.answer("a"), process.answer("b"));
    assert_eq!(process.made(), 2);
}

#[tokio::test]
async fn what_is_true_only_now_is_kept_by_nobody() {
    let process = Fixture::with_redis(url(), "passing").await;
    let passing = async || {
        let make = async { Ok::<_, Infallible>(Made::Passing(Bytes::from_static(b"now"))) };
        process.cache.answer("a", make).await.expect("an answer")
    };
    assert_eq!(passing().await, "now");
    assert_eq!(process.answer("a").await, "<a>");
    assert_eq!(passing().await, "<a>");
}

#[tokio::test]
async fn an_error_is_told_to_whoever_waited_and_kept_by_nobody() {
    let process = Fixture::with_redis(url(), "failing").await;
    let failing = async || process.cache.answer("a", async { Err::<Made, _>("broken") }).await;
    assert_eq!(failing().await, Err(Arc::new("broken")));
    assert_eq!(process.answer("a").await, "<a>");
}

#[tokio::test]
async fn another_build_and_another_prefix_have_answers_of_their_own() {
    let old = Fixture::of_commit("old", Some(url()), "builds");
    let new = Fixture::of_commit("new", Some(url()), "builds");
    let neighbour = Fixture::of_commit("old", Some(url()), "neighbour");
    for process in [&old, &new, &neighbour] {
        process.wait_for(chassis::health::State::Pass).await;
        process.answer("a").await;
        assert_eq!(process.made(), 1);
    }
}
