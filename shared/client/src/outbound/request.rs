//! A request to the rest of the world, with the limits that it must keep.

use std::time::Duration;

use bytes::Bytes;
use chassis::config::Secret;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::Url;

use super::Error;

/// What to send, and how long and how much to wait for.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) timeout: Duration,
    pub(super) limit: usize,
    pub(super) redirects: u8,
    pub(super) guarded: bool,
    pub(super) login: Option<(String, Secret)>,
}

impl Request {
    /// A request that has 10 seconds and room for 1 MiB of answer, follows no redirect and is not guarded. `user:pass@`
    /// in the URL is sent as basic authentication.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no `http` or `https` URL.
    pub fn new(method: Method, url: &str) -> Result<Self, Error> {
        let url = checked(Url::parse(url).map_err(|_| Error::Invalid("it is no URL"))?)?;
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        let timeout = Duration::from_secs(10);
        Ok(Self { method, url, headers, body, timeout, limit: 1 << 20, redirects: 0, guarded: false, login: None })
    }

    /// A `GET`.
    pub fn get(url: &str) -> Result<Self, Error> {
        Self::new(Method::GET, url)
    }

    /// Sends a header. It is a secret where it is one by name: `Authorization`, `Cookie`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or value that no header can have.
    pub fn header(self, name: &str, value: &str) -> Result<Self, Error> {
        let secret = ["authorization", "cookie"].iter().any(|known| name.eq_ignore_ascii_case(known));
        self.insert(name, value, secret)
    }

    /// Sends a header that is not shown in logs and not sent to another origin.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or value that no header can have.
    pub fn secret_header(self, name: &str, value: &str) -> Result<Self, Error> {
        self.insert(name, value, true)
    }

    fn insert(mut self, name: &str, value: &str, secret: bool) -> Result<Self, Error> {
        let name = HeaderName::try_from(name).map_err(|_| Error::Invalid("a header's name is none"))?;
        let mut value = HeaderValue::try_from(value).map_err(|_| Error::Invalid("a header's value is none"))?;
        value.set_sensitive(secret);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Signs in by basic authentication. Another origin does not see it.
    #[must_use]
    pub fn basic_auth(self, user: &str, password: &Secret) -> Self {
        Self { login: Some((user.to_owned(), password.clone())), ..self }
    }

    /// Sends a body.
    #[must_use]
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// Gives it this long, redirects and the answer's body included.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Reads at most so many bytes of body.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Follows so many redirects of a `GET` or `HEAD`.
    #[must_use]
    pub fn redirects(self, redirects: u8) -> Self {
        Self { redirects, ..self }
    }

    /// Refuses to reach any address that is not public, and uses no proxy: for URLs that a repository or a visitor
    /// supplied.
    #[must_use]
    pub fn guarded(self) -> Self {
        Self { guarded: true, ..self }
    }
}

/// The URL, if it is one that can be asked.
pub(super) fn checked(url: Url) -> Result<Url, Error> {
    let asked = matches!(url.scheme(), "http" | "https") && url.has_host();
    if asked { Ok(url) } else { Err(Error::Invalid("it is no http or https URL")) }
}
