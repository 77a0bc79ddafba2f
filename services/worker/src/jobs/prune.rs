//! `prune`: removes what nobody can ask for any more, and ends what nobody will bring to an end.

use std::time::Duration;

use chassis::clock;
use contract::{
    jobs::Prune,
    revisions::{Revision, RevisionState},
    status::RefStatus,
};
use jiff::SignedDuration;
use queue::{Attempt, Failure};
use store::prune::Keep;

use super::indexing::Indexing;

pub(super) struct Handler {
    pub(super) indexing: Indexing,
    pub(super) revisions: u32,
    pub(super) events_days: u32,
}

impl queue::Handler<Prune> for Handler {
    const TIMEOUT: Duration = Duration::from_mins(10);

    async fn work(&self, _: Prune, _: Attempt) -> Result<(), Failure> {
        self.end_stranded().await?;
        let age = SignedDuration::from_hours(24 * i64::from(self.events_days));
        let keep = Keep { revisions: self.revisions, events_since: clock::now() - age };
        let pruned = self.indexing.store.prune(keep).await?;
        tracing::info!(revisions = pruned.revisions, bodies = pruned.bodies, events = pruned.events, "Pruned");
        Ok(())
    }
}

impl Handler {
    /// A job whose workers died time and again is discarded without a word to its revision: it fails here.
    async fn end_stranded(&self) -> Result<(), Failure> {
        for at in self.indexing.store.revisions().refs().await? {
            let Some(revision) = self.under_way(&at).await? else { continue };
            let payload = serde_json::json!({ "revision": revision.id });
            if !self.indexing.queue.is_open(&payload).await? {
                self.indexing.fail(revision.id, "its jobs were given up").await?;
            }
        }
        Ok(())
    }

    /// The revision that is to become what search shows for a ref.
    async fn under_way(&self, at: &RefStatus) -> Result<Option<Revision>, Failure> {
        let Some(target) = at.target.as_ref().filter(|target| at.live.as_ref() != Some(target)) else {
            return Ok(None);
        };
        let revisions = self.indexing.store.revisions().of_commit(target).await?;
        let is_under_way = |revision: &Revision| {
            revision.ref_name == at.ref_name
                && matches!(revision.state, RevisionState::Announced | RevisionState::Indexing)
        };
        Ok(revisions.into_iter().find(is_under_way))
    }
}
