//! A request's place in a trace: its sender's, or a new one.

use axum::{extract::Request, http::HeaderMap};
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator as _},
    trace::{Status, TraceContextExt as _},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::telemetry::sampling;

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}

/// The span of a request: none unless its parent is sampled, or chance picks it.
pub(super) fn span_of(request: &Request) -> Span {
    if !sampling::is_on() {
        return Span::none();
    }
    let parent = TraceContextPropagator::new().extract(&Headers(request.headers()));
    let is_traced = sampling::picks(parent.span().span_context());
    if is_traced { new_span(request, parent) } else { Span::none() }
}

fn new_span(request: &Request, parent: Context) -> Span {
    let method = request.method().as_str();
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        otel.name = method,
        http.request.method = method,
        url.path = request.uri().path(),
        http.route = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
    );
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(%error, "Span without its parent");
    }
    span
}

/// Writes what the response told into the span.
pub(super) fn finish(span: &Span, route: &str, status: u16) {
    if span.is_none() {
        return;
    }
    span.record("http.route", route);
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

/// The trace's id as hexadecimal digits, where the request is traced.
pub(super) fn id_of(span: &Span) -> Option<String> {
    let context = (!span.is_none()).then(|| span.context())?;
    let id = context.span().span_context().trace_id();
    Some(id.to_string())
}
