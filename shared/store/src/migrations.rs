//! The schema: built in, applied by an admin process (factor XII), asked for by every other.

use std::fmt;

use sqlx::{Connection as _, PgPool, migrate::Migrator};

use crate::{Error, Store, locks};

/// Ours, in order. Applied by number; a number is a step.
static MIGRATOR: Migrator = sqlx::migrate!();

/// The oldest server that this program is made for, as the server counts.
const FLOOR: i32 = 150_000;

/// How the database's schema stands to the one that this program was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The same.
    Current,
    /// One step ahead: a newer program was deployed beside this one. Usable.
    AheadByOne,
    /// More than one step ahead. Not usable.
    TooNew {
        /// The newest step in the database.
        found: i64,
    },
    /// Behind, or none at all: `api migrate` was not run. Not usable.
    TooOld {
        /// The newest whole step in the database, 0 for none.
        found: i64,
    },
    /// Postgres itself is older than version 15. Not usable.
    OldServer,
}

impl Schema {
    /// Whether this program may work with it.
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Current | Self::AheadByOne)
    }

    fn of(found: i64, wanted: i64) -> Self {
        match found - wanted {
            0 => Self::Current,
            1 => Self::AheadByOne,
            ahead if ahead > 1 => Self::TooNew { found },
            _ => Self::TooOld { found },
        }
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = newest();
        match self {
            Self::Current => write!(formatter, "schema {wanted}"),
            Self::AheadByOne => write!(formatter, "schema {}, one ahead of this program", wanted + 1),
            Self::TooNew { found } => write!(formatter, "schema {found} is too new: this program knows {wanted}"),
            Self::TooOld { found } => {
                write!(formatter, "schema {found} is too old: this program needs {wanted}; run `api migrate`")
            }
            Self::OldServer => formatter.write_str("Postgres is older than version 15"),
        }
    }
}

/// The newest step that is built in.
fn newest() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

impl Store {
    /// How the database's schema stands.
    pub async fn schema(&self) -> Result<Schema, Error> {
        let mut connection = self.connection().await?;
        let server = sqlx::query_scalar!(r#"select current_setting('server_version_num')::int as "number!""#);
        if server.fetch_one(&mut *connection).await? < FLOOR {
            return Ok(Schema::OldServer);
        }
        // A step that broke half-way is not one that was taken. The table is sqlx's, and is there after the first.
        let found =
            sqlx::query_scalar::<_, i64>("select coalesce(max(version), 0) from _sqlx_migrations where success");
        match found.fetch_one(&mut *connection).await {
            Ok(found) => Ok(Schema::of(found, newest())),
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
                Ok(Schema::of(0, newest()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Brings the schema up to this program's, then does what `rest` does, with no other process doing the same.
    ///
    /// A schema that is newer stays as it is.
    ///
    /// # Errors
    /// What `rest` says, or an [`Error`] as its own kind.
    pub async fn migrate<E, F>(&self, rest: impl FnOnce(PgPool) -> F) -> Result<(), E>
    where
        E: From<Error>,
        F: Future<Output = Result<(), E>>,
    {
        let mut connection = self.connection().await?.detach();
        let lock = sqlx::query("select pg_advisory_lock($1)").bind(locks::MIGRATE).execute(&mut connection).await;
        lock.map_err(Error::from)?;
        let outcome = match ours(self.pool()).await {
            Ok(()) => rest(self.pool().clone()).await,
            Err(error) => Err(error.into()),
        };
        // The lock goes with its session.
        let closed = connection.close().await.map_err(Error::from);
        outcome.and(closed.map_err(E::from))
    }
}

/// Applies what is missing of ours.
async fn ours(pool: &PgPool) -> Result<(), Error> {
    let mut migrator = Migrator { migrations: MIGRATOR.migrations.clone(), ..Migrator::DEFAULT };
    migrator.set_locking(false).set_ignore_missing(true);
    Ok(migrator.run(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_schema_is_refused_and_a_newer_one_tolerated_by_one_step() {
        let usable = |found| Schema::of(found, 5).is_usable();
        assert_eq!([0, 4, 5, 6, 7].map(usable), [false, false, true, true, false]);
    }

    #[test]
    fn steps_are_numbered_without_gaps() {
        let versions: Vec<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
        let expected: Vec<i64> = (1..).take(versions.len()).collect();
        assert_eq!(versions, expected);
    }
}
