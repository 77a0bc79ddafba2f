//! The suite at a glance.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Commit, RefName, jobs::JobState};

/// What is live and what is under way: `GET /v1/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// Every ref that was ever announced, by name.
    pub refs: Vec<RefStatus>,
    /// How many jobs there are in each state; a state without jobs is absent.
    pub jobs: BTreeMap<JobState, u64>,
}

/// Where a ref stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefStatus {
    /// Its name.
    #[serde(rename = "ref")]
    pub ref_name: RefName,
    /// The commit it is to show.
    #[serde(default)]
    pub target: Option<Commit>,
    /// The commit that search shows.
    #[serde(default)]
    pub live: Option<Commit>,
    /// Since when.
    #[serde(default)]
    pub live_at: Option<Timestamp>,
}
