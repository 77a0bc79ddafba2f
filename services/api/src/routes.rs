//! Everything that `api` answers, beside the probes. What is routed here is what `/openapi.json` tells.

use axum::{Router, middleware::from_fn_with_state, routing::get};
use chassis::problem::Problem;
use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    config::Limits,
    docs::{self, About, Documents},
    events, hooks, jobs,
    limits::{self, Hold},
    pages, revisions, search,
    service::App,
    status,
};

/// The table of contents.
pub(crate) fn routes(app: App, limits: &Limits) -> Router {
    let (v1, openapi) = OpenApiRouter::with_openapi(About::openapi())
        .routes(routes!(revisions::announce, revisions::list))
        .routes(routes!(revisions::find))
        .routes(routes!(search::find))
        .routes(routes!(pages::list))
        .routes(routes!(pages::find))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::find))
        .routes(routes!(jobs::retry))
        .routes(routes!(hooks::push))
        .routes(routes!(status::read))
        .routes(routes!(events::stream))
        .layer(from_fn_with_state(Hold::new(limits), limits::hold))
        .split_for_parts();
    let documents = Documents::of(openapi);
    Router::new()
        .merge(v1.with_state(app))
        .route("/openapi.json", get(docs::openapi).with_state(documents.clone()))
        .route("/docs", get(docs::page).with_state(documents))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(docs::no_such_method)
}
