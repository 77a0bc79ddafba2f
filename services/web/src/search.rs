//! Search: the reader's words go to the api, and its answer is shown, coherent with the revision that is served.

mod marks;

use axum::{
    Json,
    extract::{Query as Parameters, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::{
    metrics::{Counter, Family, Metrics},
    problem::Problem,
};
use client::api::{Api, Error, Query};
use contract::{Commit, search::SearchResults};
use serde::Deserialize;

use crate::{
    pages::{HTML, Pages},
    reply,
    view::{self, Answer, Found, SearchView},
};

/// Results on a page, and among the instant ones.
const ON_A_PAGE: u32 = 20;
const INSTANT: u32 = 8;
/// The longest query that is passed on, in characters.
const LONGEST: usize = 200;
/// The last result that can be asked for: whoever reads on that far asks for something else.
const DEEPEST: u32 = 1000;

/// The door to the api, and how often it was used.
#[derive(Clone)]
pub(crate) struct Search {
    api: Option<Api>,
    asked: Family<[(&'static str, &'static str); 1], Counter>,
}

/// What stands behind `?`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Words {
    q: String,
    offset: String,
}

impl Words {
    fn text(&self) -> String {
        self.q.trim().chars().take(LONGEST).collect()
    }

    fn offset(&self) -> u32 {
        self.offset.parse().unwrap_or(0).min(DEEPEST)
    }
}

/// Why there are no results.
enum Away {
    /// This site has no api.
    Absent,
    /// The api does not answer as it should.
    Failed(Error),
}

impl Search {
    /// Search through `api`, if there is one.
    pub(crate) fn new(api: Option<Api>, metrics: &Metrics) -> Self {
        let asked = metrics.register("web_searches", "Searches by outcome", Family::default());
        Self { api, asked }
    }

    /// Whether this site can be searched at all.
    pub(crate) fn is_there(&self) -> bool {
        self.api.is_some()
    }

    async fn find(&self, text: &str, served: Option<&Commit>, offset: u32, limit: u32) -> Result<SearchResults, Away> {
        let api = self.api.as_ref().ok_or(Away::Absent)?;
        let query = Query { text, revision: served, offset, limit, ..Query::default() };
        let found = api.search().find(&query).await;
        let outcome = if found.is_ok() { "answered" } else { "away" };
        self.asked.get_or_create(&[("outcome", outcome)]).inc();
        found.map_err(Away::Failed)
    }
}

/// The page of results, which works without a script.
pub(crate) async fn page(State(pages): State<Pages>, Parameters(words): Parameters<Words>) -> Response {
    let (text, offset, served) = (words.text(), words.offset(), served(&pages));
    let answer = if text.is_empty() {
        Answer::Nothing
    } else {
        match pages.search.find(&text, served.as_ref(), offset, ON_A_PAGE).await {
            Ok(results) => answer(results, served.as_ref(), offset),
            Err(Away::Absent) => Answer::Absent,
            Err(Away::Failed(error)) => {
                tracing::warn!(%error, "Search is away");
                Answer::Away
            }
        }
    };
    let status = match answer {
        Answer::Away => StatusCode::SERVICE_UNAVAILABLE,
        Answer::Absent => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    let page = SearchView { frame: pages.frame(), query: text, answer };
    let mut response = reply::once(status, HTML, view::html(&page));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// The first results, for the script that shows them while one types.
pub(crate) async fn json(
    State(pages): State<Pages>,
    Parameters(words): Parameters<Words>,
) -> Result<Response, Problem> {
    let (text, served) = (words.text(), served(&pages));
    if text.is_empty() {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail("q is empty"));
    }
    match pages.search.find(&text, served.as_ref(), 0, INSTANT).await {
        Ok(mut results) => {
            for hit in &mut results.hits {
                hit.snippet = marks::only(&hit.snippet);
            }
            Ok(([(header::CACHE_CONTROL, "no-store")], Json(results)).into_response())
        }
        Err(Away::Absent) => Err(Problem::not_found()),
        Err(Away::Failed(error)) => {
            tracing::warn!(%error, "Search is away");
            Err(Problem::unavailable(5))
        }
    }
}

/// The commit that is served. A checkout by any other name has none.
fn served(pages: &Pages) -> Option<Commit> {
    pages.current.load().as_ref().and_then(|snapshot| snapshot.site.revision().parse().ok())
}

fn answer(results: SearchResults, served: Option<&Commit>, offset: u32) -> Answer {
    let Some(revision) = results.revision else { return Answer::NotYet };
    let shown = u32::try_from(results.hits.len()).unwrap_or(u32::MAX);
    let hits = results.hits.into_iter().map(|hit| Found {
        url: match hit.anchor {
            Some(anchor) => format!("{}#{anchor}", hit.url),
            None => hit.url,
        },
        // The page's own title stands above; a heading that repeats it says nothing more.
        headings: hit.headings.into_iter().filter(|heading| *heading != hit.title).collect(),
        title: hit.title,
        snippet: marks::only(&hit.snippet),
    });
    Answer::Results {
        hits: hits.collect(),
        first: offset + 1,
        before: (offset > 0).then(|| offset.saturating_sub(ON_A_PAGE)),
        next: (results.more && offset + shown < DEEPEST).then_some(offset + shown),
        other_revision: served.filter(|served| **served != revision).map(|_| revision.as_str()[..12].to_owned()),
    }
}
