//! Rows as Postgres tells them, and what they are outside.

use contract::{
    revisions::{Revision, RevisionId, RevisionState},
    status::RefStatus,
};
use jiff_sqlx::Timestamp;

use crate::Error;

pub(super) struct RevisionRow {
    pub(super) id: i64,
    pub(super) ref_name: String,
    pub(super) commit: String,
    pub(super) state: String,
    pub(super) announced_at: Timestamp,
    pub(super) live_at: Option<Timestamp>,
    pub(super) pages: Option<i32>,
    pub(super) problem: Option<String>,
}

impl TryFrom<RevisionRow> for Revision {
    type Error = Error;

    fn try_from(row: RevisionRow) -> Result<Self, Error> {
        Ok(Self {
            id: RevisionId(row.id),
            ref_name: row.ref_name.parse().map_err(Error::corrupt)?,
            commit: row.commit.parse().map_err(Error::corrupt)?,
            state: state_of(&row.state)?,
            announced_at: row.announced_at.to_jiff(),
            live_at: row.live_at.map(Timestamp::to_jiff),
            pages: row.pages.map(u32::try_from).transpose().map_err(Error::corrupt)?,
            problem: row.problem,
        })
    }
}

/// A state by its name in the database, which is its name on the wire.
pub(super) fn state_of(name: &str) -> Result<RevisionState, Error> {
    match name {
        "announced" => Ok(RevisionState::Announced),
        "indexing" => Ok(RevisionState::Indexing),
        "live" => Ok(RevisionState::Live),
        "failed" => Ok(RevisionState::Failed),
        "superseded" => Ok(RevisionState::Superseded),
        _ => Err(Error::Invalid("a revision is in a state that this program does not know")),
    }
}

pub(super) struct RefRow {
    pub(super) name: String,
    pub(super) target: Option<String>,
    pub(super) live: Option<String>,
    pub(super) live_at: Option<Timestamp>,
}

impl TryFrom<RefRow> for RefStatus {
    type Error = Error;

    fn try_from(row: RefRow) -> Result<Self, Error> {
        let commit = |text: Option<String>| text.map(|text| text.parse().map_err(Error::corrupt)).transpose();
        Ok(Self {
            ref_name: row.name.parse().map_err(Error::corrupt)?,
            target: commit(row.target)?,
            live: commit(row.live)?,
            live_at: row.live_at.map(Timestamp::to_jiff),
        })
    }
}
