//! What `worker` is told by its environment.

use std::path::PathBuf;

use chassis::config::Secret;
use content::{Limits, Settings};

chassis::section! {
    /// The site that is indexed, and how.
    pub struct WorkerConfig {
        /// The link to the checkout that is indexed: what the puller's `GITSYNC_ROOT` and `GITSYNC_LINK` make.
        pub site_checkout: PathBuf,
        /// The site's title, where its own is not wanted.
        pub site_title: Option<String>,
        /// The folder of the checkout that is the site, where it is not the whole.
        pub site_subdirectory: Option<String>,
        /// Largest source of a page, in KiB.
        pub page_limit_kib: u64 = 4096,
        /// Largest file that is published, in MiB.
        pub file_limit_mib: u64 = 256,
        /// Most files that are published.
        pub file_limit_count: usize = 200_000,
        /// The puller beside this worker, to be told when its checkout is behind: `http://127.0.0.1:8080`.
        pub puller_url: Option<String>,
        /// The puller's `GITSYNC_SYNC_TOKEN`.
        pub puller_token: Option<Secret>,
        /// How many jobs are worked on together.
        pub worker_slots: usize = 4,
        /// Pages of a revision that are indexed by one job.
        pub index_batch_pages: u32 = 50,
        /// Revisions of each ref that stay searchable beside the live one, for readers whose page is older.
        pub keep_revisions: u32 = 3,
        /// Days for which events are kept.
        pub keep_events_days: u32 = 7,
    }
}

impl WorkerConfig {
    /// The part that `content` reads a checkout by: what `web` reads it by, too.
    pub fn settings(&self) -> Settings {
        Settings {
            title: self.site_title.clone(),
            subdirectory: self.site_subdirectory.clone(),
            limits: Limits {
                files: self.file_limit_count,
                page_bytes: self.page_limit_kib << 10,
                file_bytes: self.file_limit_mib << 20,
                ..Limits::default()
            },
        }
    }
}
