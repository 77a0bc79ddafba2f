//! Events: what happened, in the order in which it became true. `GET /v1/events` streams them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Commit, RefName};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Grows in the order of commits: whoever has seen an id has seen every smaller one. Gaps mean nothing.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// What happened: its `kind`, and the `data` that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Change {
    /// A forge says that a ref was pushed to.
    #[serde(rename = "push")]
    Push(Push),
    /// A commit became its ref's target.
    #[serde(rename = "revision.announced")]
    Announced(RevisionChange),
    /// Search shows a commit now.
    #[serde(rename = "revision.live")]
    Live(RevisionChange),
    /// A commit could not be indexed.
    #[serde(rename = "revision.failed")]
    Failed(RevisionChange),
    /// A commit was replaced, before or after it was live.
    #[serde(rename = "revision.superseded")]
    Superseded(RevisionChange),
}

impl Change {
    /// The name on the wire: `revision.live`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Push(_) => "push",
            Self::Announced(_) => "revision.announced",
            Self::Live(_) => "revision.live",
            Self::Failed(_) => "revision.failed",
            Self::Superseded(_) => "revision.superseded",
        }
    }
}

/// A push as a forge tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Push {
    /// The ref that was pushed to.
    #[serde(rename = "ref")]
    pub ref_name: RefName,
    /// The commit to expect there; none when the ref was deleted.
    #[serde(default)]
    pub commit: Option<Commit>,
}

/// A change of one revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevisionChange {
    /// The ref.
    #[serde(rename = "ref")]
    pub ref_name: RefName,
    /// The commit.
    pub commit: Commit,
    /// Why it failed; only with `revision.failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change() -> RevisionChange {
        let commit = "a".repeat(40).parse().expect("a commit");
        RevisionChange { ref_name: "main".parse().expect("a name"), commit, problem: None }
    }

    #[test]
    fn an_event_is_flat_and_comes_back_as_it_was() {
        let event = Event { id: 7, at: Timestamp::UNIX_EPOCH, change: Change::Live(change()) };
        let json = serde_json::to_value(&event).expect("JSON");
        let expected = serde_json::json!({
            "id": 7, "at": "1970-01-01T00:00:00Z", "kind": "revision.live", "data": { "ref": "main", "commit": "a".repeat(40) },
        });
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_value::<Event>(json).expect("an event"), event);
    }

    #[test]
    fn a_kind_has_the_same_name_in_rust_and_on_the_wire() {
        let push = Push { ref_name: "main".parse().expect("a name"), commit: None };
        let changes = [
            Change::Push(push),
            Change::Announced(change()),
            Change::Live(change()),
            Change::Failed(change()),
            Change::Superseded(change()),
        ];
        for change in changes {
            assert_eq!(serde_json::to_value(&change).expect("JSON")["kind"], change.kind());
        }
    }
}
