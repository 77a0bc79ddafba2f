//! Revisions: one commit of the site's repository, on its way from the puller to the reader.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Commit, RefName};

/// What a puller tells after it published a commit: `POST /v1/revisions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Announcement {
    /// The ref that the puller follows.
    #[serde(rename = "ref")]
    pub ref_name: RefName,
    /// The commit that this puller published before; none at its first.
    #[serde(default)]
    pub from: Option<Commit>,
    /// The commit that it publishes now.
    pub to: Commit,
}

/// The answer to an [`Announcement`].
///
/// A puller whose commit is not the target looks at the remote again, and then announces with `from` = `target`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Announced {
    /// The commit that the ref is to show, after this announcement.
    pub target: Commit,
    /// Whether this announcement moved the target. False when it already was there, and when the order of announcements
    /// says that the announced commit is an old one.
    pub accepted: bool,
}

/// A revision's number: unique in the store, never reused. One commit of one ref keeps its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct RevisionId(pub i64);

/// One commit of a followed ref.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Revision {
    /// Its number.
    pub id: RevisionId,
    /// The ref it belongs to.
    #[serde(rename = "ref")]
    pub ref_name: RefName,
    /// The commit.
    pub commit: Commit,
    /// How far it came.
    pub state: RevisionState,
    /// When it was last accepted as the ref's target.
    pub announced_at: Timestamp,
    /// When search began to show it; none if it never did.
    #[serde(default)]
    pub live_at: Option<Timestamp>,
    /// How many pages it has; none until they were counted.
    #[serde(default)]
    pub pages: Option<u32>,
    /// Why it failed, for people.
    #[serde(default)]
    pub problem: Option<String>,
}

/// How far a revision came: `announced → indexing → live`, or `failed`, or `superseded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RevisionState {
    /// Accepted; nothing was read yet.
    Announced,
    /// Its pages are being indexed.
    Indexing,
    /// What search shows for its ref.
    Live,
    /// It could not be indexed.
    Failed,
    /// Another commit took its place.
    Superseded,
}

/// Revisions, the latest accepted first: `GET /v1/revisions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevisionList {
    /// At most as many as were asked for.
    pub revisions: Vec<Revision>,
    /// What to send as `after` to read on; none at the end.
    #[serde(default)]
    pub next: Option<RevisionId>,
}
