//! Jobs, for operators: `/v1/jobs`.

use axum::{extract::State, http::HeaderMap, response::Response};
use contract::jobs::{JobList, JobState, JobSummary};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{Error, Result},
    extract::{Path, Query, limit},
    reply::{self, Reuse},
    service::App,
    tokens::{JobReader, Operator},
};

const NO_SUCH_JOB: &str = "there is no such job (any more)";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Listing {
    /// Those in this state only.
    state: Option<JobState>,
    /// Those that do this only: `index_batch`.
    kind: Option<String>,
    /// Those that come after this one: `next` of the answer before.
    after: Option<i64>,
    /// How many at most, up to 100. 20 where nothing is said.
    limit: Option<u32>,
}

/// Jobs, the latest first
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(Listing), security(("token" = [])),
    responses((status = 200, body = JobList)))]
pub(crate) async fn list(
    _: JobReader,
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<Listing>,
) -> Result<Response> {
    let limit = limit(asked.limit, 20, 100)?;
    let jobs = app.queue.list(asked.state, asked.kind.as_deref(), asked.after, limit).await?;
    Ok(reply::json(&headers, &jobs, Reuse::Never))
}

/// One job
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "jobs", params(("id" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = JobSummary), (status = 404, description = "There is no such job (any more).")))]
pub(crate) async fn find(
    _: JobReader,
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response> {
    let job = app.queue.find(id).await?.ok_or_else(|| Error::not_found(NO_SUCH_JOB))?;
    Ok(reply::json(&headers, &job, Reuse::Never))
}

/// Run a job again
///
/// Also one that was given up; it has one attempt more then. One that is running is left alone.
#[utoipa::path(post, path = "/v1/jobs/{id}/retry", tag = "jobs", params(("id" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = JobSummary), (status = 404, description = "There is no such job (any more).")))]
pub(crate) async fn retry(
    _: Operator,
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response> {
    let job = app.queue.retry(id).await?.ok_or_else(|| Error::not_found(NO_SUCH_JOB))?;
    tracing::info!(jobs.id = id, jobs.kind = job.kind, "Job retried");
    Ok(reply::json(&headers, &job, Reuse::Never))
}
