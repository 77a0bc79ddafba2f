//! One layer that sees every request: its id, its trace, its log line, its metrics.

use std::{
    convert::Infallible,
    task::{Context as TaskContext, Poll},
    time::Instant,
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, Uri},
    response::Response,
};
use tower::Service;
use tracing::{Instrument, Span};

use super::{body::Observed, traces};
use crate::metrics::{EncodeLabelSet, Family, Histogram, Metrics, SECONDS};

/// The header that carries a request's id, in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The route that answered, as the router knows it.
#[derive(Clone)]
pub(super) struct RouteName(pub(super) MatchedPath);

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    route: String,
    status: u16,
}

type Durations = Family<Labels, Histogram, fn() -> Histogram>;

fn duration_histogram() -> Histogram {
    Histogram::new(SECONDS)
}

/// Wraps a service so that each request leaves one access line and one observation.
///
/// Probes are measured and not logged. The duration ends with the body's last byte, or when the client leaves.
#[derive(Clone)]
pub struct Observe<S> {
    inner: S,
    durations: Durations,
}

impl<S> Observe<S> {
    /// Observes `inner`, and registers the instrument.
    pub fn new(inner: S, metrics: &Metrics) -> Self {
        let durations = Family::new_with_constructor(duration_histogram as fn() -> Histogram);
        let help = "Time from a request's head to the last byte of its response";
        Self { inner, durations: metrics.register("http_server_request_duration_seconds", help, durations) }
    }
}

impl<S> Service<Request> for Observe<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = futures_util::future::BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let id = request_id(&request);
        request.headers_mut().insert(REQUEST_ID, id.clone());
        let span = traces::span_of(&request);
        let (method, uri, began) = (request.method().clone(), request.uri().clone(), Instant::now());
        let (durations, answer) = (self.durations.clone(), self.inner.call(request).instrument(span.clone()));
        Box::pin(async move {
            let mut response = answer.await?;
            response.headers_mut().insert(REQUEST_ID, id.clone());
            let access = Access { id, method, uri, span, began, durations, response: Outcome::of(&response), bytes: 0 };
            Ok(response.map(|body| Body::new(Observed::new(body, access))))
        })
    }
}

/// The id that the client gave, if it is short and plain, else a new one.
fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID).filter(|id| {
        (1..=128).contains(&id.len())
            && id.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    });
    given.cloned().unwrap_or_else(|| {
        let mut buffer = uuid::Uuid::encode_buffer();
        let id = uuid::Uuid::new_v4().simple().encode_lower(&mut buffer);
        HeaderValue::from_str(id).unwrap_or(HeaderValue::from_static("none"))
    })
}

/// What the response's head says.
struct Outcome {
    status: u16,
    route: Option<MatchedPath>,
    cause: Option<crate::problem::Cause>,
}

impl Outcome {
    fn of(response: &Response) -> Self {
        let extensions = response.extensions();
        Self {
            status: response.status().as_u16(),
            route: extensions.get::<RouteName>().map(|name| name.0.clone()),
            cause: extensions.get().cloned(),
        }
    }
}

/// One request on its way out. Dropping it, at the body's end or when the client leaves, writes the line.
pub(super) struct Access {
    id: HeaderValue,
    method: Method,
    uri: Uri,
    span: Span,
    began: Instant,
    durations: Durations,
    response: Outcome,
    pub(super) bytes: u64,
}

impl Drop for Access {
    fn drop(&mut self) {
        let (elapsed, status) = (self.began.elapsed(), self.response.status);
        let route = self.response.route.as_ref().map_or("*", MatchedPath::as_str);
        let labels = Labels { method: method_label(&self.method), route: route.to_owned(), status };
        self.durations.get_or_create(&labels).observe(elapsed.as_secs_f64());
        let _entered = self.span.enter();
        let id = self.id.to_str().unwrap_or_default();
        traces::finish(&self.span, route, status);
        if let Some(cause) = &self.response.cause {
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
