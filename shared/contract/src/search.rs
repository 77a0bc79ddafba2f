//! Search results: sections of pages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Commit;

/// The best sections for a query, all of one revision: `GET /v1/search?q=`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchResults {
    /// The query as it was asked.
    pub query: String,
    /// The revision that was searched: the one asked for, or the live one where that is not indexed (yet). None when
    /// nothing is live.
    #[serde(default)]
    pub revision: Option<Commit>,
    /// The best first.
    pub hits: Vec<Hit>,
    /// Whether there are more hits after these.
    pub more: bool,
}

/// One section that matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    /// Where a browser finds the page, without the anchor: `/guide/install`.
    pub url: String,
    /// The page's file, relative to the site's root.
    pub path: String,
    /// The page's title.
    pub title: String,
    /// The headings above and of the section, the outermost first; empty for what comes before a page's first heading.
    pub headings: Vec<String>,
    /// The section's anchor without `#`; none for the page's beginning.
    #[serde(default)]
    pub anchor: Option<String>,
    /// A piece of the section's text as safe HTML: escaped, the matching words within `<mark>`.
    pub snippet: String,
}
