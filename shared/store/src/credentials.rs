//! Credentials that change while the process runs (factor III): new ones are proved, then every connection is replaced.

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use chassis::{
    config::{Changes, Live, Secret},
    lifecycle::Shutdown,
};
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::sync::watch;

use crate::{Error, Store};

/// How a URL of Postgres begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Between two tries of what was refused.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// Who the program is to Postgres, and since when. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    url: Live<Secret>,
    name: String,
    since: watch::Sender<Instant>,
}

impl Credentials {
    pub(crate) fn new(url: &Live<Secret>, name: &str) -> Self {
        Self { url: url.clone(), name: name.to_owned(), since: watch::Sender::new(Instant::now()) }
    }

    /// How to connect, by the URL as it is now.
    pub(crate) fn options(&self) -> Result<PgConnectOptions, Error> {
        let url = self.url.load();
        let url = Some(url.reveal()).filter(|url| SCHEMES.iter().any(|scheme| url.starts_with(scheme)));
        let options = url.and_then(|url| PgConnectOptions::from_str(url).ok());
        let options = options.ok_or(Error::Invalid("DATABASE_URL is not a URL of Postgres"))?;
        // Compiling a plan costs more than any of our queries, and the search gains nothing from it.
        Ok(options.application_name(&self.name).options([("jit", "off")]))
    }

    /// Whether a connection of this age was made with the credentials in force.
    pub(crate) fn made(&self, age: Duration) -> bool {
        age <= self.since.borrow().elapsed()
    }

    /// Tells when the credentials in force are others.
    pub(crate) fn changes(&self) -> watch::Receiver<Instant> {
        self.since.subscribe()
    }

    /// The URL's own changes, for [`follow`].
    pub(crate) fn announced(&self) -> Changes<Secret> {
        self.url.changes()
    }

    /// Has the URL read again if `error` says that it is outdated. Whether it does.
    pub(crate) fn are_refused(&self, error: &sqlx::Error) -> bool {
        let refused = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        let is_refused = refused.is_some_and(|code| code == "28P01" || code == "28000");
        if is_refused {
            self.url.doubt();
        }
        is_refused
    }

    /// Connects once with the new credentials, then puts them in force. The old ones stay if that fails.
    async fn switch(&self, pool: &PgPool) -> Result<(), Error> {
        let options = self.options()?;
        PgConnection::connect_with(&options).await?.close().await?;
        pool.set_connect_options(options);
        self.replace_connections(pool).await;
        Ok(())
    }

    /// Gives up every connection that there is: what is idle now, what is in use when it is asked for again.
    async fn replace_connections(&self, pool: &PgPool) {
        self.since.send_replace(Instant::now());
        for _ in 0..pool.num_idle() {
            let Some(connection) = pool.try_acquire() else { break };
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "Connection not closed in order");
            }
        }
    }
}

/// Puts every new URL in force, as soon as Postgres takes it, until `shutdown`. Making a connection takes at most `wait`.
pub(crate) async fn follow(store: Store, mut announced: Changes<Secret>, wait: Duration, shutdown: Shutdown) {
    let (credentials, pool) = (&store.credentials, store.pool());
    let work = async {
        announced.next().await;
        loop {
            let mut is_told = false;
            while let Err(error) = credentials.switch(pool).await {
                if !is_told {
                    let source = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::warn!(%error, source, "New credentials of Postgres do not work yet: the old ones stay");
                    is_told = true;
                }
                tokio::time::sleep(PAUSE).await;
            }
            tracing::info!("Credentials of Postgres changed");
            // A connection that was being made meanwhile is of the old ones too.
            if tokio::time::timeout(wait, announced.next()).await.is_err() {
                credentials.replace_connections(pool).await;
                announced.next().await;
            }
        }
    };
    tokio::select! {
        () = shutdown.requested() => {}
        () = work => {}
    }
}
