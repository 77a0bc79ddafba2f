//! A body as a response: validators, encodings and headers, prepared once.

use std::sync::LazyLock;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use content::ContentHash;

use crate::compress::{Accepted, Variants};

/// The header that names the revision of a response.
pub(crate) const REVISION: HeaderName = HeaderName::from_static("x-site-revision");

/// Nothing inline, nothing remote.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A file of the repository, opened by itself: it may look like something, and do nothing.
const FILE_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// What every response of the site says.
static COMMON: LazyLock<HeaderMap> = LazyLock::new(|| {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    headers.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
});

/// How long a response may be reused without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// Ask each time; an unchanged one costs an empty answer.
    Ask,
    /// For ever: its name contains its hash.
    Forever,
}

impl Reuse {
    fn value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Ask => "no-cache",
            Self::Forever => "public, max-age=31536000, immutable",
        })
    }
}

/// A body in every encoding, with its headers.
#[derive(Debug)]
pub(crate) struct Prepared {
    variants: Variants,
    tag: String,
    headers: HeaderMap,
}

impl Prepared {
    /// A body that browsers check each time.
    pub(crate) fn new(content_type: &'static str, variants: Variants) -> Self {
        Self::reusable(content_type, variants, Reuse::Ask)
    }

    /// A body that browsers reuse as `reuse` says.
    pub(crate) fn reusable(content_type: &'static str, variants: Variants, reuse: Reuse) -> Self {
        let mut headers = COMMON.clone();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(header::CACHE_CONTROL, reuse.value());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let tag = ContentHash::of(&variants.identity).short();
        Self { variants, tag, headers }
    }

    /// How much memory it takes, in bytes.
    pub(crate) fn weight(&self) -> usize {
        self.variants.weight() + 1024
    }

    /// The body as it is.
    pub(crate) fn identity(&self) -> &bytes::Bytes {
        &self.variants.identity
    }

    /// The validator of the body as it is.
    pub(crate) fn etag(&self) -> String {
        format!("\"{}\"", self.tag)
    }

    /// The response to a request: the body in an encoding that the client takes, or word that it has it.
    pub(crate) fn respond(&self, method: &Method, request: &HeaderMap) -> Response {
        self.respond_as(method, request, self.headers.clone())
    }

    /// The same with other headers than a page has, which say what it varies by.
    pub(crate) fn respond_as(&self, method: &Method, request: &HeaderMap, mut headers: HeaderMap) -> Response {
        let (bytes, encoding) = self.variants.choose(Accepted::of(request));
        let etag = encoding.map_or_else(|| self.etag(), |encoding| format!("\"{}-{encoding}\"", self.tag));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        respond(StatusCode::OK, method, request, headers, &etag, bytes.clone())
    }
}

/// A response with a validator: empty with 304 if the client has it, without body for HEAD.
pub(crate) fn respond(
    status: StatusCode,
    method: &Method,
    request: &HeaderMap,
    mut headers: HeaderMap,
    etag: &str,
    bytes: bytes::Bytes,
) -> Response {
    headers.extend(HeaderValue::from_str(etag).map(|etag| (header::ETAG, etag)));
    let has_it = has(request, etag);
    if has_it {
        headers.remove(header::CONTENT_ENCODING);
        headers.remove(header::CONTENT_TYPE);
    } else {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    let body = if has_it || method == Method::HEAD { Body::empty() } else { Body::from(bytes) };
    let mut response = Response::new(body);
    *response.status_mut() = if has_it { StatusCode::NOT_MODIFIED } else { status };
    *response.headers_mut() = headers;
    response
}

/// Whether `If-None-Match` names the validator, weakly compared as RFC 9110 wants it.
fn has(request: &HeaderMap, etag: &str) -> bool {
    let values = request.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == etag)
}

/// The headers of a file of the repository.
pub(crate) fn file_headers(content_type: &str) -> HeaderMap {
    let mut headers = COMMON.clone();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY));
    headers.insert(header::CACHE_CONTROL, Reuse::Ask.value());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.extend(HeaderValue::from_str(content_type).map(|kind| (header::CONTENT_TYPE, kind)));
    headers
}

/// A page that is made for one request: not kept, not compressed.
pub(crate) fn once(status: StatusCode, content_type: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    *response.headers_mut() = COMMON.clone();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Word that the thing is elsewhere, with what was asked of it. Kept by nobody: the next revision may put it back.
pub(crate) fn moved(url: &str, query: Option<&str>) -> Response {
    let url = &query.map_or_else(|| url.to_owned(), |query| format!("{url}?{query}"));
    let mut response = once(StatusCode::TEMPORARY_REDIRECT, "text/plain; charset=utf-8", format!("{url}\n"));
    response.headers_mut().extend(HeaderValue::from_str(url).map(|url| (header::LOCATION, url)));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(etags: &str) -> StatusCode {
        let mut request = HeaderMap::new();
        request.insert(header::IF_NONE_MATCH, etags.parse().expect("a header"));
        respond(StatusCode::OK, &Method::GET, &request, HeaderMap::new(), "\"a\"", "x".into()).status()
    }

    #[test]
    fn a_client_that_has_it_is_told_so() {
        for etags in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert_eq!(status(etags), StatusCode::NOT_MODIFIED, "{etags}");
        }
        assert_eq!(status("\"b\""), StatusCode::OK);
    }
}
