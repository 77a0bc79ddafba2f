//! The revision that a question is about.

use contract::{Commit, RefName};
use sqlx::PgConnection;

use crate::Error;

/// A revision with all its pages.
///
/// The one asked for, if its pages are in the store; else the one that is live for the ref; without a ref, the one
/// that went live last.
pub(crate) struct Scope {
    pub(crate) revision: i64,
    pub(crate) commit: Commit,
}

impl Scope {
    /// None when nothing is live.
    pub(crate) async fn find(
        connection: &mut PgConnection,
        ref_name: Option<&RefName>,
        commit: Option<&Commit>,
    ) -> Result<Option<Self>, Error> {
        let row = sqlx::query!(
            r#"select id as "id!", commit as "commit!" from (
                (select id, commit from revisions
                where commit = $2 and searchable and ($1::text is null or ref = $1)
                order by state = 'live' desc, live_at desc limit 1)
                union all
                (select revisions.id, commit from refs join revisions on revisions.id = refs.live
                where $1::text is null or name = $1
                order by live_at desc limit 1)
            ) found limit 1"#,
            ref_name.map(RefName::as_str),
            commit.map(Commit::as_str),
        );
        let Some(row) = row.fetch_optional(connection).await? else { return Ok(None) };
        Ok(Some(Self { revision: row.id, commit: row.commit.parse().map_err(Error::corrupt)? }))
    }
}
