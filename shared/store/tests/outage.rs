//! Postgres goes away and comes back: nothing lies, nothing stays broken.

use std::time::{Duration, Instant};

use chassis::{
    config::{Live, Seconds, Secret},
    health::State,
    process::Context,
    version::Version,
};
use futures_util::future::join_all;
use harness::backing::{Data, Postgres};
use store::{Error, Store, StoreConfig};
use tokio::time::timeout;

fn context() -> Context {
    Context::new(Version { name: "test", version: "0", commit: "none", build: "debug" })
}

pub(crate) fn config(url: &str) -> StoreConfig {
    StoreConfig {
        database_url: Live::new(Secret::new(url)),
        database_connections: 4,
        database_wait_seconds: Seconds::new(1),
    }
}

/// Waits until the check `postgres` is in this state, and returns what it says.
async fn state(context: &Context, wanted: State) -> String {
    let watch = async {
        loop {
            let reading = context.health().readings().into_iter().find(|reading| reading.name == "postgres");
            if let Some(reading) = reading.filter(|reading| reading.state == wanted) {
                return reading.detail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), watch).await.expect("the state in time")
}

#[tokio::test]
async fn a_url_that_is_none_is_named_without_being_told() {
    let error = Store::open(&config("mysql://root:s3cret@host/name"), "test").expect_err("not Postgres");
    let text = format!("{error} {error:?}");
    assert!(text.contains("DATABASE_URL") && !text.contains("s3cret"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_attaches_before_postgres_is_there_and_recovers_by_itself() {
    let server = Postgres::start(Data::Temporary).expect("a server");
    server.stop().expect("stopped");
    let context = context();
    let store = Store::attach(&config(server.url()), &context).expect("attached");
    let reason = state(&context, State::Fail).await;
    assert!(reason.starts_with("the database cannot be used now"), "{reason}");
    server.start_again().expect("started");
    while !state(&context, State::Fail).await.contains("api migrate") {}
    store.migrate(async |_| Ok::<(), Error>(())).await.expect("migrated");
    state(&context, State::Pass).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_fail_fast_while_postgres_is_away_and_none_fails_when_it_is_back() {
    let server = Postgres::start(Data::Temporary).expect("a server");
    let store = Store::open(&config(server.url()), "test").expect("a store");
    store.migrate(async |_| Ok::<(), Error>(())).await.expect("migrated");
    let requests = (0..4).map(async |_| store.events().last_id().await);
    for answer in join_all(requests).await {
        answer.expect("an answer");
    }
    server.stop().expect("stopped");
    let began = Instant::now();
    let error = store.events().last_id().await.expect_err("away");
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    server.start_again().expect("started");
    for answer in join_all((0..8).map(async |_| store.events().last_id().await)).await {
        answer.expect("an answer");
    }
    server.stop().expect("stopped");
    server.start_again().expect("started");
    for _ in 0..8 {
        store.events().last_id().await.expect("an answer");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_events_is_woken_when_postgres_is_back() {
    let server = Postgres::start(Data::Temporary).expect("a server");
    let store = Store::open(&config(server.url()), "test").expect("a store");
    let mut wakes = store.events().wakes().await.expect("listening");
    server.stop().expect("stopped");
    server.start_again().expect("started");
    let woken = async { while wakes.next().await.is_err() {} };
    timeout(Duration::from_secs(20), woken).await.expect("woken in time");
}
