//! Revisions: accepted, indexed in batches, made live in one transaction, replaced.

mod announce;
mod ending;
mod indexing;
mod restart;
mod row;

pub use announce::{Basis, Outcome};
pub use ending::Ending;
pub use indexing::{BatchPage, NewPage, Started};

use contract::{
    Commit, RefName,
    revisions::{Revision, RevisionId, RevisionList},
    status::RefStatus,
};

use crate::{Error, Store, search::Scope};
use row::{RefRow, RevisionRow};

/// The store's revisions.
#[derive(Clone, Copy, Debug)]
pub struct Revisions<'a> {
    store: &'a Store,
}

impl Store {
    /// Revisions, and the refs they belong to.
    pub fn revisions(&self) -> Revisions<'_> {
        Revisions { store: self }
    }
}

impl Revisions<'_> {
    /// One revision by its number.
    pub async fn find(&self, id: RevisionId) -> Result<Option<Revision>, Error> {
        let row = sqlx::query_as!(
            RevisionRow,
            r#"select id, ref as ref_name, commit, state, announced_at as "announced_at: _", live_at as "live_at: _", pages, problem
            from revisions where id = $1"#,
            id.0,
        );
        row.fetch_optional(&mut *self.store.connection().await?).await?.map(Revision::try_from).transpose()
    }

    /// The revisions with this commit, one for each ref that ever had it; the latest accepted first.
    pub async fn of_commit(&self, commit: &Commit) -> Result<Vec<Revision>, Error> {
        let rows = sqlx::query_as!(
            RevisionRow,
            r#"select id, ref as ref_name, commit, state, announced_at as "announced_at: _", live_at as "live_at: _", pages, problem
            from revisions where commit = $1 order by announced_at desc, id desc"#,
            commit.as_str(),
        );
        rows.fetch_all(&mut *self.store.connection().await?).await?.into_iter().map(Revision::try_from).collect()
    }

    /// At most `limit` revisions, the latest accepted first, those that come after `after`.
    pub async fn list(&self, after: Option<RevisionId>, limit: u32) -> Result<RevisionList, Error> {
        let rows = sqlx::query_as!(
            RevisionRow,
            r#"select id, ref as ref_name, commit, state, announced_at as "announced_at: _", live_at as "live_at: _", pages, problem
            from revisions
            where $1::bigint is null or (announced_at, id) < (select announced_at, id from revisions where id = $1)
            order by announced_at desc, id desc limit $2"#,
            after.map(|id| id.0),
            i64::from(limit) + 1,
        );
        let rows = rows.fetch_all(&mut *self.store.connection().await?).await?;
        let mut revisions = rows.into_iter().map(Revision::try_from).collect::<Result<Vec<_>, _>>()?;
        let more = revisions.len() > limit as usize;
        revisions.truncate(limit as usize);
        let next = revisions.last().filter(|_| more).map(|revision| revision.id);
        Ok(RevisionList { revisions, next })
    }

    /// The revision that a question is about, as search and pages choose it: `commit`, if its pages are in the store; else
    /// the live one of the ref; without a ref, the one that went live last. None when nothing is live.
    pub async fn shown(&self, ref_name: Option<&RefName>, commit: Option<&Commit>) -> Result<Option<Commit>, Error> {
        let mut connection = self.store.connection().await?;
        Ok(Scope::find(&mut connection, ref_name, commit).await?.map(|scope| scope.commit))
    }

    /// Where every ref stands, by name.
    pub async fn refs(&self) -> Result<Vec<RefStatus>, Error> {
        let rows = sqlx::query_as!(
            RefRow,
            r#"select name, target.commit as "target?", live.commit as "live?", live.live_at as "live_at?: _"
            from refs
            left join revisions target on target.id = refs.target
            left join revisions live on live.id = refs.live
            order by name"#,
        );
        rows.fetch_all(&mut *self.store.connection().await?).await?.into_iter().map(RefStatus::try_from).collect()
    }

    /// The trace that the revision's announcement was part of, as W3C wrote it.
    pub async fn traceparent(&self, id: RevisionId) -> Result<Option<String>, Error> {
        let row = sqlx::query_scalar!("select traceparent from revisions where id = $1", id.0);
        Ok(row.fetch_optional(&mut *self.store.connection().await?).await?.flatten())
    }

    /// Whether `id` is still what its ref is to show. A job for anything else is superseded.
    pub async fn is_target(&self, id: RevisionId) -> Result<bool, Error> {
        let found = sqlx::query_scalar!(r#"select exists (select from refs where target = $1) as "is_target!""#, id.0);
        Ok(found.fetch_one(&mut *self.store.connection().await?).await?)
    }
}
