//! A request as it is told: one line of the log, one observation, written when the request is over.

use std::{
    hash::{Hash, Hasher},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, Uri},
    response::Response,
};
use prometheus_client::encoding::{EncodeLabelValue, LabelValueEncoder};
use tracing::Span;

use super::traces;
use crate::{
    metrics::{EncodeLabelSet, Family, Histogram, Metrics, SECONDS},
    problem::Cause,
};

/// What is told of a client that left before it was answered, in the number that proxies use.
const CLIENT_LEFT: u16 = 499;

/// The route that answered, as the router knows it: a path would be a label without bound.
#[derive(Clone, Debug)]
struct Route(Option<MatchedPath>);

impl Route {
    fn as_str(&self) -> &str {
        self.0.as_ref().map_or("*", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        self.as_str().encode(encoder)
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    route: Route,
    status: u16,
}

/// How long requests take.
#[derive(Clone)]
pub(super) struct Durations(Family<Labels, Histogram, fn() -> Histogram>);

impl Durations {
    pub(super) fn register(metrics: &Metrics) -> Self {
        let durations = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        let help = "Time from a request's head to the last byte of its response";
        Self(metrics.register("http_server_request_duration_seconds", help, durations))
    }
}

/// One request on its way. Dropping it, at the body's end or when the client leaves, writes the line.
pub(super) struct Access {
    pub(super) id: HeaderValue,
    pub(super) span: Span,
    pub(super) bytes: u64,
    method: Method,
    uri: Uri,
    route: Route,
    began: Instant,
    durations: Durations,
    status: u16,
    cause: Option<Cause>,
}

impl Access {
    /// A request that begins now.
    pub(super) fn of(request: &Request, id: HeaderValue, durations: Durations) -> Self {
        Self {
            id,
            span: traces::span_of(request),
            bytes: 0,
            method: request.method().clone(),
            uri: request.uri().clone(),
            route: Route(request.extensions().get().cloned()),
            began: Instant::now(),
            durations,
            status: CLIENT_LEFT,
            cause: None,
        }
    }

    /// Notes what the response's head says.
    pub(super) fn answered(&mut self, response: &Response) {
        self.status = response.status().as_u16();
        self.cause = response.extensions().get().cloned();
    }
}

impl Drop for Access {
    fn drop(&mut self) {
        let (elapsed, status, route) = (self.began.elapsed(), self.status, self.route.as_str());
        let labels = Labels { method: method_label(&self.method), route: self.route.clone(), status };
        self.durations.0.get_or_create(&labels).observe(elapsed.as_secs_f64());
        let _entered = self.span.enter();
        let id = self.id.to_str().unwrap_or_default();
        traces::finish(&self.span, route, status);
        if let Some(cause) = &self.cause {
            tracing::error!(request_id = id, route, status, error = format!("{:#}", cause.0), "Request failed");
        }
        if is_probe(self.uri.path()) {
            return;
        }
        tracing::info!(
            target: "access",
            method = self.method.as_str(), route, path = self.uri.path(), status,
            duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), bytes = self.bytes,
            request_id = id, trace_id = traces::id_of(&self.span), "Request"
        );
    }
}

/// Methods are a label, so anything unknown is one value.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/startupz" | "/metrics")
}
