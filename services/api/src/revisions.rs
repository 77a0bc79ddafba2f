//! Revisions: `/v1/revisions`. What a puller publishes is announced, and a job indexes it.

mod announce;

pub(crate) use announce::{__path_announce, announce};

use axum::{extract::State, http::HeaderMap, response::Response};
use contract::{
    Commit, RefName,
    revisions::{Revision, RevisionId, RevisionList},
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
pub(crate) struct Listing {
    /// Those that come after this one: `next` of the answer before.
    after: Option<RevisionId>,
    /// How many at most, up to 100. 20 where nothing is said.
    limit: Option<u32>,
}

/// Revisions, the latest accepted first
#[utoipa::path(get, path = "/v1/revisions", tag = "revisions", params(Listing), responses((status = 200, body = RevisionList)))]
pub(crate) async fn list(State(app): State<App>, headers: HeaderMap, Query(asked): Query<Listing>) -> Result<Response> {
    let limit = limit(asked.limit, 20, 100)?;
    let revisions = app.store.revisions().list(asked.after, limit).await?;
    Ok(reply::json(&headers, &revisions, Reuse::Ask))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfRef {
    /// The ref, where several have the commit. Else the one that had it last.
    #[serde(rename = "ref")]
    ref_name: Option<RefName>,
}

/// One commit as a revision
#[utoipa::path(get, path = "/v1/revisions/{commit}", tag = "revisions",
    params(("commit" = Commit, Path, description = "The full id."), OfRef),
    responses((status = 200, body = Revision), (status = 404, description = "The commit was never announced.")))]
pub(crate) async fn find(
    State(app): State<App>,
    headers: HeaderMap,
    Path(commit): Path<Commit>,
    Query(of): Query<OfRef>,
) -> Result<Response> {
    let revisions = app.store.revisions().of_commit(&commit).await?;
    let is_asked_for = |revision: &&Revision| of.ref_name.as_ref().is_none_or(|name| *name == revision.ref_name);
    let revision = revisions.iter().find(is_asked_for);
    let revision = revision.ok_or_else(|| Error::not_found("the commit was never announced"))?;
    Ok(reply::json(&headers, revision, Reuse::Ask))
}
