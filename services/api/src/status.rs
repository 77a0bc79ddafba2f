//! The suite at a glance: `/v1/status`.

use axum::{extract::State, http::HeaderMap, response::Response};
use contract::status::Status;

use crate::{
    error::Result,
    reply::{self, Reuse},
    service::App,
};

/// What is live and what is under way
#[utoipa::path(get, path = "/v1/status", tag = "status", responses((status = 200, body = Status)))]
pub(crate) async fn read(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let (refs, jobs) = (app.store.revisions().refs().await?, app.queue.counts().await?);
    Ok(reply::json(&headers, &Status { refs, jobs }, Reuse::Ask))
}
