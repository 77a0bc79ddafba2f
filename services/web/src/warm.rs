//! Warming: after a revision has gone live, its pages are made in idle time, in reading order, so that readers need not wait.

use std::{sync::Arc, time::Duration};

use content::Page;

use crate::{pages::Pages, snapshot::Snapshot};

/// The pause between two pages: readers come first.
const PAUSE: Duration = Duration::from_millis(20);

/// How long what rendering needs and a cached page does not is kept.
const REST: Duration = Duration::from_secs(20);

/// Fills the cache, up to three quarters.
pub(crate) struct Warmer(Pages);

impl Warmer {
    pub(crate) fn new(pages: Pages) -> Self {
        Self(pages)
    }

    /// Warms each revision until the next one, or the end.
    pub(crate) async fn run(self) {
        let shutdown = self.0.context.shutdown().clone();
        let mut revisions = self.0.revisions.clone();
        loop {
            tokio::select! {
                biased;
                () = shutdown.requested() => return,
                changed = revisions.changed() => if changed.is_err() { return shutdown.requested().await },
                () = tokio::time::sleep(REST) => {
                    content::release_syntaxes(REST);
                    continue;
                }
            }
            let Some(snapshot) = self.0.current.load_full() else { continue };
            tokio::select! {
                () = shutdown.requested() => return,
                () = self.warm(snapshot) => {}
            }
        }
    }

    async fn warm(&self, snapshot: Arc<Snapshot>) {
        let missing = |page: &&Page| !self.0.bodies.has(&snapshot.key(page));
        for page in snapshot.site.pages().iter().filter(missing) {
            let is_superseded = !self.0.current.load().as_ref().is_some_and(|current| Arc::ptr_eq(current, &snapshot));
            if is_superseded || self.0.bodies.is_filled() {
                return;
            }
            // A page that cannot be made is reported to the reader who asks for it.
            let _ = self.0.body(&snapshot, page).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
}
