//! Revisions: what a puller published.

use contract::revisions::{Announced, Announcement, RevisionId, RevisionList};

use super::{Error, transport::Transport};

/// `/v1/revisions`.
#[derive(Debug)]
pub struct Revisions<'api>(pub(super) &'api Transport);

impl Revisions<'_> {
    /// `POST`: tells what was published. Safe to repeat: what is the target already changes nothing.
    pub async fn announce(&self, announcement: &Announcement) -> Result<Announced, Error> {
        self.0.post(self.0.url(["revisions"]), announcement).await
    }

    /// `GET`: at most `limit` revisions, the latest accepted first, those `after` the given one.
    pub async fn list(&self, after: Option<RevisionId>, limit: u32) -> Result<RevisionList, Error> {
        let mut url = self.0.url(["revisions"]);
        url.query_pairs_mut().append_pair("limit", &limit.to_string());
        if let Some(RevisionId(after)) = after {
            url.query_pairs_mut().append_pair("after", &after.to_string());
        }
        self.0.get(url).await
    }
}
