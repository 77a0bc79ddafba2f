//! What can go wrong, by what the caller can do about it.

use sqlx::error::DatabaseError;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Postgres is away, too busy, or was interrupted: the same call may work later.
    #[error("the database cannot be used now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The caller's data cannot be stored: the same call will not work later.
    #[error("{0}")]
    Invalid(&'static str),
    /// A defect, here or in the database.
    #[error("the database refused")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A row holds what this program cannot have written.
    pub(crate) fn corrupt(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Failed(Box::new(source))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if passes(&error) { Self::Unavailable(Box::new(error)) } else { Self::Failed(Box::new(error)) }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            error => Self::Failed(Box::new(error)),
        }
    }
}

/// Whether an error is one that passes by itself.
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) // an answer that was cut off in the middle
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| passing_state(&code)) || is_lost(error.as_ref())
        }
        _ => false,
    }
}

/// SQLSTATEs of what passes: no connection (08), rolled back for order's sake (40), out of something (53), interrupted
/// by an operator (57), no such database yet (3D000).
fn passing_state(code: &str) -> bool {
    ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)) || code == "3D000"
}

/// Whether the server ended the session for good.
fn is_lost(error: &dyn DatabaseError) -> bool {
    error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some_and(|error| {
        matches!(error.severity(), sqlx::postgres::PgSeverity::Fatal | sqlx::postgres::PgSeverity::Panic)
    })
}
