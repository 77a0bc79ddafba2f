//! A job is part of the transaction that causes it, and can be asked after.

use contract::jobs::JobState;

use crate::fixture::{Tidy, greet, migrated};

#[tokio::test]
async fn a_job_of_a_transaction_that_is_rolled_back_never_was() {
    let queue = migrated();
    let mut tx = queue.begin().await;
    queue.enqueue(&mut tx, &greet("nobody")).await.expect("enqueued");
    drop(tx);
    queue.put(&[greet("Ada")]).await;
    let names: Vec<_> = queue.all().await.into_iter().map(|job| job.payload["name"].clone()).collect();
    assert_eq!(names, ["Ada"]);
}

#[tokio::test]
async fn a_job_is_found_as_it_was_enqueued() {
    let queue = migrated();
    queue.put::<Tidy>(&[]).await;
    queue.put(&[greet("Ada"), greet("Grace")]).await;
    let id = queue.all().await[1].id;
    let job = queue.find(id).await.expect("asked").expect("there");
    assert_eq!((job.kind.as_str(), job.state, job.attempt), ("greet", JobState::Available, 0));
    assert_eq!(job.payload, serde_json::json!({"name": "Grace"}));
    assert_eq!((job.started_at, job.finished_at, job.problem), (None, None, None));
    assert!(job.max_attempts > 1 && job.scheduled_at >= job.created_at);
    assert_eq!(queue.find(id + 1).await.expect("asked"), None);
}

#[tokio::test]
async fn jobs_are_listed_by_the_page_the_latest_first() {
    let queue = migrated();
    queue.put(&["a", "b", "c"].map(greet)).await;
    queue.put(&[Tidy {}]).await;
    let first = queue.list(None, Some("greet"), None, 2).await.expect("listed");
    let rest = queue.list(None, Some("greet"), first.next, 2).await.expect("listed");
    let names = |jobs: &[contract::jobs::JobSummary]| -> Vec<_> {
        jobs.iter().map(|job| job.payload["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!((names(&first.jobs), names(&rest.jobs)), (vec!["c".into(), "b".into()], vec!["a".into()]));
    assert_eq!(rest.next, None);
    let available = queue.list(Some(JobState::Available), None, None, 10).await.expect("listed");
    let discarded = queue.list(Some(JobState::Discarded), None, None, 10).await.expect("listed");
    assert_eq!((available.jobs.len(), discarded.jobs.len()), (4, 0));
    assert_eq!(queue.counts().await.expect("counted"), [(JobState::Available, 4)].into());
}

#[tokio::test]
async fn a_job_that_is_not_there_cannot_be_retried() {
    assert_eq!(migrated().retry(1).await.expect("asked"), None);
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let queue = migrated();
    queue.put(&[greet("Ada")]).await;
    queue::migrate(queue.pool.clone()).await.expect("migrated");
    assert_eq!(queue.all().await.len(), 1);
}
