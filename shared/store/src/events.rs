//! Events: written with what they tell of, in one transaction; read in the order in which they became true.

mod wakes;

pub use wakes::Wakes;

use contract::events::{Change, Event};
use jiff_sqlx::Timestamp;

use crate::{Error, Store, Tx, locks};

/// The channel that tells of new events.
const CHANNEL: &str = "events";

/// The store's events.
#[derive(Clone, Copy, Debug)]
pub struct Events<'a> {
    store: &'a Store,
}

impl Store {
    /// What happened.
    pub fn events(&self) -> Events<'_> {
        Events { store: self }
    }
}

/// Some events in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsRead {
    /// The events.
    pub events: Vec<Event>,
    /// Where to read on: the id of the last event, or what was given when there is none.
    pub last_id: i64,
    /// Whether there may be more after it.
    pub more: bool,
}

struct Row {
    id: i64,
    at: Timestamp,
    kind: String,
    data: serde_json::Value,
}

impl Events<'_> {
    /// Writes down what happened, and wakes whoever waits when the transaction commits.
    ///
    /// From here to the commit no other transaction writes events: let it be the last thing a transaction does.
    pub async fn append(&self, tx: &mut Tx, changes: &[Change]) -> Result<(), Error> {
        sqlx::query!("select pg_advisory_xact_lock($1)", locks::EVENTS).execute(&mut **tx).await?;
        for change in changes {
            let data = serde_json::to_value(change).map_err(Error::corrupt)?;
            sqlx::query!(
                "insert into events (kind, data) values ($1, $2)",
                change.kind(),
                data.get("data").unwrap_or(&serde_json::Value::Null),
            )
            .execute(&mut **tx)
            .await?;
        }
        sqlx::query!("select pg_notify($1, '')", CHANNEL).execute(&mut **tx).await?;
        Ok(())
    }

    /// At most `limit` events after the one with id `after`, in order. Whoever reads on from the last id misses none.
    ///
    /// An event whose kind this program does not know is left out: a newer one wrote it.
    pub async fn after(&self, after: i64, limit: u32) -> Result<EventsRead, Error> {
        let rows = sqlx::query_as!(
            Row,
            r#"select id, at as "at: _", kind, data from events where id > $1 order by id limit $2"#,
            after,
            i64::from(limit),
        );
        let rows = rows.fetch_all(&mut *self.store.connection().await?).await?;
        let last_id = rows.last().map_or(after, |row| row.id);
        let more = rows.len() == limit as usize;
        Ok(EventsRead { events: rows.iter().filter_map(event).collect(), last_id, more })
    }

    /// The id of the last event; 0 when there is none. To read on from here is to read what happens from now on.
    pub async fn last_id(&self) -> Result<i64, Error> {
        let id = sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "id!" from events"#);
        Ok(id.fetch_one(&mut *self.store.connection().await?).await?)
    }

    /// Waits for events by Postgres's own notifications.
    pub async fn wakes(&self) -> Result<Wakes, Error> {
        Wakes::open(self.store).await
    }
}

/// The event in a row, unless its kind is unknown here.
fn event(row: &Row) -> Option<Event> {
    let change = serde_json::json!({ "kind": row.kind, "data": row.data });
    let change = serde_json::from_value(change).ok()?;
    Some(Event { id: row.id, at: row.at.to_jiff(), change })
}
