//! What the page of the status shows.

use askama::Template;

use super::{Frame, assets};

/// How a row of the status stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowState {
    /// Good.
    Good,
    /// Not known yet.
    Waiting,
    /// Not good.
    Bad,
    /// Neither: a fact.
    Fact,
}

impl RowState {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Bad => "bad",
            Self::Fact => "fact",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Good => "Good",
            Self::Waiting => "Waiting",
            Self::Bad => "Failing",
            Self::Fact => "",
        }
    }
}

/// A row of the status.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What it is about.
    pub name: String,
    /// How it stands.
    pub state: RowState,
    /// In words.
    pub detail: String,
    /// Since when, in words; empty for a fact.
    pub since: String,
}

/// A file that is not published.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// The status of the site, for whoever is on call.
#[derive(Clone, Debug, Template)]
#[template(path = "status.html")]
pub(crate) struct StatusView {
    /// Around it.
    pub frame: Frame,
    /// In one sentence.
    pub summary: String,
    /// Whether everything that matters is good.
    pub is_good: bool,
    /// One thing each.
    pub rows: Vec<Row>,
    /// What was left out of the site.
    pub left_out: Vec<LeftOut>,
}
