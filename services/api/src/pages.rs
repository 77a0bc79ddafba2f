//! Pages as the index knows them: `/v1/pages`.

use axum::{extract::State, http::HeaderMap, response::Response};
use contract::{
    Commit, RefName,
    pages::{PageList, PageSummary},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{Error, Result},
    extract::{Path, Query, limit},
    reply::{self, Reuse},
    service::App,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The revision; the live one where it is not indexed (yet), and where nothing is said.
    revision: Option<Commit>,
    /// The ref whose live revision is meant. Else the one that went live last.
    #[serde(rename = "ref")]
    ref_name: Option<RefName>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Listing {
    /// Those that come after this path: `next` of the answer before.
    after: Option<String>,
    /// How many at most, up to 1000. 100 where nothing is said.
    limit: Option<u32>,
}

/// Pages of a revision, in the order of their paths
#[utoipa::path(get, path = "/v1/pages", tag = "pages", params(Of, Listing),
    responses((status = 200, body = PageList), (status = 404, description = "No revision is live.")))]
pub(crate) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    Query(of): Query<Of>,
    Query(asked): Query<Listing>,
) -> Result<Response> {
    let limit = limit(asked.limit, 100, 1000)?;
    let (ref_name, commit) = (of.ref_name.as_ref(), of.revision.as_ref());
    let pages = app.store.pages().list(ref_name, commit, asked.after.as_deref(), limit).await?;
    Ok(reply::json(&headers, &pages.ok_or_else(|| Error::not_found("no revision is live"))?, Reuse::Ask))
}

/// One page, by its file
#[utoipa::path(get, path = "/v1/pages/{*path}", tag = "pages",
    params(("path" = String, Path, description = "Relative to the site's root: `guide/install.md`."), Of),
    responses((status = 200, body = PageSummary), (status = 404, description = "The revision has no such page.")))]
pub(crate) async fn find(
    State(app): State<App>,
    headers: HeaderMap,
    Path(path): Path<String>,
    Query(of): Query<Of>,
) -> Result<Response> {
    let page = app.store.pages().find(of.ref_name.as_ref(), of.revision.as_ref(), &path).await?;
    Ok(reply::json(&headers, &page.ok_or_else(|| Error::not_found("the revision has no such page"))?, Reuse::Ask))
}
