//! `index_batch`: writes what is on a batch's pages for search. The last batch of a revision makes it live.

use std::{sync::Arc, time::Duration};

use content::Sources;
use contract::jobs::IndexBatch;
use queue::{Attempt, Failure};
use store::{
    bodies::{Body, Section},
    revisions::{BatchPage, Ending},
};

use super::indexing::{Indexing, failure};

/// How long the puller may take before the job goes back, perhaps to a worker that has the tree.
const PATIENCE: Duration = Duration::from_millis(200);

/// How much text is held before it is written, in bytes; one page more at most.
const PORTION: usize = 2 << 20;

pub(super) struct Handler(pub(super) Indexing);

impl queue::Handler<IndexBatch> for Handler {
    const TIMEOUT: Duration = Duration::from_mins(2);

    async fn work(&self, job: IndexBatch, attempt: Attempt) -> Result<(), Failure> {
        let outcome = self.index(&job).await;
        self.0.end(job.revision, attempt, outcome).await
    }
}

impl Handler {
    async fn index(&self, job: &IndexBatch) -> Result<(), Failure> {
        let Indexing { store, checkout, .. } = &self.0;
        let Some(pages) = store.revisions().batch(job.revision, job.batch).await? else { return Ok(()) };
        let pages: Arc<[BatchPage]> = pages.into();
        let mut from = 0;
        while from < pages.len() {
            let batch = Arc::clone(&pages);
            let portion = checkout
                .at(&job.commit, PATIENCE, move |lease, settings| read(&Sources::open(lease, settings), &batch, from));
            let Portion { bodies, next } = portion.await?;
            store.bodies().write(&bodies).await.map_err(failure)?;
            self.0.indexed.inc_by(bodies.len() as u64);
            self.0.left_out.inc_by((next - from - bodies.len()) as u64);
            from = next;
        }
        let mut tx = store.begin().await?;
        let ending = store.revisions().finish_batch(&mut tx, job.revision, job.batch).await.map_err(failure)?;
        store.commit(tx).await?;
        if ending == Ending::Live {
            self.0.tell_live(job.revision).await?;
        }
        Ok(())
    }
}

/// What was read of a batch, and where the next portion begins.
struct Portion {
    bodies: Vec<Body>,
    next: usize,
}

/// Reads pages as long as there is room. One that cannot be read is left out and reported; its next revision tries again.
fn read(sources: &Sources, pages: &[BatchPage], from: usize) -> Portion {
    let mut portion = Portion { bodies: Vec::new(), next: from };
    let mut bytes = 0;
    for page in &pages[from..] {
        if bytes >= PORTION {
            break;
        }
        portion.next += 1;
        match sources.sections(&page.path) {
            Ok(sections) => {
                bytes += sections.iter().map(|section| section.text.len()).sum::<usize>();
                portion.bodies.push(body(page, sections));
            }
            Err(error) => tracing::warn!(path = page.path, %error, "Page left out of search"),
        }
    }
    portion
}

fn body(page: &BatchPage, sections: Vec<content::Section>) -> Body {
    let section = |section: content::Section| Section {
        anchor: Some(section.anchor).filter(|anchor| !anchor.is_empty()),
        headings: section.headings,
        text: section.text,
    };
    Body { hash: page.hash.clone(), title: page.title.clone(), sections: sections.into_iter().map(section).collect() }
}
