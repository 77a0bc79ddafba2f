//! What can go wrong, by what the caller can do about it.

/// Why the queue did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Postgres is away, too busy, or was interrupted: the same call may work later.
    #[error("the queue cannot be used now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A defect, here or in the database.
    #[error("the queue refused")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<riverqueue::Error> for Error {
    fn from(error: riverqueue::Error) -> Self {
        match error {
            riverqueue::Error::Database(error) => error.into(),
            error => Self::Failed(Box::new(error)),
        }
    }
}

/// What passes by itself is known where the database is: in the store.
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match store::Error::from(error) {
            store::Error::Unavailable(source) => Self::Unavailable(source),
            store::Error::Failed(source) => Self::Failed(source),
            error @ store::Error::Invalid(_) => Self::Failed(Box::new(error)),
        }
    }
}
