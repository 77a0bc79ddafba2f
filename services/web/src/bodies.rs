//! Bodies: a page is rendered and compressed when it is first asked for, once, and kept by what it is made of.

use std::sync::Arc;

use bytes::Bytes;
use chassis::{
    lifecycle::Tasks,
    metrics::{Counter, Metrics},
};
use content::Error;
use moka::future::Cache;

use crate::{compress, reply::Prepared, snapshot::Key};

/// Why a body could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Its file could not be read.
    #[error(transparent)]
    Content(#[from] Error),
    /// The work was ended by a panic or by the end of the process.
    #[error("the rendering was ended")]
    Ended,
}

/// Rendered pages and small files, up to a fixed amount of memory. Clones share it.
#[derive(Clone)]
pub(crate) struct Bodies {
    cache: Cache<Key, Arc<Prepared>>,
    capacity_bytes: u64,
    tasks: Tasks,
    asked: Counter,
    made: Counter,
}

impl Bodies {
    /// An empty cache of `capacity_bytes`, whose misses are made on threads of `tasks`.
    pub(crate) fn new(capacity_bytes: u64, tasks: Tasks, metrics: &Metrics) -> Self {
        let weigh = |_: &Key, body: &Arc<Prepared>| u32::try_from(body.weight()).unwrap_or(u32::MAX);
        Self {
            cache: Cache::builder().max_capacity(capacity_bytes).weigher(weigh).build(),
            capacity_bytes,
            tasks,
            asked: metrics.register("web_bodies_asked", "Bodies that were asked for", Counter::default()),
            made: metrics.register("web_bodies_made", "Bodies that were rendered and compressed", Counter::default()),
        }
    }

    /// The body known by `key`, made by `make` if nobody has. Many who ask at once wait for one.
    ///
    /// # Errors
    /// What `make` failed with; the next who asks tries again.
    pub(crate) async fn get<F>(
        &self,
        key: Key,
        content_type: &'static str,
        make: F,
    ) -> Result<Arc<Prepared>, Arc<Failure>>
    where
        F: FnOnce() -> Result<Bytes, Error> + Send + 'static,
    {
        self.asked.inc();
        if let Some(body) = self.cache.get(&key).await {
            return Ok(body);
        }
        let work = async {
            self.made.inc();
            let body =
                self.tasks.spawn_blocking(move || Ok(Arc::new(Prepared::new(content_type, compress::all(make()?)))));
            body.await.unwrap_or(Err(Failure::Ended))
        };
        self.cache.try_get_with(key, work).await
    }

    /// Whether the body known by `key` is there.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.cache.contains_key(key)
    }

    /// Whether the cache is so full that more would push out what readers use.
    pub(crate) fn is_filled(&self) -> bool {
        self.cache.weighted_size() > self.capacity_bytes / 4 * 3
    }
}
