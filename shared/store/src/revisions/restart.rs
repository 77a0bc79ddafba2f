//! Restarting: what a ref is to show begins anew, as if it had just been announced.

use contract::{RefName, revisions::Revision};

use super::{Revisions, row::RevisionRow};
use crate::{Error, Tx};

impl Revisions<'_> {
    /// Makes the target of every ref, or of the one that is named, a revision that waits to be started. What search shows
    /// stays what it is until it went all the way. Returns what a job has to index now, to be enqueued in the same
    /// transaction.
    pub async fn restart(&self, tx: &mut Tx, ref_name: Option<&RefName>) -> Result<Vec<Revision>, Error> {
        // As everywhere, the rows of refs are locked before those of revisions.
        let targets = sqlx::query_scalar!(
            r#"select target as "target!" from refs
            where target is not null and ($1::text is null or name = $1) order by name for no key update"#,
            ref_name.map(RefName::as_str),
        );
        let targets: Vec<i64> = targets.fetch_all(&mut **tx).await?;
        let rows = sqlx::query_as!(
            RevisionRow,
            r#"update revisions set state = 'announced', problem = null, batches_left = '{}' where id = any ($1)
            returning id, ref as ref_name, commit, state, announced_at as "announced_at: _", live_at as "live_at: _", pages, problem"#,
            &targets,
        );
        rows.fetch_all(&mut **tx).await?.into_iter().map(Revision::try_from).collect()
    }
}
