//! Where the remote is: asked natively where that is certain, and by git in every doubt.

use std::time::Duration;

use contract::Commit;

use super::Puller;
use crate::{error::Error, remote::Doubt};

/// How long the native look may take: after that, git still has its time.
const LONGEST: Duration = Duration::from_secs(10);

impl Puller {
    /// The commit of each ref that is followed, in their order.
    pub(super) async fn tips(&mut self) -> Result<Vec<Commit>, Error> {
        let names: Vec<String> = self.followed.iter().map(|followed| followed.name.clone()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let tips = match self.look_natively(&names).await {
            Some(tips) => tips,
            None => self.repository.look(&names).await?,
        };
        let known = self.followed.iter().zip(tips).map(|(followed, tip)| (followed, followed.commit().or(tip)));
        known.map(|(followed, tip)| tip.ok_or_else(|| Error::MissingRef(followed.name.clone()))).collect()
    }

    async fn look_natively(&mut self, names: &[&str]) -> Option<Vec<Option<Commit>>> {
        let login = self.credentials.login(&self.repository.remote().url);
        let within = LONGEST.min(self.pace.timeout / 4);
        match self.remote.as_mut()?.look(names, login, within).await {
            Ok(tips) => Some(tips),
            Err(Doubt::OldProtocol) => None,
            Err(doubt) => {
                tracing::debug!(%doubt, "Remote not understood: asking git");
                None
            }
        }
    }
}
