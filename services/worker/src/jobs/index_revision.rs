//! `index_revision`: reads which pages a revision has, and cuts what is new of them into batches for all workers.

use std::time::{Duration, Instant};

use content::{Format, Lease, Page, Settings, Site};
use contract::jobs::{IndexBatch, IndexRevision};
use queue::{Attempt, Failure};
use store::revisions::{NewPage, Started};

use super::indexing::{Indexing, failure};

/// How long the puller may take before the job makes room for others.
const PATIENCE: Duration = Duration::from_secs(2);

/// The longest path that the store takes, in bytes.
const LONGEST_PATH: usize = 2000;

pub(super) struct Handler(pub(super) Indexing);

impl queue::Handler<IndexRevision> for Handler {
    const TIMEOUT: Duration = Duration::from_mins(5);

    async fn work(&self, job: IndexRevision, attempt: Attempt) -> Result<(), Failure> {
        let outcome = self.index(&job).await;
        self.0.end(job.revision, attempt, outcome).await
    }
}

impl Handler {
    async fn index(&self, job: &IndexRevision) -> Result<(), Failure> {
        let began = Instant::now();
        if !self.0.store.revisions().is_target(job.revision).await? {
            tracing::info!(revision.id = job.revision.0, "Revision superseded before it was read");
            return Ok(());
        }
        let Listing { pages, left_out } = self.0.checkout.at(&job.commit, PATIENCE, list).await?;
        self.0.left_out.inc_by(left_out);
        let read_ms = began.elapsed().as_millis();
        let started = self.start(job, &pages).await?;
        let (count, started_ms) = (pages.len(), began.elapsed().as_millis());
        tracing::info!(revision.id = job.revision.0, pages = count, ?started, read_ms, started_ms, "Revision read");
        if started == Started::Live {
            self.0.tell_live(job.revision).await?;
        }
        Ok(())
    }

    /// Writes the pages down and enqueues the batches, both or neither.
    async fn start(&self, job: &IndexRevision, pages: &[NewPage]) -> Result<Started, Failure> {
        let Indexing { store, queue, batch_pages, .. } = &self.0;
        let mut tx = store.begin().await?;
        let started = store.revisions().start(&mut tx, job.revision, pages, *batch_pages).await.map_err(failure)?;
        match started {
            Started::Not(_) => return Ok(started),
            Started::Live => {}
            Started::Batches(count) => {
                let batch = |batch| IndexBatch {
                    revision: job.revision,
                    ref_name: job.ref_name.clone(),
                    commit: job.commit.clone(),
                    batch,
                };
                let batches: Vec<IndexBatch> = (0..count).map(batch).collect();
                queue.enqueue_all(&mut tx, &batches).await?;
            }
        }
        store.commit(tx).await?;
        Ok(started)
    }
}

/// The pages that search may find, and how many it may not.
struct Listing {
    pages: Vec<NewPage>,
    left_out: u64,
}

/// Reads a checkout. What cannot be read is left out and reported.
fn list(lease: Lease, settings: Settings) -> Listing {
    let site = Site::read(lease, settings);
    let mut listing = Listing { pages: Vec::with_capacity(site.pages().len()), left_out: 0 };
    let mut leave_out = |path: &str, reason: &str| {
        tracing::warn!(path, reason, "Page left out of search");
        listing.left_out += 1;
    };
    for skipped in site.skipped() {
        leave_out(&skipped.path, &skipped.reason);
    }
    for page in site.pages().iter().filter(|page| page.format != Format::Listing) {
        match new_page(&site, page) {
            Ok(page) => listing.pages.push(page),
            Err(reason) => leave_out(&page.path, &reason),
        }
    }
    listing
}

/// A page as the store is told of it, or why it cannot be.
fn new_page(site: &Site, page: &Page) -> Result<NewPage, String> {
    if page.path.len() > LONGEST_PATH {
        return Err(format!("its path is longer than {LONGEST_PATH} bytes"));
    }
    let hash = site.sources().text_hash(page).map_err(|error| error.to_string())?;
    Ok(NewPage {
        path: page.path.clone(),
        url: page.url.clone(),
        title: page.title.clone(),
        hash: hash.map(|hash| hash.as_bytes().to_vec()).unwrap_or_default(),
    })
}
