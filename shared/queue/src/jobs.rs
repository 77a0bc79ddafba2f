//! Jobs as an operator sees them.

use std::collections::BTreeMap;

use contract::jobs::{JobList, JobState, JobSummary};
use riverqueue::Record;

use crate::{Error, Queue, river};

impl Queue {
    /// One job, if it is still kept.
    pub async fn find(&self, id: i64) -> Result<Option<JobSummary>, Error> {
        river::find(&self.pool, id).await
    }

    /// At most `limit` jobs, the latest first: those that come after `after`, of one state and one kind where they are
    /// named.
    pub async fn list(
        &self,
        state: Option<JobState>,
        kind: Option<&str>,
        after: Option<i64>,
        limit: u32,
    ) -> Result<JobList, Error> {
        let mut jobs = river::list(&self.pool, state, kind, after, i64::from(limit) + 1).await?;
        let more = jobs.len() > limit as usize;
        jobs.truncate(limit as usize);
        let next = jobs.last().filter(|_| more).map(|job| job.id);
        Ok(JobList { jobs, next })
    }

    /// Makes a job available now, also one that was given up: it then has one attempt more. One that is running is left
    /// alone. None when there is no such job.
    pub async fn retry(&self, id: i64) -> Result<Option<JobSummary>, Error> {
        match self.client()?.jobs().retry(id).await {
            Ok(_) => self.find(id).await,
            Err(riverqueue::Error::NotFound(Record::Job(_))) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// How many jobs there are in each state, those that are done as long as they are kept. A state without jobs is not
    /// named.
    pub async fn counts(&self) -> Result<BTreeMap<JobState, u64>, Error> {
        river::counts(&self.pool).await
    }

    /// Whether a job whose payload has all of `part` waits or is worked on.
    pub async fn is_open(&self, part: &serde_json::Value) -> Result<bool, Error> {
        river::is_open(&self.pool, part).await
    }
}
