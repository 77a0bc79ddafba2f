//! What every process answers beside its own routes, and the limits that hold for all of them.

use axum::{Router, routing::get};
use tower_http::limit::RequestBodyLimitLayer;

use super::{Server, host::HostCheck, observe::Observe};
use crate::{health, metrics::Metrics, problem::Problem, process::Context};

/// The router of `PORT`: the service's routes and the probes, observed and under the common limits.
pub(crate) fn public(routes: Router, config: &Server, context: &Context) -> Router {
    let probes = health::routes(context.health().clone(), context.shutdown().clone(), context.version().clone());
    // Both as one: each layer that a router is given costs a box for every request.
    let limit = RequestBodyLimitLayer::new(config.body_limit_kib * 1024);
    routes.merge(probes).layer((Observe::new(context.metrics()), limit, HostCheck))
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
