//! Events: in the order of commits, none missed.

use std::time::Duration;

use contract::events::{Change, Push};
use store::Store;
use tokio::{task::JoinSet, time::timeout};

use crate::fixture::{commit, main_ref, migrated};

fn push(number: u32) -> Change {
    Change::Push(Push { ref_name: main_ref(), commit: Some(commit(number)) })
}

async fn append(store: &Store, changes: &[Change]) {
    let mut tx = store.begin().await.expect("a transaction");
    store.events().append(&mut tx, changes).await.expect("appended");
    store.commit(tx).await.expect("committed");
}

#[tokio::test]
async fn a_reader_goes_on_where_it_was() {
    let store = migrated();
    assert_eq!(store.events().last_id().await.expect("asked"), 0);
    append(&store, &[push(1), push(2), push(3)]).await;
    let first = store.events().after(0, 2).await.expect("read");
    let rest = store.events().after(first.last_id, 10).await.expect("read");
    let changes = first.events.into_iter().chain(rest.events).map(|event| event.change);
    assert_eq!(changes.collect::<Vec<_>>(), [push(1), push(2), push(3)]);
    assert_eq!(rest.last_id, store.events().last_id().await.expect("asked"));
    let nothing = store.events().after(rest.last_id, 10).await.expect("read");
    assert_eq!((nothing.events, nothing.last_id), (vec![], rest.last_id));
}

#[tokio::test]
async fn an_event_of_a_newer_program_is_passed_over() {
    let store = migrated();
    sqlx::query("insert into events (kind, data) values ('from.tomorrow', '{}')")
        .execute(store.pool())
        .await
        .expect("written");
    let read = store.events().after(0, 10).await.expect("read");
    assert_eq!((read.events.len(), read.last_id), (0, store.events().last_id().await.expect("asked")));
}

#[tokio::test]
async fn a_later_commit_has_a_greater_id_whoever_began_first() {
    let store = migrated();
    let mut early = store.begin().await.expect("a transaction");
    sqlx::query("select 1").execute(&mut *early).await.expect("begun");
    let mut late = store.begin().await.expect("a transaction");
    store.events().append(&mut late, &[push(1)]).await.expect("appended");
    let (events, second) = (store.events(), [push(2)]);
    let mut waiting = Box::pin(events.append(&mut early, &second));
    timeout(Duration::from_millis(100), &mut waiting).await.expect_err("it waits for the other's commit");
    store.commit(late).await.expect("committed");
    waiting.await.expect("appended");
    store.commit(early).await.expect("committed");
    let changes: Vec<Change> =
        store.events().after(0, 10).await.expect("read").events.into_iter().map(|event| event.change).collect();
    assert_eq!(changes, [push(1), push(2)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_misses_nothing_while_many_write() {
    let store = migrated();
    let mut writers = JoinSet::new();
    for writer in 0..6 {
        let store = store.clone();
        writers.spawn(async move {
            for step in 0..20 {
                let mut tx = store.begin().await.expect("a transaction");
                store.events().append(&mut tx, &[push(1 + writer * 20 + step)]).await.expect("appended");
                sqlx::query("select pg_sleep(random() * 0.003)").execute(&mut *tx).await.expect("waited");
                store.commit(tx).await.expect("committed");
            }
        });
    }
    let (mut seen, mut last) = (Vec::new(), 0);
    while seen.len() < 120 {
        let read =
            timeout(Duration::from_secs(30), store.events().after(last, 7)).await.expect("in time").expect("read");
        let ids: Vec<i64> = read.events.iter().map(|event| event.id).collect();
        assert!(ids.iter().all(|id| *id > last) && ids.is_sorted());
        seen.extend(ids);
        last = read.last_id;
        if writers.is_empty() {
            assert!(!read.events.is_empty(), "{} of 120 events were seen", seen.len());
        }
        while writers.try_join_next().is_some() {}
    }
    assert_eq!(store.events().after(0, 1000).await.expect("read").events.len(), 120);
}

#[tokio::test]
async fn whoever_waits_is_woken_by_the_commit_and_not_before() {
    let store = migrated();
    let mut wakes = store.events().wakes().await.expect("listening");
    let mut tx = store.begin().await.expect("a transaction");
    store.events().append(&mut tx, &[push(1)]).await.expect("appended");
    timeout(Duration::from_millis(100), wakes.next()).await.expect_err("nothing to read yet");
    store.commit(tx).await.expect("committed");
    timeout(Duration::from_secs(10), wakes.next()).await.expect("in time").expect("woken");
    assert_eq!(store.events().after(0, 10).await.expect("read").events.len(), 1);
}
