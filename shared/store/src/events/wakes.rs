//! Being woken: a notification says that there is something to read, and nothing more.

use std::time::Instant;

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::watch;

use super::CHANNEL;
use crate::{Error, Store};

/// Tells when there may be new events. Holds one connection.
#[derive(Debug)]
pub struct Wakes {
    listener: PgListener,
    pool: PgPool,
    credentials: watch::Receiver<Instant>,
}

impl Wakes {
    pub(super) async fn open(store: &Store) -> Result<Self, Error> {
        let (credentials, pool) = (store.credentials.changes(), store.pool().clone());
        Ok(Self { listener: listen(&pool).await?, pool, credentials })
    }

    /// Returns when events may have been written since the last call, and after every lost connection: what was told in
    /// between is not told again, but it can be read. The same holds after a change of credentials.
    ///
    /// # Errors
    /// While Postgres is away. The next call tries again.
    pub async fn next(&mut self) -> Result<(), Error> {
        tokio::select! {
            received = self.listener.try_recv() => drop(received?),
            _ = self.credentials.changed() => match listen(&self.pool).await {
                Ok(listener) => self.listener = listener,
                Err(error) => {
                    self.credentials.mark_changed();
                    return Err(error);
                }
            },
        }
        // One look at the events answers every notification that came meanwhile.
        while self.listener.next_buffered().is_some() {}
        Ok(())
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
