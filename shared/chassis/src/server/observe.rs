//! One layer that sees every request: its id, its trace, its log line, its metrics, and its panic.

use std::{
    convert::Infallible,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context as TaskContext, Poll, ready},
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
};
use tower::{BoxError, Layer, Service};
use tracing::{Instrument as _, instrument::Instrumented};

use super::{
    access::{Access, Durations},
    body::Observed,
};
use crate::{metrics::Metrics, problem::Problem};

/// The header that carries a request's id, in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps the routes of a router, so that each request leaves one access line and one observation.
///
/// Probes are measured and not logged. The duration ends with the body's last byte, or when the client leaves. A panic
/// ends one request: the hook has logged where, and the client learns that it was not its fault.
#[derive(Clone)]
pub(super) struct Observe(Durations);

impl Observe {
    /// Registers the instrument.
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self(Durations::register(metrics))
    }
}

impl<S> Layer<S> for Observe {
    type Service = Observing<S>;

    fn layer(&self, inner: S) -> Observing<S> {
        Observing { inner, durations: self.0.clone() }
    }
}

/// An observed service.
#[derive(Clone)]
pub(super) struct Observing<S> {
    inner: S,
    durations: Durations,
}

impl<S, B> Service<Request> for Observing<S>
where
    S: Service<Request, Response = Response<B>, Error = Infallible>,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<Observed>;
    type Error = Infallible;
    type Future = Answer<S::Future>;

    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let id = request_id(&request);
        request.headers_mut().insert(REQUEST_ID, id.clone());
        let access = Access::of(&request, id, self.durations.clone());
        let answer = self.inner.call(request).instrument(access.span.clone());
        Answer { answer, access: Some(access) }
    }
}

pin_project_lite::pin_project! {
    /// A response on its way.
    pub(super) struct Answer<F> {
        #[pin]
        answer: Instrumented<F>,
        access: Option<Access>,
    }
}

impl<F, B> Future for Answer<F>
where
    F: Future<Output = Result<Response<B>, Infallible>>,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Response<Observed>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = match catch_unwind(AssertUnwindSafe(|| this.answer.poll(context))) {
            Ok(polled) => ready!(polled)?.map(Body::new),
            Err(_) => panicked(),
        };
        let mut access = this.access.take().expect("polled after its end");
        access.answered(&response);
        response.headers_mut().insert(REQUEST_ID, access.id.clone());
        Poll::Ready(Ok(response.map(|body| Observed::new(body, access))))
    }
}

fn panicked() -> Response {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR).caused_by(anyhow::anyhow!("the handler panicked")).into_response()
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

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::{
        config::{self, Env},
        process::Context,
        server::{Server, public},
        version::Version,
    };

    async fn ask(context: &Context, path: &str) -> (StatusCode, String, bool) {
        let routes = Router::new()
            .route("/pages/{name}", get(async || "here"))
            .route("/broken", get(async || -> &'static str { panic!("broken") }));
        let (server, _) = config::read::<Server>(&Env::default()).expect("defaults");
        let request = Request::get(path).header("host", "test").body(Body::empty()).expect("a request");
        let response = public(routes, &server, context).oneshot(request).await.expect("an answer");
        let (status, has_id) = (response.status(), response.headers().contains_key(REQUEST_ID));
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned(), has_id)
    }

    fn context() -> Context {
        Context::new(Version::of("test"))
    }

    #[tokio::test]
    async fn a_request_is_counted_by_its_route_and_not_by_its_path() {
        for (path, route, status) in [("/pages/one", "/pages/{name}", 200), ("/nowhere", "*", 404)] {
            let context = context();
            let (answered, _, has_id) = ask(&context, path).await;
            assert!(answered.as_u16() == status && has_id);
            let count = format!(
                r#"http_server_request_duration_seconds_count{{method="GET",route="{route}",status="{status}"}} 1"#
            );
            assert!(context.metrics().to_text().contains(&count), "{}", context.metrics().to_text());
        }
    }

    #[tokio::test]
    async fn a_panic_ends_one_request_and_tells_the_client_nothing() {
        let context = context();
        let (status, body, has_id) = ask(&context, "/broken").await;
        assert!(status == StatusCode::INTERNAL_SERVER_ERROR && has_id && !body.contains("broken"), "{body}");
        assert!(context.metrics().to_text().contains(r#"route="/broken",status="500""#));
    }

    #[tokio::test]
    async fn a_client_that_leaves_before_it_is_answered_is_counted_too() {
        let context = context();
        let service =
            tower::service_fn(async |_: Request| std::future::pending::<Result<Response, Infallible>>().await);
        let answer = Observe::new(context.metrics()).layer(service).oneshot(Request::default());
        let mut answer = Box::pin(answer);
        assert!(futures_util::poll!(&mut answer).is_pending());
        drop(answer);
        assert!(context.metrics().to_text().contains(r#"status="499"} 1"#), "{}", context.metrics().to_text());
    }
}
