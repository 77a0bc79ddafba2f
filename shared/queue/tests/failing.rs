//! Jobs fail: they are tried again, given up, broken off; and a panic is the end of one job alone.

use std::time::Duration;

use contract::jobs::JobState;
use queue::{Attempt, Failure, Handler};

use crate::{
    fixture::{Greet, greet, migrated},
    workers::{By, Log, Worker, until},
};

fn broken() -> std::io::Error {
    std::io::Error::other("the greeting card is out of print")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_failed_is_tried_again_after_a_pause() {
    let (queue, log) = (migrated(), Log::default());
    let seen = log.clone();
    let worker = Worker::start(
        &queue,
        By(move |job, attempt: Attempt| {
            seen.add(&job, attempt);
            async move { if attempt.number == 1 { Err(broken().into()) } else { Ok(()) } }
        }),
    );
    queue.put(&[greet("Ada")]).await;
    let jobs = queue.settled(JobState::Completed, 1).await;
    let pause = jobs[0].started_at.expect("started").duration_since(jobs[0].created_at);
    assert!(pause.as_millis() >= 900, "{pause:?}");
    assert_eq!(log.entries(), [("Ada".to_owned(), 1), ("Ada".to_owned(), 2)]);
    assert!(jobs[0].problem.as_ref().expect("a problem").contains("out of print"), "{jobs:?}");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_given_up_says_why_and_can_be_retried() {
    let queue = migrated();
    let worker = Worker::start(
        &queue,
        By(|_, attempt: Attempt| async move {
            if attempt.number == 1 { Err(Failure::GiveUp(Box::new(broken()))) } else { Ok(()) }
        }),
    );
    queue.put(&[greet("Ada")]).await;
    let jobs = queue.settled(JobState::Discarded, 1).await;
    assert_eq!((jobs[0].attempt, jobs[0].problem.as_deref()), (1, Some("the greeting card is out of print")));
    assert!(jobs[0].finished_at.is_some());
    let retried = queue.retry(jobs[0].id).await.expect("asked").expect("there");
    assert_ne!(retried.state, JobState::Discarded);
    assert_eq!(queue.settled(JobState::Completed, 1).await[0].attempt, 2);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_without_attempts_left_is_discarded() {
    let queue = migrated();
    queue.put(&[greet("Ada")]).await;
    sqlx::query("update river.river_job set max_attempts = 1").execute(&queue.pool).await.expect("updated");
    let worker = Worker::start(
        &queue,
        By(|_, attempt: Attempt| async move {
            assert!(attempt.is_last());
            Err(broken().into())
        }),
    );
    let jobs = queue.settled(JobState::Discarded, 1).await;
    assert_eq!(jobs[0].problem.as_deref(), Some("the greeting card is out of print"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_the_end_of_one_job_alone() {
    let queue = migrated();
    let worker = Worker::start(
        &queue,
        By(|job: Greet, _| async move {
            assert_ne!(job.name, "Ada", "a panic of a test");
            Ok(())
        }),
    );
    queue.put(&[greet("Ada"), greet("Grace")]).await;
    queue.settled(JobState::Completed, 1).await;
    queue.put(&[greet("Barbara")]).await;
    queue.settled(JobState::Completed, 2).await;
    let problem = until("a problem", async || queue.all().await.remove(0).problem).await;
    assert!(problem.contains("a panic of a test"), "{problem}");
    let text = worker.context.metrics().to_text();
    assert!(text.contains(r#"outcome="panicked"}"#), "{text}");
    worker.stop().await;
}

struct Slow;

impl Handler<Greet> for Slow {
    const TIMEOUT: Duration = Duration::from_millis(50);

    async fn work(&self, _: Greet, _: Attempt) -> Result<(), Failure> {
        std::future::pending().await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_time_is_up_has_used_its_attempt() {
    let queue = migrated();
    queue.put(&[greet("Ada")]).await;
    sqlx::query("update river.river_job set max_attempts = 1").execute(&queue.pool).await.expect("updated");
    let worker = Worker::start(&queue, Slow);
    assert_eq!(queue.settled(JobState::Discarded, 1).await[0].attempt, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payload_that_cannot_be_read_is_given_up_at_once() {
    let queue = migrated();
    queue.put(&[greet("Ada")]).await;
    sqlx::query("update river.river_job set args = '{\"nom\": 1}'").execute(&queue.pool).await.expect("updated");
    let worker = Worker::start(&queue, By(async |_, _| Ok(())));
    let jobs = queue.settled(JobState::Discarded, 1).await;
    assert!(jobs[0].problem.as_ref().expect("a problem").contains("missing field `name`"), "{jobs:?}");
    worker.stop().await;
}
