//! `/healthz`, `/readyz`, `/startupz` and `/version`, the same on every process.

use axum::{Json, Router, http::StatusCode, response::IntoResponse, routing::get};
use serde::Serialize;

use super::{Health, Reading};
use crate::{lifecycle::Shutdown, version::Version};

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    checks: Vec<Reading>,
}

/// What every process answers by itself; a service has nothing of its own there.
pub const PATHS: [&str; 4] = ["/healthz", "/readyz", "/startupz", "/version"];

/// The routes of the probes. They look at what is known and do no work.
pub(crate) fn routes(health: Health, shutdown: Shutdown, version: Version) -> Router {
    let [healthz, readyz, startupz, versions] = PATHS;
    Router::new()
        .route(healthz, get(async || "alive\n"))
        .route(readyz, get(async move || readiness(&health, &shutdown)))
        .route(startupz, get(async || "started\n"))
        .route(versions, get(async move || Json(version)))
}

fn readiness(health: &Health, shutdown: &Shutdown) -> impl IntoResponse + use<> {
    let (code, status) = match (shutdown.is_requested(), health.is_ready()) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "draining"),
        (false, true) => (StatusCode::OK, "ready"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    (code, [("cache-control", "no-store")], Json(Readiness { status, checks: health.readings() }))
}
