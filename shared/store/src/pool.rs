//! The pool: one per process, attached without waiting.

use std::{str::FromStr, time::Duration};

use chassis::process::Context;
use sqlx::{
    Connection as _, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{Error, StoreConfig, watch};

/// A transaction. Dropped without [`Store::commit`], it never happened.
pub type Tx = sqlx::Transaction<'static, Postgres>;

/// How long a connection may lie idle and still be trusted without a question: no server restarts in less. Under load
/// connections rest for less than this, and the question costs nothing.
const TRUSTED: Duration = Duration::from_millis(20);

/// How a URL of Postgres begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// How long a connection lives at most, so that changed credentials and a moved server are noticed.
const LIFETIME: Duration = Duration::from_mins(10);

/// The database as this program knows it. Clones share the pool.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Attaches to Postgres without waiting for it, and keeps the check `postgres`: good while Postgres answers and its
    /// schema fits this program.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `DATABASE_URL` is not a URL of Postgres.
    pub fn attach(config: &StoreConfig, context: &Context) -> Result<Self, Error> {
        let store = Self::open(config, context.version().name)?;
        let check = context.health().check("postgres");
        context.tasks().spawn("postgres", watch::watch(store.clone(), check, context.shutdown().clone()));
        Ok(store)
    }

    /// The store for an admin process (factor XII), which needs no check. `name` is who the sessions say they are.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `DATABASE_URL` is not a URL of Postgres.
    pub fn open(config: &StoreConfig, name: &str) -> Result<Self, Error> {
        let url = Some(config.database_url.reveal()).filter(|url| SCHEMES.iter().any(|scheme| url.starts_with(scheme)));
        let options = url.and_then(|url| PgConnectOptions::from_str(url).ok());
        let options = options.ok_or(Error::Invalid("DATABASE_URL is not a URL of Postgres"))?;
        // Compiling a plan costs more than any of our queries, and the search gains nothing from it.
        let options = options.application_name(name).options([("jit", "off")]);
        let pool = PgPoolOptions::new()
            .max_connections(config.database_connections.max(2))
            .acquire_timeout(config.database_wait_seconds.duration())
            .max_lifetime(LIFETIME)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    /// The pool, for `queue`: a process has one.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(self.pool.begin().await?)
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
        Ok(self.pool.acquire().await?)
    }
}
