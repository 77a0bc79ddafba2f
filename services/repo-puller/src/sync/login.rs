//! Who we are to the remote, got anew before each sync.

use super::Puller;
use crate::{credentials::Moment, error::Error};

impl Puller {
    /// Gets every login anew that may have changed, and hides it in messages.
    pub(super) async fn sign_in(&mut self) -> Result<(), Error> {
        let refreshed = self.credentials.refresh(Moment::now()).await;
        if let Some(worked) = refreshed.askpass {
            self.instruments.askpass(worked);
        }
        if let Some(worked) = refreshed.github_app {
            self.instruments.github_app(worked);
        }
        self.credentials.secrets().for_each(|secret| self.redactor.hide(&secret));
        Ok(refreshed.outcome?)
    }
}
