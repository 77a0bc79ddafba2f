//! `index_revision`: reads which pages a revision has, and cuts what is new of them into batches for all workers.

use std::time::{Duration, Instant};

use content::{ContentHash, Lease, Page, Settings, Site};
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
        let read_seconds = began.elapsed().as_secs_f64();
        let started = self.start(job, &pages).await?;
        let seconds = began.elapsed().as_secs_f64();
        let (revision, pages) = (job.revision.0, pages.len());
        tracing::info!(revision.id = revision, pages, ?started, read_seconds, seconds, "Revision read");
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
    let listed = site.listed();
    let hashes: Vec<_> = site.pages().iter().map(|page| hash(&site, page)).collect();
    // What else the site knows goes before the pages are told.
    for ((index, page), hash) in site.into_pages().into_iter().enumerate().zip(hashes) {
        match hash {
            Ok(None) => {}
            Ok(Some(hash)) => listing.pages.push(NewPage {
                path: page.path,
                url: page.url,
                title: page.title,
                hash: hash.as_bytes().to_vec(),
                is_listed: listed.contains(&index),
            }),
            Err(reason) => leave_out(&page.path, &reason),
        }
    }
    listing
}

/// The hash of a page's text, none for a page without any, or why the page cannot be told to the store.
fn hash(site: &Site, page: &Page) -> Result<Option<ContentHash>, String> {
    if page.path.len() > LONGEST_PATH {
        return Err(format!("its path is longer than {LONGEST_PATH} bytes"));
    }
    site.sources().text_hash(page).map_err(|error| error.to_string())
}
