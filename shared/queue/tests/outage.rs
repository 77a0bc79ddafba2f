//! Postgres goes away under a worker and comes back.

use chassis::health::State;
use contract::jobs::JobState;
use harness::backing::{Data, Postgres};
use queue::Queue;

use crate::{
    fixture::{Fixture, fill, greet},
    workers::{By, Log, Worker, until},
};

/// Waits until the check `queue` is in this state.
async fn state(worker: &Worker, wanted: State) {
    let look = async || worker.context.health().readings().into_iter().find(|reading| reading.state == wanted);
    until(&format!("{wanted:?}"), look).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_outlives_its_database_and_is_ready_when_it_claims_jobs() {
    let server = Postgres::start(Data::Temporary).expect("a server");
    fill(server.url()).expect("migrated");
    let (queue, log) = (Fixture::on(server.url()), Log::default());
    let seen = log.clone();
    server.stop().expect("stopped");
    let worker = Worker::start(
        &Queue::clone(&queue),
        By(move |job, attempt| {
            seen.add(&job, attempt);
            async { Ok(()) }
        }),
    );
    state(&worker, State::Fail).await;
    server.start_again().expect("started");
    state(&worker, State::Pass).await;
    queue.put(&[greet("Ada")]).await;
    queue.settled(JobState::Completed, 1).await;
    server.stop().expect("stopped");
    state(&worker, State::Fail).await;
    server.start_again().expect("started");
    queue.put(&[greet("Grace")]).await;
    queue.settled(JobState::Completed, 2).await;
    state(&worker, State::Pass).await;
    assert_eq!(log.entries(), [("Ada".to_owned(), 1), ("Grace".to_owned(), 1)]);
    worker.stop().await;
}
