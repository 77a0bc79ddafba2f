//! How indexing ends: live, in the transaction that compares the target; failed; or not at all, because another commit
//! took the revision's place.

use contract::{
    Commit, RefName,
    events::{Change, RevisionChange},
    revisions::RevisionId,
};

use super::Revisions;
use crate::{Error, Store, Tx, bodies};

/// What finishing a batch led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// So many batches are left.
    Left(u32),
    /// It was the last: the revision is live.
    Live,
    /// The batch was counted before, or its revision is not being indexed any more.
    Not,
}

/// The ref of a revision, under its row's lock.
pub(super) struct Target {
    pub(super) is_this: bool,
    live: Option<i64>,
}

impl Revisions<'_> {
    /// Gives up on a revision that is announced or being indexed. Whether it was.
    pub async fn fail(&self, tx: &mut Tx, id: RevisionId, problem: &str) -> Result<bool, Error> {
        target_of(tx, id).await?;
        let problem = bodies::clean(problem);
        let failed = sqlx::query!(
            "update revisions set state = 'failed', problem = $2, batches_left = '{}'
            where id = $1 and state in ('announced', 'indexing')
            returning ref, commit",
            id.0,
            &problem,
        );
        let Some(failed) = failed.fetch_optional(&mut **tx).await? else { return Ok(false) };
        let change = RevisionChange { problem: Some(problem), ..change(&failed.r#ref, &failed.commit)? };
        self.store.events().append(tx, &[Change::Failed(change)]).await?;
        Ok(true)
    }
}

/// Locks the row of the revision's ref until the transaction ends, and tells whether the revision is the target.
///
/// The row is locked before any revision's, here as in an announcement, so that the two never wait for each other.
pub(super) async fn target_of(tx: &mut Tx, id: RevisionId) -> Result<Target, Error> {
    let row = sqlx::query!(
        "select target, live from refs where name = (select ref from revisions where id = $1) for no key update",
        id.0,
    );
    let row = row.fetch_optional(&mut **tx).await?.ok_or(Error::Invalid("there is no such revision"))?;
    Ok(Target { is_this: row.target == Some(id.0), live: row.live })
}

/// Makes the revision what search shows. Its ref's row is locked, its target is this revision, and every batch is done.
pub(super) async fn go_live(store: &Store, tx: &mut Tx, id: RevisionId) -> Result<(), Error> {
    let live = target_of(tx, id).await?.live.filter(|live| *live != id.0);
    let now = sqlx::query!(
        "update revisions set state = 'live', live_at = clock_timestamp(), searchable = true where id = $1 returning ref, commit",
        id.0,
    );
    let now = now.fetch_one(&mut **tx).await?;
    sqlx::query!("update refs set live = $2 where name = $1", now.r#ref, id.0).execute(&mut **tx).await?;
    let mut changes = vec![Change::Live(change(&now.r#ref, &now.commit)?)];
    if let Some(live) = live {
        let before =
            sqlx::query!("update revisions set state = 'superseded' where id = $1 returning ref, commit", live);
        let before = before.fetch_one(&mut **tx).await?;
        changes.push(Change::Superseded(change(&before.r#ref, &before.commit)?));
    }
    store.events().append(tx, &changes).await
}

/// The data of a revision's event.
fn change(ref_name: &str, commit: &str) -> Result<RevisionChange, Error> {
    let ref_name: RefName = ref_name.parse().map_err(Error::corrupt)?;
    let commit: Commit = commit.parse().map_err(Error::corrupt)?;
    Ok(RevisionChange { ref_name, commit, problem: None })
}
