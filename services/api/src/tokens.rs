//! Tokens: who may do what. Compared in constant time, and never told.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chassis::{
    config::{Live, Secret},
    problem::Problem,
};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::{
    config::{Access, several},
    service::App,
};

type Digest = [u8; 32];

/// The tokens that are valid, by what they are for. A token that is added or taken away counts from the next request.
#[derive(Debug)]
pub(crate) struct Tokens {
    read: List,
    announce: List,
    operate: List,
}

type List = Live<Option<Secret>>;

impl Tokens {
    /// Reads the lists, and warns of what nobody will be able to do.
    pub(crate) fn new(access: &Access) -> Self {
        let (read, announce) = (access.api_read_tokens.clone(), access.api_announce_tokens.clone());
        let tokens = Self { read, announce, operate: access.api_operate_tokens.clone() };
        if digests(&[&tokens.announce, &tokens.operate]).is_empty() {
            tracing::warn!(variable = "API_ANNOUNCE_TOKENS", "No token is valid: nothing can be announced");
        }
        tokens
    }

    /// Whether the request may do what the tokens of these lists may.
    fn check(&self, lists: &[&List], headers: &HeaderMap) -> Result<(), Refusal> {
        let valid = digests(lists);
        if valid.is_empty() {
            return Err(Refusal(StatusCode::FORBIDDEN, "no token is configured that may do this"));
        }
        let Some(token) = token(headers) else { return Err(Refusal(StatusCode::UNAUTHORIZED, "this needs a token")) };
        let digest = digest(&token);
        if is_one_of(&valid, &digest) {
            return Ok(());
        }
        if is_one_of(&digests(&[&self.read, &self.announce, &self.operate]), &digest) {
            return Err(Refusal(StatusCode::FORBIDDEN, "the token may not do this"));
        }
        Err(Refusal(StatusCode::UNAUTHORIZED, "the token is not known"))
    }
}

/// Why a request is turned away.
pub(crate) struct Refusal(StatusCode, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Problem::new(self.0).detail(self.1).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Looks at every token, so that the time tells nothing.
fn is_one_of(valid: &[Digest], digest: &Digest) -> bool {
    valid.iter().fold(Choice::from(0), |found, known| found | known.ct_eq(digest)).into()
}

/// The tokens of these lists as they are now.
fn digests(lists: &[&List]) -> Vec<Digest> {
    let of_list = |list: &&List| several(list.load().as_ref().as_ref()).map(digest).collect::<Vec<_>>();
    lists.iter().flat_map(of_list).collect()
}

fn digest(token: &str) -> Digest {
    Sha256::digest(token).into()
}

/// The token of a request: after `Bearer`, or the password of HTTP Basic, which a URL can hold.
fn token(headers: &HeaderMap) -> Option<String> {
    let (scheme, value) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

macro_rules! rights {
    ($($(#[doc = $about:literal])* $right:ident by $($list:ident),*;)*) => {$(
        $(#[doc = $about])*
        pub(crate) struct $right;

        impl FromRequestParts<App> for $right {
            type Rejection = Refusal;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
                let tokens = &app.tokens;
                tokens.check(&[$(&tokens.$list),*], &parts.headers).map(|()| Self)
            }
        }
    )*};
}

rights! {
    /// Whoever may read events.
    EventReader by read, announce, operate;
    /// Whoever may read jobs.
    JobReader by read, operate;
    /// Whoever may announce revisions.
    Announcer by announce, operate;
    /// Whoever may do everything.
    Operator by operate;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(authorization: &str) -> Option<String> {
        token(&HeaderMap::from_iter([(header::AUTHORIZATION, authorization.parse().expect("a value"))]))
    }

    #[test]
    fn a_token_is_a_bearers_or_a_password() {
        assert_eq!(of("Bearer t0ken"), Some("t0ken".to_owned()));
        assert_eq!(of("bearer t0ken "), Some("t0ken".to_owned()));
        assert_eq!(of(&format!("Basic {}", BASE64_STANDARD.encode("git-sync:t0:ken"))), Some("t0:ken".to_owned()));
        for nothing in ["Bearer", "Basic", "Basic !", "Basic dDBrZW4=", "Digest t0ken", "t0ken"] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }
}
