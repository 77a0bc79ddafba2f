//! An announcement: which commit a ref is to show, with every puller's announcements in one order.

use contract::{
    Commit, RefName,
    events::{Change, RevisionChange},
    revisions::{Announced, RevisionId},
};

use super::Revisions;
use crate::{Error, Tx};

/// What an announcement builds on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Nothing: the puller published nothing before.
    Nothing,
    /// The commit that the puller published before.
    Commit(Commit),
    /// Whatever the target is: for a puller that cannot say, and is believed.
    Target,
}

impl From<Option<Commit>> for Basis {
    fn from(from: Option<Commit>) -> Self {
        from.map_or(Self::Nothing, Self::Commit)
    }
}

/// What became of an announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The answer to the puller.
    pub announced: Announced,
    /// The revision that a job has to index, to be enqueued in the same transaction. None when nothing changed, and when
    /// the ref went back to what is still live.
    pub to_index: Option<RevisionId>,
}

/// A ref under its row's lock.
struct Locked {
    target: Option<i64>,
    live: Option<i64>,
}

/// A revision as the rules of order see it.
struct Seen {
    id: i64,
    commit: String,
    state: String,
}

impl Revisions<'_> {
    /// Announces that a puller of `ref_name` publishes `to`.
    ///
    /// When `to` is the target, nothing changes. When `basis` is the target, `to` becomes it, forward or back. Else a
    /// commit that was never seen becomes it, and one that was seen does not: it is a late announcement of the past.
    /// Announcements of one ref happen one after the other.
    pub async fn announce(
        &self,
        tx: &mut Tx,
        ref_name: &RefName,
        basis: Basis,
        to: &Commit,
        traceparent: Option<&str>,
    ) -> Result<Outcome, Error> {
        let locked = lock(tx, ref_name).await?;
        let seen = seen(tx, ref_name, to, locked.target).await?;
        let target = seen.iter().find(|seen| Some(seen.id) == locked.target);
        let before = seen.iter().find(|seen| seen.commit == to.as_str());
        let unchanged = target.filter(|target| !is_accepted(target, before, &basis, to));
        if let Some(target) = unchanged {
            let target = target.commit.parse().map_err(Error::corrupt)?;
            return Ok(Outcome { announced: Announced { target, accepted: false }, to_index: None });
        }
        let still_live = before.filter(|before| Some(before.id) == locked.live).map(|before| before.id);
        let id = match still_live {
            Some(id) => readopt(tx, id).await?,
            None => accept(tx, ref_name, to, traceparent).await?,
        };
        sqlx::query!("update refs set target = $2 where name = $1", ref_name.as_str(), id).execute(&mut **tx).await?;
        let mut changes = vec![Change::Announced(change(ref_name, to))];
        if let Some(target) = target
            && supersede(tx, target).await?
        {
            let commit = target.commit.parse().map_err(Error::corrupt)?;
            changes.push(Change::Superseded(change(ref_name, &commit)));
        }
        self.store.events().append(tx, &changes).await?;
        let to_index = still_live.is_none().then_some(RevisionId(id));
        Ok(Outcome { announced: Announced { target: to.clone(), accepted: true }, to_index })
    }
}

/// The rules of order, for a ref that has a target.
fn is_accepted(target: &Seen, before: Option<&Seen>, basis: &Basis, to: &Commit) -> bool {
    if target.commit == to.as_str() {
        return false;
    }
    match basis {
        Basis::Target => true,
        Basis::Commit(from) if from.as_str() == target.commit => true,
        Basis::Commit(_) | Basis::Nothing => before.is_none(),
    }
}

/// The ref, created when it is new, and locked until the transaction ends.
async fn lock(tx: &mut Tx, ref_name: &RefName) -> Result<Locked, Error> {
    let name = ref_name.as_str();
    sqlx::query!("insert into refs (name) values ($1) on conflict do nothing", name).execute(&mut **tx).await?;
    let row = sqlx::query_as!(Locked, "select target, live from refs where name = $1 for no key update", name);
    Ok(row.fetch_one(&mut **tx).await?)
}

/// The target, and the revision with the commit, if that was seen before.
async fn seen(tx: &mut Tx, ref_name: &RefName, commit: &Commit, target: Option<i64>) -> Result<Vec<Seen>, Error> {
    let rows = sqlx::query_as!(
        Seen,
        "select id, commit, state from revisions where (ref = $1 and commit = $2) or id = $3",
        ref_name.as_str(),
        commit.as_str(),
        target,
    );
    Ok(rows.fetch_all(&mut **tx).await?)
}

/// A revision to be indexed: a new one, or one that was seen and begins again.
async fn accept(tx: &mut Tx, ref_name: &RefName, to: &Commit, traceparent: Option<&str>) -> Result<i64, Error> {
    let id = sqlx::query_scalar!(
        "insert into revisions (ref, commit, traceparent) values ($1, $2, $3)
        on conflict (ref, commit) do update set state = 'announced', announced_at = clock_timestamp(),
            traceparent = excluded.traceparent, problem = null, batches_left = '{}'
        returning id",
        ref_name.as_str(),
        to.as_str(),
        traceparent,
    );
    Ok(id.fetch_one(&mut **tx).await?)
}

/// The live revision, as its ref's target again.
async fn readopt(tx: &mut Tx, id: i64) -> Result<i64, Error> {
    let touch = sqlx::query!("update revisions set announced_at = clock_timestamp() where id = $1", id);
    touch.execute(&mut **tx).await?;
    Ok(id)
}

/// Ends what was under way for the target before. Whether anything was.
async fn supersede(tx: &mut Tx, target: &Seen) -> Result<bool, Error> {
    if !matches!(target.state.as_str(), "announced" | "indexing") {
        return Ok(false);
    }
    let update =
        sqlx::query!("update revisions set state = 'superseded', batches_left = '{}' where id = $1", target.id);
    update.execute(&mut **tx).await?;
    Ok(true)
}

/// The data of a revision's event.
fn change(ref_name: &RefName, commit: &Commit) -> RevisionChange {
    RevisionChange { ref_name: ref_name.clone(), commit: commit.clone(), problem: None }
}
