//! Search: `/v1/search`. An answer is of one revision, and remembered by it.

use axum::{extract::State, http::HeaderMap, response::Response};
use cache::Made;
use contract::{Commit, RefName, search::SearchResults};
use serde::Deserialize;
use store::search::Ask;
use utoipa::IntoParams;

use crate::{
    error::{Error, Result},
    extract::{self, Query},
    reply::{self, JSON, Reuse},
    service::App,
};

/// The longest query, in bytes.
const LONGEST: usize = 500;

/// How many hits can be left out: as many as are ranked.
const DEEPEST: u32 = 500;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Question {
    /// Words, `"a phrase"`, `-without`, `this or that`. A last word without a space after it may be the beginning of one.
    q: String,
    /// The revision to search; the live one where it is not indexed (yet), and where nothing is said.
    revision: Option<Commit>,
    /// The ref whose live revision is meant. Else the one that went live last.
    #[serde(rename = "ref")]
    ref_name: Option<RefName>,
    /// How many hits to leave out, the best ones.
    #[serde(default)]
    offset: u32,
    /// How many hits at most, up to 50. 10 where nothing is said.
    limit: Option<u32>,
}

/// Search for sections
///
/// The best sections for a query, all of one revision, which the answer names.
#[utoipa::path(get, path = "/v1/search", tag = "search", params(Question), responses((status = 200, body = SearchResults)))]
pub(crate) async fn find(
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<Question>,
) -> Result<Response> {
    let limit = extract::limit(asked.limit, 10, 50)?;
    if asked.q.len() > LONGEST {
        return Err(Error::invalid("q: expected 500 bytes or less"));
    }
    if asked.offset > DEEPEST {
        return Err(Error::invalid("offset: expected 500 or less"));
    }
    let Question { q: query, revision, ref_name, offset, .. } = asked;
    let key = |commit: &Commit| format!("v1:search:{commit}:{limit}:{offset}:{query}");
    if let Some(commit) = &revision
        && let Some(body) = app.cache.find(&key(commit)).await
    {
        return Ok(reply::bytes(&headers, body, JSON, Reuse::Ask));
    }
    let Some(commit) = app.store.revisions().shown(ref_name.as_ref(), revision.as_ref()).await? else {
        let nothing = SearchResults { query, revision: None, hits: Vec::new(), more: false };
        return Ok(reply::json(&headers, &nothing, Reuse::Ask));
    };
    let key = key(&commit);
    let body = app.cache.answer(&key, made(&app, Ask { query, ref_name, commit: Some(commit), offset, limit })).await;
    Ok(reply::bytes(&headers, body.map_err(Error::from_shared)?, JSON, Reuse::Ask))
}

/// The answer lasts, unless the revision went while it was made, and it is of another one.
async fn made(app: &App, ask: Ask) -> std::result::Result<Made, store::Error> {
    let results = app.store.search(&ask).await?;
    let body = reply::encode(&results);
    Ok(if results.revision == ask.commit { Made::Lasting(body) } else { Made::Passing(body) })
}
