//! Following the checkout: when its link moves, the next snapshot is built beside the served one and put in its place.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use chassis::{
    health::Check,
    metrics::{Counter, Gauge, Histogram, Metrics, SECONDS},
    process::Context,
};
use content::Error;
use notify::{RecursiveMode, Watcher as _};
use tokio::sync::{Notify, watch};

use crate::{
    config::SiteConfig,
    snapshot::{Current, Snapshot},
};

/// How often the link is looked at, in case the kernel's word was lost.
const PERIOD: Duration = Duration::from_secs(1);

/// Builds snapshots and puts them in place.
pub(crate) struct Follower {
    config: Arc<SiteConfig>,
    current: Current,
    revisions: watch::Sender<Option<String>>,
    context: Context,
    check: Check,
    instruments: Instruments,
    served: Option<PathBuf>,
    failed: Option<(Option<PathBuf>, String)>,
}

struct Instruments {
    builds: Histogram,
    failures: Counter,
    pages: Gauge,
}

impl Instruments {
    fn new(metrics: &Metrics) -> Self {
        Self {
            builds: metrics.register("web_snapshot_build_seconds", "Time to build a snapshot", Histogram::new(SECONDS)),
            failures: metrics.register(
                "web_snapshot_failures",
                "Snapshots that could not be built",
                Counter::default(),
            ),
            pages: metrics.register("web_pages", "Pages of the served revision", Gauge::default()),
        }
    }
}

impl Follower {
    /// A follower that has nothing yet. The process is not ready until it has.
    pub(crate) fn new(
        config: Arc<SiteConfig>,
        current: Current,
        revisions: watch::Sender<Option<String>>,
        context: &Context,
    ) -> Self {
        Self {
            check: context.health().check("revision"),
            instruments: Instruments::new(context.metrics()),
            context: context.clone(),
            config,
            current,
            revisions,
            served: None,
            failed: None,
        }
    }

    /// Follows until a shutdown is requested.
    pub(crate) async fn run(mut self) {
        let shutdown = self.context.shutdown().clone();
        let moved = Arc::new(Notify::new());
        let mut banners = self.config.site_banner.changes();
        let mut watcher = None;
        loop {
            watcher = watcher.or_else(|| self.watch(&moved));
            self.look().await;
            tokio::select! {
                () = shutdown.requested() => return,
                () = moved.notified() => {}
                _ = banners.next() => self.put_banner(),
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    }

    /// Asks the kernel to tell when something happens beside the link. None as long as there is nothing to watch.
    fn watch(&self, moved: &Arc<Notify>) -> Option<notify::RecommendedWatcher> {
        let moved = Arc::clone(moved);
        let tell = move |event: notify::Result<notify::Event>| {
            // Looking at the link is an access too, and would wake us for ever.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                moved.notify_one();
            }
        };
        let mut watcher = notify::recommended_watcher(tell)
            .inspect_err(|error| tracing::warn!(%error, "Checkout not watched"))
            .ok()?;
        watcher.watch(self.config.site_checkout.parent()?, RecursiveMode::NonRecursive).ok()?;
        Some(watcher)
    }

    /// Builds the next snapshot if the link has moved.
    async fn look(&mut self) {
        let target = self.config.site_checkout.canonicalize().ok();
        if target.is_some() && target == self.served {
            return;
        }
        let (config, began) = (Arc::clone(&self.config), Instant::now());
        let built = self.context.tasks().spawn_blocking(move || Snapshot::build(&config)).await;
        match built {
            Ok(Ok(snapshot)) => self.put(snapshot, target, began.elapsed()),
            Ok(Err(error)) => self.keep(target, &describe(&error)),
            Err(panic) => self.keep(target, &panic.to_string()),
        }
    }

    /// Shows another banner over every page of the revision that is served.
    fn put_banner(&self) {
        let Some(served) = self.current.load_full() else { return };
        self.current.store(Some(Arc::new(served.with_banner_of(&self.config))));
        self.revisions.send_modify(|_| {});
        tracing::info!(revision = served.site.revision(), "Banner changed");
    }

    fn put(&mut self, snapshot: Snapshot, target: Option<PathBuf>, took: Duration) {
        let (revision, pages) = (snapshot.site.revision().to_owned(), snapshot.site.pages().len());
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.instruments.builds.observe(took.as_secs_f64());
        self.instruments.pages.set(i64::try_from(pages).unwrap_or(i64::MAX));
        let assets = snapshot.site.asset_count();
        self.current.store(Some(Arc::new(snapshot)));
        tracing::info!(revision, pages, assets, duration_ms, "Revision live");
        self.check.pass(revision.clone());
        self.revisions.send_replace(Some(revision));
        (self.served, self.failed) = (target, None);
    }

    /// The served snapshot stays. The failure is logged when it is new, and shown as long as it lasts.
    fn keep(&mut self, target: Option<PathBuf>, error: &str) {
        let failed = (target, error.to_owned());
        if self.failed.as_ref() == Some(&failed) {
            return;
        }
        let revision =
            failed.0.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        match self.current.load().as_ref() {
            None if revision.is_none() => tracing::info!(reason = error, "Waiting for a checkout"),
            _ => tracing::error!(revision, error, "Revision failed"),
        }
        match self.current.load().as_ref() {
            Some(snapshot) => {
                self.check.pass(format!("{}, because the next failed: {error}", snapshot.site.revision()));
            }
            None => self.check.fail(error),
        }
        self.instruments.failures.inc();
        self.failed = Some(failed);
    }
}

/// An error with what caused it.
fn describe(error: &Error) -> String {
    let source = std::error::Error::source(error).map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default())
}
