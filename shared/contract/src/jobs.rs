//! Jobs: what the api asks of the workers, and how a job is shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{Commit, RefName, revisions::RevisionId};

/// A job's payload. It names what to do; what is true it looks up, since it may run late and more than once.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The job's name, in the queue and in logs: `index_revision`.
    const KIND: &'static str;
}

/// Reads a revision's pages and cuts what is new into batches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexRevision {
    /// The revision.
    pub revision: RevisionId,
    /// Its ref.
    #[serde(rename = "ref")]
    pub ref_name: RefName,
    /// Its commit.
    pub commit: Commit,
}

impl Job for IndexRevision {
    const KIND: &'static str = "index_revision";
}

/// Indexes one batch of a revision's pages. The last one done makes the revision live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexBatch {
    /// The revision.
    pub revision: RevisionId,
    /// Its ref.
    #[serde(rename = "ref")]
    pub ref_name: RefName,
    /// Its commit.
    pub commit: Commit,
    /// The batch's number within the revision, from 0.
    pub batch: u32,
}

impl Job for IndexBatch {
    const KIND: &'static str = "index_batch";
}

/// Removes what nobody can ask for any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prune {}

impl Job for Prune {
    const KIND: &'static str = "prune";
}

/// One job as an operator sees it: `GET /v1/jobs/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobSummary {
    /// Its number.
    pub id: i64,
    /// What it does: `index_batch`.
    pub kind: String,
    /// How it stands.
    pub state: JobState,
    /// The payload, as it was enqueued.
    pub payload: serde_json::Value,
    /// How often it was started.
    pub attempt: u32,
    /// How often it may be started before it is discarded.
    pub max_attempts: u32,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it may start, or might have.
    pub scheduled_at: Timestamp,
    /// When its last attempt started.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended, for good or bad.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    /// What went wrong in its last failed attempt, for people.
    #[serde(default)]
    pub problem: Option<String>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Waiting for a worker.
    Available,
    /// Waiting for its time.
    Scheduled,
    /// A worker is at it.
    Running,
    /// Failed; waiting for its next attempt.
    Retryable,
    /// Done.
    Completed,
    /// Given up: no attempt is left, or none would help.
    Discarded,
    /// Taken back by an operator.
    Cancelled,
    /// Waiting for something outside the queue.
    Pending,
}

/// Jobs, the latest first: `GET /v1/jobs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobList {
    /// At most as many as were asked for.
    pub jobs: Vec<JobSummary>,
    /// The id to send as `after` to read on; none at the end.
    #[serde(default)]
    pub next: Option<i64>,
}
