//! Redis dies, hangs, or was never there: requests are answered, none waits, and it is used again when it is back.

use cache::{Cache, Error};
use chassis::health::State;
use harness::backing::Redis;
use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Fixture, config, context};

/// A server that is stopped where it stands, until this is dropped.
struct Frozen(Pid);

impl Frozen {
    fn of(server: &Redis) -> Self {
        let pid = server.pid().and_then(|pid| Pid::from_raw(pid.cast_signed())).expect("a process");
        kill_process(pid, Signal::STOP).expect("stopped");
        Self(pid)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = kill_process(self.0, Signal::CONT);
    }
}

#[tokio::test]
async fn a_url_that_is_none_is_named_without_being_told() {
    let error = Cache::attach(&config(Some("s3cret:6379"), "bad"), &context("none")).err().expect("no URL");
    let text = format!("{error} {error:?}");
    assert!(matches!(error, Error::Invalid(_)) && text.contains("REDIS_URL") && !text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn a_process_without_a_redis_has_no_note_of_it_and_remembers_for_itself() {
    let process = Fixture::start(None, "none");
    process.answer("a").await;
    process.answer("a").await;
    assert_eq!(process.made(), 1);
    assert!(process.reading().is_none() && process.context.health().is_ready());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_was_away_from_the_start_is_used_once_it_comes() {
    let server = Redis::start().expect("a server");
    server.stop().expect("stopped");
    let process = Fixture::start(Some(server.url()), "late");
    process.wait_for(State::Fail).await;
    assert!(process.context.health().is_ready(), "Redis never counts for readiness");
    process.answer("a").await;
    server.start_again().expect("started");
    process.wait_for(State::Pass).await;
    process.answer("b").await;
    let other = Fixture::with_redis(server.url(), "late").await;
    other.answer("b").await;
    assert_eq!((process.made(), other.made()), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_dies_costs_nothing_but_its_memory() {
    let server = Redis::start().expect("a server");
    let process = Fixture::with_redis(server.url(), "dying").await;
    process.answer("a").await;
    server.stop().expect("stopped");
    for key in ["a", "b", "c"] {
        assert_eq!(process.answer(key).await, format!("<{key}>"));
    }
    process.wait_for(State::Fail).await;
    assert_eq!(process.metric("redis_usable"), "0");
    server.start_again().expect("started");
    process.wait_for(State::Pass).await;
    assert_eq!(process.metric("redis_usable"), "1");
    process.answer("d").await;
    let other = Fixture::with_redis(server.url(), "dying").await;
    other.answer("d").await;
    assert_eq!(other.made(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_hangs_is_waited_for_by_one_request_and_not_by_the_next() {
    let server = Redis::start().expect("a server");
    let process = Fixture::with_redis(server.url(), "hanging").await;
    let frozen = Frozen::of(&server);
    process.answer("first").await;
    process.wait_for(State::Fail).await;
    let errors = process.metric("redis_errors_total");
    for number in 0..100 {
        process.answer(&number.to_string()).await;
    }
    assert_eq!(process.made(), 101);
    assert_eq!(process.metric("redis_errors_total"), errors, "nobody asked a Redis that hangs");
    drop(frozen);
    process.wait_for(State::Pass).await;
    process.answer("last").await;
    let other = Fixture::with_redis(server.url(), "hanging").await;
    other.answer("last").await;
    assert_eq!(other.made(), 0);
}
