//! The schema: applied by one process at a time, asked for by all.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use store::{Error, Schema, Store};

use crate::fixture::{empty, migrated};

async fn pretend(store: &Store, version: i64) {
    let insert = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values ($1, '', true, '', 0)";
    sqlx::query(insert).bind(version).execute(store.pool()).await.expect("written");
}

async fn newest(store: &Store) -> i64 {
    sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(store.pool()).await.expect("a version")
}

#[tokio::test]
async fn a_database_with_nothing_in_it_is_too_old() {
    let store = empty();
    let schema = store.schema().await.expect("asked");
    assert_eq!(schema, Schema::TooOld { found: 0 });
    assert!(!schema.is_usable() && schema.to_string().contains("api migrate"), "{schema}");
}

#[tokio::test]
async fn a_newer_schema_is_tolerated_by_one_step() {
    let store = migrated();
    assert_eq!(store.schema().await.expect("asked"), Schema::Current);
    let ours = newest(&store).await;
    pretend(&store, ours + 1).await;
    assert_eq!(store.schema().await.expect("asked"), Schema::AheadByOne);
    pretend(&store, ours + 2).await;
    assert_eq!(store.schema().await.expect("asked"), Schema::TooNew { found: ours + 2 });
}

#[tokio::test]
async fn an_older_program_leaves_a_newer_schema_as_it_is() {
    let store = migrated();
    let ours = newest(&store).await;
    pretend(&store, ours + 1).await;
    store.migrate(async |_| Ok::<(), Error>(())).await.expect("nothing to do");
    assert_eq!(newest(&store).await, ours + 1);
}

#[tokio::test]
async fn processes_that_migrate_at_once_do_so_one_after_the_other() {
    let store = empty();
    let inside = AtomicU32::new(0);
    let processes = (0..4).map(|_| {
        store.migrate(async |pool| {
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "nobody else is here");
            sqlx::query("select pg_sleep(0.02)").execute(&pool).await.map_err(Error::from)?;
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok::<(), Error>(())
        })
    });
    for outcome in join_all(processes).await {
        outcome.expect("migrated");
    }
    assert_eq!(store.schema().await.expect("asked"), Schema::Current);
}

#[tokio::test]
async fn what_fails_after_ours_is_reported_and_the_lock_is_given_back() {
    let store = empty();
    let failed = store.migrate(async |_| Err(anyhow::anyhow!("the queue's"))).await;
    assert_eq!(failed.expect_err("failed").to_string(), "the queue's");
    store.migrate(async |_| anyhow::Ok(())).await.expect("migrated");
}
