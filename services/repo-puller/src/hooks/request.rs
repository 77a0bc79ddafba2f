//! A URL that is asked when there is a commit.

use std::time::Duration;

use client::outbound::{self, Outbound};
use contract::Commit;

use crate::redact::Redactor;

/// What is asked, and which answer is a good one.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) url: String,
    pub(crate) method: String,
    /// The status of a good answer; 0 or less takes any.
    pub(crate) success_status: i64,
    pub(crate) timeout: Duration,
    pub(crate) outbound: Outbound,
    pub(crate) redactor: Redactor,
}

impl Request {
    /// Asks once.
    pub(super) async fn run(&self, commit: &Commit) -> Result<(), String> {
        let status = self.ask(commit).await.map_err(|error| self.redactor.clean(&error.to_string()))?;
        let is_good = self.success_status <= 0 || i64::from(status) == self.success_status;
        if is_good { Ok(()) } else { Err(format!("the answer is {status}, not {}", self.success_status)) }
    }

    async fn ask(&self, commit: &Commit) -> Result<u16, outbound::Error> {
        let method = self.method.parse().map_err(|_| outbound::Error::Invalid("the method is none"))?;
        let request = outbound::Request::new(method, &self.url)?.header("Gitsync-Hash", commit.as_str())?;
        let response = self.outbound.send(request.timeout(self.timeout)).await?;
        Ok(response.status().as_u16())
    }
}
