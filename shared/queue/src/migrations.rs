//! River's schema: its own migrations, applied by the admin process that applies the store's (factor XII).

use riverqueue::{database::SchemaName, migrate::PostgresMigrator};
use sqlx::PgPool;

use crate::{Error, river};

/// The schema that River's tables are in.
pub(crate) fn schema() -> Result<SchemaName, Error> {
    SchemaName::new(river::SCHEMA).map_err(|error| Error::Failed(Box::new(error)))
}

/// Makes River's tables, or brings them up to this program's. Two at once break each other: call it under the lock of
/// `store`'s own migrations.
pub async fn migrate(pool: PgPool) -> Result<(), Error> {
    river::create_schema(&pool).await?;
    let migrator = PostgresMigrator::new(pool).with_schema(schema()?);
    migrator.migrate_up().await.map_err(|error| Error::Failed(Box::new(error)))?;
    Ok(())
}
