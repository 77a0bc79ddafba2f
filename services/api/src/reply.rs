//! Answers: JSON with a validator, and nothing at all for whoever has it already.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// How long an answer may be reused without asking.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reuse {
    /// Ask each time; an unchanged one costs an empty answer.
    Ask,
    /// Nobody but the one who asked, and not again.
    Never,
}

impl Reuse {
    fn value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Ask => "no-cache",
            Self::Never => "no-store",
        })
    }
}

/// The media type of most answers.
pub(crate) const JSON: &str = "application/json";

/// A value as JSON.
pub(crate) fn json(asked: &HeaderMap, value: &impl Serialize, reuse: Reuse) -> Response {
    bytes(asked, encode(value), JSON, reuse)
}

/// A value as bytes of JSON.
pub(crate) fn encode(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).expect("what the contract has can be written as JSON").into()
}

/// A body that is made already.
pub(crate) fn bytes(asked: &HeaderMap, body: Bytes, kind: &'static str, reuse: Reuse) -> Response {
    let tag = tag(&body);
    let mut response = if is_known(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, reuse.value());
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// The body's name: made of nothing but the body, so that replicas agree.
fn tag(body: &[u8]) -> String {
    let digest: String = Sha256::digest(body)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digest}\"")
}

/// Whether the client says that it has the body with this tag.
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
