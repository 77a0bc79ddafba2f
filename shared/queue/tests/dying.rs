//! Workers die, and nothing is lost.

use std::time::{Duration, Instant};

use contract::jobs::JobState;
use harness::process::{Program, Running};
use rustix::process::Signal;

use crate::{
    fixture::{Fixture, greet, migrated},
    workers::{By, Log, Worker, until},
};

/// Another process that is at its jobs for ever, or dies of them.
fn mortal(queue: &Fixture, behaviour: &str) -> Running {
    let here = std::env::current_exe().expect("a path");
    let target = here.ancestors().nth(2).expect("a target folder");
    Program::at(target.join("examples/mortal")).arg(queue.url()).arg(behaviour).start()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_of_a_killed_worker_runs_elsewhere_within_five_seconds() {
    let (queue, log) = (migrated(), Log::default());
    let mut killed = mortal(&queue, "wait");
    queue.put(&[greet("Ada")]).await;
    queue.settled(JobState::Running, 1).await;
    let seen = log.clone();
    let worker = Worker::start(
        &queue,
        By(move |job, attempt| {
            seen.add(&job, attempt);
            async { Ok(()) }
        }),
    );
    queue.put(&[greet("Grace")]).await;
    queue.settled(JobState::Completed, 1).await;
    let began = Instant::now();
    killed.signal(Signal::KILL);
    killed.wait();
    let jobs = queue.settled(JobState::Completed, 2).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(log.entries(), [("Grace".to_owned(), 1), ("Ada".to_owned(), 2)]);
    assert_eq!(jobs[0].problem.as_deref(), Some("the worker died"));
    until("a leader", async || {
        let leader = sqlx::query_scalar::<_, String>("select leader_id from river.river_leader");
        leader.fetch_optional(&queue.pool).await.expect("asked")
    })
    .await;
    assert!(worker.context.metrics().to_text().contains("queue_rescued_total 1"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_kills_its_workers_is_discarded() {
    let queue = migrated();
    queue.put(&[greet("Ada")]).await;
    sqlx::query("update river.river_job set max_attempts = 2").execute(&queue.pool).await.expect("updated");
    let mut deaths = 0;
    let mut victim = mortal(&queue, "abort");
    let jobs = until("the job's end", async || {
        if !victim.is_running() {
            deaths += 1;
            victim = mortal(&queue, "abort");
        }
        let jobs = queue.all().await;
        (jobs[0].state == JobState::Discarded).then_some(jobs)
    })
    .await;
    assert_eq!((deaths, jobs[0].attempt), (2, 2));
    assert_eq!(jobs[0].problem.as_deref(), Some("the worker died"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_lost_its_sign_of_life_for_a_moment_keeps_its_job() {
    let (queue, log) = (migrated(), Log::default());
    let (go, gone) = tokio::sync::watch::channel(false);
    let start = || {
        let (log, gone) = (log.clone(), gone.clone());
        Worker::start(
            &queue,
            By(move |job, attempt| {
                log.add(&job, attempt);
                let mut gone = gone.clone();
                async move { Ok(gone.wait_for(|gone| *gone).await.map(drop)?) }
            }),
        )
    };
    let first = start();
    queue.put(&[greet("Ada")]).await;
    queue.settled(JobState::Running, 1).await;
    let second = start();
    let holders = async || {
        let pids = "select pid from pg_locks where locktype = 'advisory' and objsubid = 2 and granted and database =
            (select oid from pg_database where datname = current_database()) order by pid";
        sqlx::query_scalar::<_, i32>(pids).fetch_all(&queue.pool).await.expect("asked")
    };
    let before = until("two signs of life", async || Some(holders().await).filter(|pids| pids.len() == 2)).await;
    let sever = sqlx::query("select pg_terminate_backend(pid) from unnest($1::int[]) as pid").bind(&before);
    sever.execute(&queue.pool).await.expect("severed");
    let is_back = |pids: &Vec<i32>| pids.len() == 2 && pids.iter().all(|pid| !before.contains(pid));
    until("two new signs of life", async || Some(holders().await).filter(is_back)).await;
    go.send_replace(true);
    let jobs = queue.settled(JobState::Completed, 1).await;
    assert_eq!((jobs[0].attempt, jobs[0].problem.clone()), (1, None));
    assert_eq!(log.entries(), [("Ada".to_owned(), 1)]);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_thought_dead_at_first_sight_nor_whoever_is_not_of_ours() {
    let queue = migrated();
    queue.put(&[greet("Ada"), greet("Grace")]).await;
    let claim = "update river.river_job set state = 'running', attempt = 1, attempted_at = now(),
        attempted_by = array[case when args ->> 'name' = 'Ada' then 'worker@00000001' else 'somebody else' end]";
    sqlx::query(claim).execute(&queue.pool).await.expect("claimed");
    let worker = Worker::start(&queue, By(async |_, _| Ok(())));
    worker.ready().await;
    assert_eq!(queue.all().await[0].state, JobState::Running, "there was one look, at the start");
    let jobs = queue.settled(JobState::Completed, 1).await;
    assert_eq!((jobs[0].state, jobs[0].attempt), (JobState::Completed, 2));
    assert_eq!((jobs[1].state, jobs[1].attempt), (JobState::Running, 1));
    worker.stop().await;
}
