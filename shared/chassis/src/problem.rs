//! Errors as the client sees them: `application/problem+json`, RFC 9457.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// A failed request. Its body says what the client can do; its cause goes to the log, once, and never to the client.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: Option<String>,
    retry_after_seconds: Option<u32>,
    cause: Option<Cause>,
}

/// Why a request failed. It rides in the response's extensions to the layer that logs the request.
#[derive(Clone, Debug)]
pub struct Cause(pub(crate) Arc<anyhow::Error>);

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl Problem {
    /// A problem with this status, titled by the status's own words.
    pub fn new(status: StatusCode) -> Self {
        Self { status, detail: None, retry_after_seconds: None, cause: None }
    }

    /// 404: there is no such thing.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND)
    }

    /// 503: something that is needed is away; ask again after `seconds`.
    pub fn unavailable(seconds: u32) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE).retry_after(seconds)
    }

    /// Says when to ask again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Says what is wrong, for the client. Ignored above 499: those bodies are constant.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(Cause(Arc::new(cause.into())));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail.as_deref().filter(|_| !self.status.is_server_error()),
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let kind = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
        let mut response = (self.status, kind, body).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_body_of_a_server_error_is_constant_and_the_cause_rides_along() {
        let response = Problem::unavailable(2).detail("secret").caused_by(anyhow::anyhow!("pool")).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        assert!(response.extensions().get::<Cause>().is_some());
        let body = axum::body::to_bytes(response.into_body(), 1000).await.expect("a body");
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }

    #[tokio::test]
    async fn the_body_of_a_client_error_says_what_is_wrong() {
        let response = Problem::not_found().detail("no page at /x").into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let body = axum::body::to_bytes(response.into_body(), 1000).await.expect("a body");
        assert!(String::from_utf8_lossy(&body).contains("no page at /x"));
    }
}
