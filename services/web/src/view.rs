//! Pages for people: what each shows, and the templates that show it. No site, no HTTP, no I/O.

pub(crate) mod assets;
mod search;
mod status;

pub(crate) use search::{Answer, Found, SearchView};
pub(crate) use status::{LeftOut, Row, RowState, StatusView};

use askama::Template;

/// What every page has around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// The site's title.
    pub site_title: String,
    /// A line over every page.
    pub banner: Option<String>,
    /// The absolute URL of this page, where the site knows its own.
    pub canonical: Option<String>,
    /// Whether the site can be searched.
    pub has_search: bool,
}

/// A link with its words.
#[derive(Clone, Debug)]
pub(crate) struct Crumb {
    /// The words.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// What an entry of the navigation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// The title of what follows.
    Part,
    /// A page, a folder or a draft.
    Chapter,
    /// A line.
    Separator,
}

/// An entry of the navigation with what lies below it.
#[derive(Clone, Debug, Template)]
#[template(path = "entry.html")]
pub(crate) struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its words.
    pub title: String,
    /// Where it leads; nowhere for a draft.
    pub url: Option<String>,
    /// Whether it is the page that is shown.
    pub is_current: bool,
    /// Whether the page that is shown lies below it.
    pub is_open: bool,
    /// What lies below.
    pub children: Vec<Entry>,
}

/// A heading of the page, for its contents.
#[derive(Clone, Debug)]
pub(crate) struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// Its words.
    pub title: String,
    /// The fragment that leads to it.
    pub anchor: String,
}

/// A page of the site.
#[derive(Clone, Debug, Template)]
#[template(path = "page.html")]
pub(crate) struct PageView {
    /// Around it.
    pub frame: Frame,
    /// Its title.
    pub title: String,
    /// Whether the body begins with a heading of its own.
    pub has_heading: bool,
    /// For previews.
    pub description: Option<String>,
    /// The pages above it.
    pub breadcrumbs: Vec<Crumb>,
    /// The navigation beside it.
    pub navigation: Vec<Entry>,
    /// Its headings.
    pub contents: Vec<Heading>,
    /// Its HTML, sanitised by `content`: the one value that is not escaped.
    pub body: String,
    /// The page before it.
    pub previous: Option<Crumb>,
    /// The page after it.
    pub next: Option<Crumb>,
    /// Where it can be edited.
    pub edit_url: Option<String>,
    /// Its source, as it was written.
    pub source_url: Option<String>,
}

/// There is no such page.
#[derive(Clone, Debug, Template)]
#[template(path = "not_found.html")]
pub(crate) struct NotFoundView {
    /// Around it.
    pub frame: Frame,
    /// What was asked for.
    pub path: String,
    /// What may have been meant.
    pub suggestions: Vec<Crumb>,
}

/// There is nothing to show, for now.
#[derive(Clone, Debug, Template)]
#[template(path = "away.html")]
pub(crate) struct AwayView {
    /// Around it.
    pub frame: Frame,
    /// In a few words.
    pub title: String,
    /// Why, and what will happen.
    pub reason: String,
}

/// A template as HTML. A template of this crate that cannot be written is a defect, and shows as an empty page.
pub(crate) fn html(view: &impl Template) -> String {
    view.render().unwrap_or_else(|error| {
        tracing::error!(%error, "Page not written");
        String::new()
    })
}
