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

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if passes(&error) { Self::Unavailable(Box::new(error)) } else { Self::Failed(Box::new(error)) }
    }
}

/// Whether an error passes by itself: no connection, or one of SQLSTATE's classes for no connection (08), rolled back
/// for order's sake (40), out of something (53), interrupted by an operator (57).
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) // an answer that was cut off in the middle
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}
