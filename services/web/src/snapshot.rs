//! A snapshot: one revision as it is served. It is replaced as a whole, and holds the lease of its tree.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::http::HeaderValue;
use chassis::clock;
use content::{ContentHash, Error, Lease, Page, Site};
use jiff::Timestamp;

use crate::{config::SiteConfig, view};

/// One revision of the site.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Its pages, their order, and where links lead.
    pub site: Arc<Site>,
    /// The line over every page, as it was when the snapshot was put together.
    pub banner: Option<String>,
    /// When it was built.
    pub built_at: Timestamp,
    /// The revision, for `x-site-revision`.
    pub revision_header: HeaderValue,
    /// The hash of everything that a page is made of beside its own source.
    surroundings: ContentHash,
}

/// What a rendered page is known by: equal keys mean equal bodies.
pub(crate) type Key = [u8; 32];

/// The snapshot that is served, if there is one yet.
pub(crate) type Current = Arc<ArcSwapOption<Snapshot>>;

impl Snapshot {
    /// Reads what the checkout's link points to now. Uses the disk and the processor.
    ///
    /// # Errors
    /// When the link or its tree cannot be opened.
    pub(crate) fn build(config: &SiteConfig) -> Result<Self, Error> {
        let site = Site::read(Lease::open(&config.site_checkout)?, config.settings());
        let revision_header = HeaderValue::from_str(site.revision()).unwrap_or(HeaderValue::from_static("unknown"));
        Ok(Self::of(Arc::new(site), config, clock::now(), revision_header))
    }

    /// The same revision under the banner of now.
    pub(crate) fn with_banner_of(&self, config: &SiteConfig) -> Self {
        Self::of(Arc::clone(&self.site), config, self.built_at, self.revision_header.clone())
    }

    fn of(site: Arc<Site>, config: &SiteConfig, built_at: Timestamp, revision_header: HeaderValue) -> Self {
        let banner = config.site_banner.load().as_ref().clone();
        let around = format!(
            "{:?}{:?}{:?}{:?}{:?}",
            site.digest(),
            view::assets::digest(),
            config,
            banner,
            chassis::version::Version::of("web")
        );
        Self { site, banner, built_at, revision_header, surroundings: ContentHash::of(around.as_bytes()) }
    }

    /// The key of a page's body. A page with includes is made of other files too, so it is made anew each revision.
    pub(crate) fn key(&self, page: &Page) -> Key {
        let revision = if page.has_includes { self.site.revision() } else { "" };
        let mut parts = Vec::with_capacity(160);
        parts.extend_from_slice(page.hash.as_bytes());
        parts.extend_from_slice(self.surroundings.as_bytes());
        parts.extend_from_slice(page.url.as_bytes());
        parts.push(0);
        parts.extend_from_slice(revision.as_bytes());
        *ContentHash::of(&parts).as_bytes()
    }
}
