//! The name that a request is for: RFC 9112, 3.2, wants one of every request in HTTP/1.1.

use std::{
    future::{Ready, ready},
    task::{Context, Poll},
};

use axum::{
    http::{Request, StatusCode, Version, header, uri::Authority},
    response::{IntoResponse as _, Response},
};
use futures_util::future::Either;
use tower::{Layer, Service};

use crate::problem::Problem;

/// Refuses requests that name no host, more than one, or nonsense: what is made of the name could be turned against
/// readers.
#[derive(Clone, Copy)]
pub(super) struct HostCheck;

impl<S> Layer<S> for HostCheck {
    type Service = HostChecked<S>;

    fn layer(&self, inner: S) -> HostChecked<S> {
        HostChecked(inner)
    }
}

/// A service for requests that name their host.
#[derive(Clone)]
pub(super) struct HostChecked<S>(S);

impl<S: Service<Request<B>, Response = Response>, B> Service<Request<B>> for HostChecked<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response, S::Error>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if is_for_a_host(&request) {
            return Either::Right(self.0.call(request));
        }
        let refused = Problem::new(StatusCode::BAD_REQUEST).detail("the request needs one valid Host");
        Either::Left(ready(Ok(refused.into_response())))
    }
}

/// Whether a request names one host. Older clients, and requests that were made within the process, need none.
fn is_for_a_host<B>(request: &Request<B>) -> bool {
    let mut given = request.headers().get_all(header::HOST).iter();
    match (given.next(), given.next()) {
        (None, _) => request.version() != Version::HTTP_11 || request.uri().authority().is_some(),
        (Some(host), None) => {
            let is_plain = |authority: &Authority| !authority.as_str().contains('@');
            host.is_empty() || host.to_str().is_ok_and(|host| host.parse().is_ok_and(|host| is_plain(&host)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(version: Version, hosts: &[&str]) -> bool {
        let request = Request::builder().version(version);
        let request = hosts.iter().fold(request, |request, host| request.header(header::HOST, *host));
        is_for_a_host(&request.body(axum::body::Body::empty()).expect("a request"))
    }

    #[test]
    fn one_host_is_named() {
        for host in ["docs.example.org", "127.0.0.1:8080", "[::1]:80", ""] {
            assert!(is_taken(Version::HTTP_11, &[host]), "{host}");
        }
        for hosts in [&[][..], &["a", "b"], &["a b"], &["evil\"<x>"], &["me@a"], &["a/b"]] {
            assert!(!is_taken(Version::HTTP_11, hosts), "{hosts:?}");
        }
        assert!(is_taken(Version::HTTP_10, &[]));
    }
}
