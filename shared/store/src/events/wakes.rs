//! Being woken: a notification says that there is something to read, and nothing more.

use sqlx::{PgPool, postgres::PgListener};

use super::CHANNEL;
use crate::Error;

/// Tells when there may be new events. Holds one connection.
#[derive(Debug)]
pub struct Wakes(PgListener);

impl Wakes {
    pub(super) async fn open(pool: &PgPool) -> Result<Self, Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(listener))
    }

    /// Returns when events may have been written since the last call, and after every lost connection: what was told in
    /// between is not told again, but it can be read.
    ///
    /// # Errors
    /// While Postgres is away. The next call tries again.
    pub async fn next(&mut self) -> Result<(), Error> {
        self.0.try_recv().await?;
        // One look at the events answers every notification that came meanwhile.
        while self.0.next_buffered().is_some() {}
        Ok(())
    }
}
