//! What every process answers beside its own routes, and the limits that hold for all of them.

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

use super::{Server, observe::RouteName};
use crate::{health, metrics::Metrics, problem::Problem, process::Context};

/// The router of `PORT`: the service's routes and the probes, under the common limits.
pub(crate) fn public(routes: Router, config: &Server, context: &Context) -> Router {
    let probes = health::routes(context.health().clone(), context.shutdown().clone(), context.version().clone());
    routes
        .merge(probes)
        .layer(RequestBodyLimitLayer::new(config.body_limit_kib * 1024))
        .layer(from_fn(name_route))
        .layer(CatchPanicLayer::custom(panicked))
}

/// The router of `ADMIN_PORT`: the service's operator routes and the metrics.
pub(crate) fn admin(routes: Router, metrics: Metrics) -> Router {
    let kind = [("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    routes.route("/metrics", get(async move || (kind, metrics.to_text()))).fallback(nothing_here)
}

/// A route that does not exist.
pub(crate) async fn nothing_here() -> Problem {
    Problem::not_found()
}

/// Tells the observing layer outside which route matched: a path would be a label without bound.
async fn name_route(path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(path) = path {
        response.extensions_mut().insert(RouteName(path));
    }
    response
}

/// A panic ends one request. The hook has logged where; the client learns that it was not its fault.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR).caused_by(anyhow::anyhow!("the handler panicked")).into_response()
}
