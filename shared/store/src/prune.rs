//! Pruning: what nobody can ask for any more goes, a little at a time.

use jiff_sqlx::ToSqlx as _;

use crate::{Error, Store, locks};

/// What is kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// How many revisions of each ref stay searchable beside the live one and the target: for readers whose page is older.
    pub revisions: u32,
    /// Events from then on stay; older ones go.
    pub events_since: jiff::Timestamp,
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Revisions whose pages went. Their rows stay.
    pub revisions: u64,
    /// Bodies that no page had any more.
    pub bodies: u64,
    /// Events.
    pub events: u64,
}

/// How much goes in one transaction.
const PORTION: i64 = 500;

impl Store {
    /// Removes pages of old revisions, bodies that no revision has, and old events, in short transactions. Interrupted,
    /// it has done a part; done twice at once, each does a part.
    pub async fn prune(&self, keep: Keep) -> Result<Pruned, Error> {
        let revisions = self.prune_revisions(keep.revisions).await?;
        let mut bodies = 0;
        loop {
            let removed = self.prune_bodies().await?;
            bodies += removed;
            if removed == 0 {
                break;
            }
        }
        let events = sqlx::query!("delete from events where at < $1", keep.events_since.to_sqlx() as _);
        let events = events.execute(&mut *self.connection().await?).await?.rows_affected();
        Ok(Pruned { revisions, bodies, events })
    }

    /// A revision stops being searchable before its pages go, so that nobody sees a half of it.
    async fn prune_revisions(&self, keep: u32) -> Result<u64, Error> {
        let mut count = 0;
        let old = sqlx::query_scalar!(
            "with ranked as (
                select id, ref, row_number() over (partition by ref order by announced_at desc, id desc) as nth
                from revisions where state in ('superseded', 'failed')
                    and exists (select from pages where revision = revisions.id)
            )
            select id from ranked where nth > $1",
            i64::from(keep),
        );
        for id in old.fetch_all(&mut *self.connection().await?).await? {
            let mut tx = self.begin().await?;
            let hidden = sqlx::query!(
                "update revisions set searchable = false
                where id = $1 and state in ('superseded', 'failed')
                    and not exists (select from refs where target = $1 or live = $1)",
                id,
            );
            if hidden.execute(&mut *tx).await?.rows_affected() == 1 {
                sqlx::query!("delete from pages where revision = $1", id).execute(&mut *tx).await?;
                count += 1;
            }
            self.commit(tx).await?;
        }
        Ok(count)
    }

    async fn prune_bodies(&self) -> Result<u64, Error> {
        let mut tx = self.begin().await?;
        sqlx::query!("select pg_advisory_xact_lock($1)", locks::PRUNE).execute(&mut *tx).await?;
        let removed = sqlx::query!(
            "delete from bodies where id in (
                select id from bodies where not exists (select from pages where pages.body = bodies.id) limit $1
            )",
            PORTION,
        );
        let removed = removed.execute(&mut *tx).await?.rows_affected();
        self.commit(tx).await?;
        Ok(removed)
    }
}
