//! The pool: one per process, attached without waiting.

use std::time::{Duration, Instant};

use chassis::process::Context;
use sqlx::{Connection as _, PgPool, Postgres, pool::PoolConnection, postgres::PgPoolOptions};

use crate::{
    Error, StoreConfig,
    credentials::{self, Credentials},
    watch,
};

/// A transaction. Dropped without [`Store::commit`], it never happened.
pub type Tx = sqlx::Transaction<'static, Postgres>;

/// How long a connection may lie idle and still be trusted without a question: no server restarts in less. Under load
/// connections rest for less than this, and the question costs nothing.
const TRUSTED: Duration = Duration::from_millis(20);

/// How long a connection lives at most, so that a moved server is noticed.
const LIFETIME: Duration = Duration::from_mins(10);

/// The database as this program knows it. Clones share the pool.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    pub(crate) credentials: Credentials,
    wait: Duration,
}

impl Store {
    /// Attaches to Postgres without waiting for it, and keeps the check `postgres`: good while Postgres answers and its
    /// schema fits this program. A `DATABASE_URL` that changes is put in force without a failed request.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `DATABASE_URL` is not a URL of Postgres.
    pub fn attach(config: &StoreConfig, context: &Context) -> Result<Self, Error> {
        let store = Self::open(config, context.version().name)?;
        let check = context.health().check("postgres");
        let (announced, wait) = (store.credentials.announced(), store.wait);
        let following = credentials::follow(store.clone(), announced, wait, context.shutdown().clone());
        context.tasks().spawn("credentials", following);
        context.tasks().spawn("postgres", watch::watch(store.clone(), check, context.shutdown().clone()));
        Ok(store)
    }

    /// The store for an admin process (factor XII), which needs no check. `name` is who the sessions say they are.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `DATABASE_URL` is not a URL of Postgres.
    pub fn open(config: &StoreConfig, name: &str) -> Result<Self, Error> {
        let credentials = Credentials::new(&config.database_url, name);
        let (options, current) = (credentials.options()?, credentials.clone());
        let wait = config.database_wait_seconds.duration();
        let pool = PgPoolOptions::new()
            .max_connections(config.database_connections.max(2))
            .acquire_timeout(wait)
            .max_lifetime(LIFETIME)
            .test_before_acquire(false)
            .before_acquire(move |connection, about| {
                let is_current = current.made(about.age);
                Box::pin(async move {
                    if about.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(is_current)
                })
            })
            .connect_lazy_with(options);
        Ok(Self { pool, credentials, wait })
    }

    /// The pool, for `queue`: a process has one.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Tx, Error> {
        self.patiently(|| self.pool.begin()).await
    }

    /// Ends a transaction: all of it becomes true at once.
    pub async fn commit(&self, tx: Tx) -> Result<(), Error> {
        Ok(tx.commit().await?)
    }

    /// Waits for what is in use and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// One connection for several statements: a release costs a round trip, so a request takes one once.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Postgres>, Error> {
        self.patiently(|| self.pool.acquire()).await
    }

    /// Takes from the pool. Where Postgres refuses our credentials, new ones are on their way: they are waited for as
    /// long as for a free connection.
    async fn patiently<T, F>(&self, take: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        let deadline = Instant::now() + self.wait;
        loop {
            match take().await {
                Err(error) if self.credentials.are_refused(&error) && Instant::now() < deadline => {
                    tokio::time::sleep(credentials::PAUSE).await;
                }
                taken => return Ok(taken?),
            }
        }
    }
}
