//! What `web` is told by its environment.

use std::path::PathBuf;

use chassis::config::Live;
use content::{Limits, Settings};

chassis::section! {
    /// The published site.
    pub struct SiteConfig {
        /// The link to the checkout that is published: what the puller's `GITSYNC_ROOT` and `GITSYNC_LINK` make.
        pub site_checkout: PathBuf,
        /// The site's title, where its own is not wanted.
        pub site_title: Option<String>,
        /// The folder of the checkout that is the site, where it is not the whole.
        pub site_subdirectory: Option<String>,
        /// The URL that the site is known by, for canonical links and the site map: `https://docs.example.org`.
        pub site_url: Option<String>,
        /// A line over every page.
        pub site_banner: Live<Option<String>>,
        /// Where a page can be edited; `{path}` stands for its file: `https://example.org/edit/main/{path}`.
        pub site_edit_url: Option<String>,
        /// Memory for rendered pages and small files, in MiB.
        pub page_cache_mib: u64 = 64,
        /// Largest source of a page, in KiB.
        pub page_limit_kib: u64 = 4096,
        /// Largest file that is published, in MiB.
        pub file_limit_mib: u64 = 256,
        /// Most files that are published.
        pub file_limit_count: usize = 200_000,
    }
}

impl SiteConfig {
    /// The part that `content` reads a checkout by.
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

    /// The site's own URL without a last slash.
    pub fn base_url(&self) -> Option<&str> {
        self.site_url.as_deref().map(|url| url.trim_end_matches('/'))
    }
}
