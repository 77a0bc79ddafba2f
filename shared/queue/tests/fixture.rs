//! A migrated database for one test, and the jobs of these tests.

use std::ops::Deref;

use anyhow::Context as _;
use contract::jobs::{Job, JobSummary};
use harness::backing::{Database, Template, postgres};
use queue::{Queue, Tx};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

/// A queue with a database of its own.
pub(crate) struct Fixture {
    queue: Queue,
    pub(crate) pool: PgPool,
    url: String,
    database: Option<Database<'static>>,
}

impl Deref for Fixture {
    type Target = Queue;

    fn deref(&self) -> &Queue {
        &self.queue
    }
}

/// A job that says who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Greet {
    pub(crate) name: String,
}

impl Job for Greet {
    const KIND: &'static str = "greet";
}

pub(crate) fn greet(name: &str) -> Greet {
    Greet { name: name.to_owned() }
}

/// A job of another kind.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Tidy {}

impl Job for Tidy {
    const KIND: &'static str = "tidy";
}

/// A queue on a migrated database.
pub(crate) fn migrated() -> Fixture {
    let template = Template { fingerprint: b"queue", fill };
    let database = postgres().and_then(|server| server.database(template)).expect("a database");
    let mut fixture = Fixture::on(database.url());
    fixture.database = Some(database);
    fixture
}

/// Migrates from outside the test's own runtime, and leaves no connection open.
pub(crate) fn fill(url: &str) -> anyhow::Result<()> {
    let url = url.to_owned();
    let work = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let pool = PgPool::connect(&url).await?;
            queue::migrate(pool.clone()).await?;
            pool.close().await;
            anyhow::Ok(())
        })
    });
    work.join().map_err(|_| anyhow::anyhow!("the migration panicked"))?.context("cannot migrate")
}

impl Fixture {
    /// The queue in the database of this URL.
    pub(crate) fn on(url: &str) -> Self {
        let pool = PgPool::connect_lazy(url).expect("a pool");
        Self { queue: Queue::new(&pool).expect("a queue"), pool, url: url.to_owned(), database: None }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn begin(&self) -> Tx {
        self.pool.begin().await.expect("a transaction")
    }

    /// Enqueues in a transaction of its own.
    pub(crate) async fn put<J: Job>(&self, jobs: &[J]) {
        let mut tx = self.begin().await;
        self.enqueue_all(&mut tx, jobs).await.expect("enqueued");
        tx.commit().await.expect("committed");
    }

    /// Every job, the first first.
    pub(crate) async fn all(&self) -> Vec<JobSummary> {
        let mut jobs = self.list(None, None, None, 1000).await.expect("listed").jobs;
        jobs.reverse();
        jobs
    }
}
