//! An answer from the rest of the world. Its body is read only when asked for, and never beyond its limit.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

use super::Error;

/// Status and headers, with the body yet to come. Dropped, the body is not fetched.
#[derive(Debug)]
pub struct Response {
    inner: reqwest::Response,
    limit: usize,
}

impl Response {
    pub(super) fn new(inner: reqwest::Response, limit: usize) -> Self {
        Self { inner, limit }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.inner.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// The whole body.
    ///
    /// # Errors
    /// [`Error::TooLarge`] as soon as it is larger than the request's limit, [`Error::Unavailable`] if it is cut short.
    pub async fn body(mut self) -> Result<Bytes, Error> {
        let limit = self.limit;
        let mut body = BytesMut::new();
        while let Some(chunk) = self.inner.chunk().await.map_err(Error::from_reqwest)? {
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}
