//! Jobs are done: once, by whoever is free, and handed back by whoever must go.

use std::time::Duration;

use contract::jobs::JobState;
use harness::process::PATIENCE;
use queue::Failure;

use crate::{
    fixture::{Tidy, greet, migrated},
    workers::{By, Log, Worker, until},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_is_done_once_by_one_of_two_workers() {
    let queue = migrated();
    let logs = [Log::default(), Log::default()];
    let workers = logs.clone().map(|log| {
        Worker::start(
            &queue,
            By(move |job, attempt| {
                log.add(&job, attempt);
                async {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    Ok(())
                }
            }),
        )
    });
    for worker in &workers {
        worker.ready().await;
    }
    let names: Vec<String> = (0..200).map(|number| format!("{number:03}")).collect();
    queue.put(&names.iter().map(|name| greet(name)).collect::<Vec<_>>()).await;
    queue.settled(JobState::Completed, names.len()).await;
    assert!(logs.iter().all(|log| !log.entries().is_empty()), "one did nothing");
    let mut done: Vec<String> = logs.iter().flat_map(Log::entries).map(|(name, _)| name).collect();
    done.sort();
    assert_eq!(done, names);
    for worker in workers {
        worker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snooze_costs_no_attempt() {
    let (queue, log) = (migrated(), Log::default());
    let seen = log.clone();
    let worker = Worker::start(
        &queue,
        By(move |job, attempt| {
            seen.add(&job, attempt);
            let tired = seen.entries().len() < 3;
            async move { if tired { Err(Failure::Snooze(Duration::from_millis(20))) } else { Ok(()) } }
        }),
    );
    queue.put(&[greet("Ada")]).await;
    let jobs = queue.settled(JobState::Completed, 1).await;
    assert_eq!((jobs[0].attempt, jobs[0].problem.clone()), (1, None));
    assert_eq!(log.entries(), vec![("Ada".to_owned(), 1); 3]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_told_to_go_hands_its_job_back_at_no_charge() {
    let queue = migrated();
    let worker = Worker::start(&queue, By(|_, _| std::future::pending()));
    queue.put(&[greet("Ada")]).await;
    queue.settled(JobState::Running, 1).await;
    worker.stop().await;
    let jobs = queue.all().await;
    assert_eq!((jobs[0].state, jobs[0].attempt, jobs[0].problem.clone()), (JobState::Available, 0, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_told_to_go_finishes_what_it_can() {
    let queue = migrated();
    let (go, gone) = tokio::sync::watch::channel(false);
    let handler = By(move |_, _| {
        let mut gone = gone.clone();
        async move { Ok(gone.wait_for(|gone| *gone).await.map(drop)?) }
    });
    let worker = Worker::start_with(&queue, handler, |workers| workers.hand_back_after(PATIENCE));
    queue.put(&[greet("Ada")]).await;
    queue.settled(JobState::Running, 1).await;
    worker.context.shutdown().request();
    go.send_replace(true);
    worker.stop().await;
    assert_eq!(queue.all().await[0].state, JobState::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_periodic_job_comes_once_for_two_workers() {
    let queue = migrated();
    let start = || {
        let hourly = |workers: queue::Workers| workers.every(Duration::from_hours(1), Tidy {}).expect("a period");
        Worker::start_with(&queue, By(async |_, _| Ok(())), hourly)
    };
    let first = start();
    queue.settled(JobState::Completed, 1).await;
    let second = start();
    // The second leads now, and has its turn.
    first.stop().await;
    until("a leader", async || {
        let count = sqlx::query_scalar::<_, i64>("select count(*) from river.river_leader").fetch_one(&queue.pool);
        (count.await.expect("asked") == 1).then_some(())
    })
    .await;
    queue.put(&[greet("Ada")]).await;
    queue.settled(JobState::Completed, 2).await;
    second.stop().await;
    assert_eq!(queue.list(None, Some("tidy"), None, 9).await.expect("listed").jobs.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_tell_what_waits_and_what_was_done() {
    let queue = migrated();
    queue.put(&[greet("Ada")]).await;
    let worker = Worker::start(&queue, By(async |_, _| Ok(())));
    queue.settled(JobState::Completed, 1).await;
    let text = until("metrics", async || {
        let text = worker.context.metrics().to_text();
        text.contains(r#"queue_attempt_seconds_count{kind="greet",outcome="done"} 1"#).then_some(text)
    })
    .await;
    for line in [r#"queue_jobs{kind="greet",state="available"} 1"#, r#"queue_wait_seconds_count{kind="greet"} 1"#] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(text.contains("queue_running 0") && text.contains("queue_rescued_total 0"), "{text}");
    worker.stop().await;
}
