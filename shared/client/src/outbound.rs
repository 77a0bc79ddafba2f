//! HTTP to the rest of the world: webhooks, links, Git remotes.
//!
//! A request has a deadline and a limit for its answer, follows no redirect unless asked, and can be guarded: a URL that
//! a repository or a visitor supplied must not reach what only this process can reach. Proxy variables
//! (`HTTPS_PROXY`, `NO_PROXY`, ...) count as usual, except for guarded requests: a proxy would look up the name itself.

mod error;
mod guard;
mod request;
mod response;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use guard::is_public;
pub use request::Request;
pub use response::Response;

use std::{error::Error as _, net::IpAddr, sync::Arc, time::Duration};

use chassis::config::Secret;
use http::{HeaderMap, Method, StatusCode, header};
use reqwest::{Client, ClientBuilder, Url, redirect::Policy};
use tokio::time::Instant;

use crate::Trust;
use guard::Guard;

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(10);

/// The way out. Clones share connections.
#[derive(Clone, Debug)]
pub struct Outbound {
    open: Client,
    guarded: Client,
    guard: Guard,
}

impl Outbound {
    /// Connects to nothing yet, and reads no certificate before the first TLS handshake.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the system gives no resources for it.
    pub fn new(trust: &Trust) -> Result<Self, Error> {
        Self::allowing(trust, is_public)
    }

    /// Like [`Outbound::new`], with another opinion about which addresses a guarded request may reach.
    fn allowing(trust: &Trust, allowed: fn(IpAddr) -> bool) -> Result<Self, Error> {
        let guard = Guard(allowed);
        let client = || builder(trust).connect_timeout(CONNECT);
        let open = client().build().map_err(Error::from_reqwest)?;
        let guarded = client().no_proxy().dns_resolver(Arc::new(guard)).build().map_err(Error::from_reqwest)?;
        Ok(Self { open, guarded, guard })
    }

    /// Sends a request, and follows as many redirects as it asks for. The status of the answer is the caller's to judge.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let deadline = Instant::now() + request.timeout;
        let (mut url, mut headers) = (request.url.clone(), request.headers.clone());
        let mut login = request.login.as_ref();
        for left in (0..=request.redirects).rev() {
            let answer = self.hop(&request, url.clone(), headers.clone(), login, deadline).await?;
            let Some(next) = redirected(&request, &answer).filter(|_| left > 0) else {
                return Ok(Response::new(answer, request.limit));
            };
            let next = url.join(next).map_err(|_| Error::Invalid("the redirect leads to no URL"))?;
            let next = request::checked(next)?;
            if next.origin() != url.origin() {
                forget_secrets(&mut headers);
                login = None;
            }
            url = next;
        }
        Err(Error::Invalid("it redirects too often"))
    }

    async fn hop(
        &self,
        request: &Request,
        url: Url,
        headers: HeaderMap,
        login: Option<&(String, Secret)>,
        deadline: Instant,
    ) -> Result<reqwest::Response, Error> {
        if request.guarded {
            self.guard.check_literal(&url)?;
        }
        let client = if request.guarded { &self.guarded } else { &self.open };
        let left = deadline.saturating_duration_since(Instant::now());
        let sent =
            client.request(request.method.clone(), url).headers(headers).timeout(left).body(request.body.clone());
        let sent = match login {
            Some((user, password)) => sent.basic_auth(user, Some(password.reveal())),
            None => sent,
        };
        sent.send().await.map_err(Error::from_reqwest)
    }
}

/// Where the answer to a request that reads leads instead.
fn redirected<'a>(request: &Request, answer: &'a reqwest::Response) -> Option<&'a str> {
    let reads = matches!(request.method, Method::GET | Method::HEAD);
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let location = answer.headers().get(header::LOCATION)?.to_str().ok()?;
    (reads && request.redirects > 0 && moved.contains(&answer.status())).then_some(location)
}

/// Another origin does not learn what was meant for the first.
fn forget_secrets(headers: &mut HeaderMap) {
    let secret = |value: &http::HeaderValue| value.is_sensitive();
    let names: Vec<_> = headers.iter().filter(|(_, value)| secret(value)).map(|(name, _)| name.clone()).collect();
    names.into_iter().chain([header::AUTHORIZATION, header::COOKIE]).for_each(|name| {
        headers.remove(name);
    });
}

/// The one place where a client is made: TLS by ring, no redirects, an honest name.
#[expect(clippy::disallowed_methods, reason = "this is the one place that makes an HTTP client")]
pub(crate) fn builder(trust: &Trust) -> ClientBuilder {
    Client::builder()
        .tls_backend_preconfigured(trust.config())
        .redirect(Policy::none())
        .referer(false)
        .user_agent(concat!("dozen/", env!("CARGO_PKG_VERSION")))
}

/// What went wrong, with its causes and without the URL, which may hold a password.
pub(crate) fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        cause = error.source();
    }
    told
}
