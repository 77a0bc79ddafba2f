//! Enqueueing: a job is part of the transaction that causes it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use contract::jobs::Job;
use riverqueue::{Client, InsertOpts, JobMetadata, database::PostgresDatabase};
use sqlx::{PgPool, Postgres};

use crate::{Error, migrations::schema, payload::Payload};

/// A transaction: the store's own.
pub type Tx = sqlx::Transaction<'static, Postgres>;

/// How often the queue may tell its workers of new jobs, and how often a worker looks for some. River's own pace is one
/// that a reader would notice.
pub(crate) const PACE: Duration = Duration::from_millis(5);

/// How often a job is started before it is given up. With the growing pauses between, that is about four hours.
pub(crate) const ATTEMPTS: i32 = 10;

/// Where a job's metadata keeps the trace that enqueued it.
pub(crate) const TRACEPARENT: &str = "traceparent";

/// The queue, for whoever enqueues and asks. Clones share everything.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Made when it is first needed: it holds some MiB for events that nobody here listens to.
    client: Arc<OnceLock<Client>>,
    pub(crate) pool: PgPool,
}

impl Queue {
    /// The queue in the store's database. Waits for nothing.
    ///
    /// # Errors
    /// When River refuses its settings.
    pub fn new(pool: &PgPool) -> Result<Self, Error> {
        schema()?;
        Ok(Self { client: Arc::default(), pool: pool.clone() })
    }

    /// River's client, for whoever changes something.
    pub(crate) fn client(&self) -> Result<&Client, Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let database = PostgresDatabase::new(self.pool.clone()).with_schema(schema()?);
        let client = Client::builder(database).fetch_cooldown(PACE).default_max_attempts(ATTEMPTS).build()?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Enqueues a job, together with everything else in the transaction. After an error, drop the transaction.
    pub async fn enqueue<J: Job>(&self, tx: &mut Tx, job: &J) -> Result<(), Error> {
        self.client()?.insert(Payload::of(job)?).opts(options()?).tx(tx).await?;
        Ok(())
    }

    /// Enqueues jobs of one kind, in one statement. After an error, drop the transaction.
    pub async fn enqueue_all<J: Job>(&self, tx: &mut Tx, jobs: &[J]) -> Result<(), Error> {
        if jobs.is_empty() {
            return Ok(());
        }
        let options = options()?;
        let jobs: Result<Vec<_>, Error> = jobs.iter().map(|job| Ok((Payload::of(job)?, options.clone()))).collect();
        self.client()?.insert_many(jobs?).tx(tx).await?;
        Ok(())
    }
}

/// What a job is enqueued with: the trace that it is part of.
fn options() -> Result<InsertOpts, Error> {
    let Some(traceparent) = chassis::telemetry::traceparent() else { return Ok(InsertOpts::default()) };
    let mut metadata = JobMetadata::default();
    metadata.insert(TRACEPARENT, traceparent).map_err(|error| Error::Failed(Box::new(error)))?;
    Ok(InsertOpts::default().with_metadata(metadata))
}
