//! What the page of results shows.

use askama::Template;

use super::{Frame, assets};

/// A section that matches.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Where it is.
    pub url: String,
    /// The title of its page.
    pub title: String,
    /// The headings that lead to it.
    pub headings: Vec<String>,
    /// A piece of its text: escaped, with `<mark>` and no other tag.
    pub snippet: String,
}

/// What came of a search.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Nothing was asked.
    Nothing,
    /// This site has no search.
    Absent,
    /// The api does not answer.
    Away,
    /// Nothing is indexed yet.
    NotYet,
    /// Sections, the best first.
    Results {
        /// As many as fit on a page.
        hits: Vec<Found>,
        /// The number of the first.
        first: u32,
        /// The offset of the page before.
        before: Option<u32>,
        /// The offset of the page after.
        next: Option<u32>,
        /// The revision that was searched, shortened, if it is not the one that is served.
        other_revision: Option<String>,
    },
}

/// A search and what came of it.
#[derive(Clone, Debug, Template)]
#[template(path = "search.html")]
pub(crate) struct SearchView {
    /// Around it.
    pub frame: Frame,
    /// What was asked.
    pub query: String,
    /// What came of it.
    pub answer: Answer,
}
