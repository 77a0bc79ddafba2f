//! GitHub Apps: a token for an installation, asked for with a signed claim to be the app.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::config::Secret;
use client::outbound::{Outbound, Request};
use jiff::Timestamp;
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject as _};
use serde::Deserialize;

use super::{Error, Login, Mistake, Moment, source::read};
use crate::flags::Flags;

const KEY: &str =
    "--github-app-private-key-file (GITSYNC_GITHUB_APP_PRIVATE_KEY_FILE) or $GITSYNC_GITHUB_APP_PRIVATE_KEY";
const ASKED: &str = "GitHub, asked for a token of --github-app-installation-id (GITSYNC_GITHUB_APP_INSTALLATION_ID)";

/// How long before a token expires it is renewed.
const MARGIN: Duration = Duration::from_secs(30);
/// How long GitHub's tokens last: what a clock that is behind makes longer is not believed.
const LONGEST: Duration = Duration::from_hours(1);

/// The user of a token. GitHub does not look at it, but git wants one.
const USERNAME: &str = "-";

/// An app, its installation, and the token that it has.
#[derive(Debug)]
pub(super) struct GithubApp {
    issuer: String,
    key: Key,
    url: String,
    /// The token, and until when it may be used, by the clock that never jumps.
    token: Option<(Secret, Instant)>,
}

#[derive(Debug)]
enum Key {
    Text(Secret),
    File(PathBuf),
}

/// What GitHub answers.
#[derive(Deserialize)]
struct Token {
    token: String,
    expires_at: Timestamp,
}

impl GithubApp {
    /// The app that the flags tell of, if they do.
    pub(super) fn from_flags(flags: &Flags) -> Result<Option<Self>, Vec<Mistake>> {
        let (text, file) = (flags.github_app_private_key.as_str(), flags.github_app_private_key_file.as_str());
        let (client, application) = (flags.github_app_client_id.as_str(), flags.github_app_application_id);
        let installation = flags.github_app_installation_id;
        if text.is_empty() && file.is_empty() && client.is_empty() && application == 0 && installation == 0 {
            return Ok(None);
        }
        let one = |left: bool, right: bool| left != right;
        let found = [
            (
                one(!text.is_empty(), !file.is_empty()),
                "github-app-private-key-file",
                "or $GITSYNC_GITHUB_APP_PRIVATE_KEY must be set, and not both",
            ),
            (
                one(!client.is_empty(), application != 0),
                "github-app-client-id",
                "or --github-app-application-id must be set, and not both",
            ),
            (installation > 0, "github-app-installation-id", "must be set for a GitHub App"),
            (flags.username.is_empty(), "username", "has no place beside a GitHub App"),
        ];
        let mistakes: Vec<_> =
            found.iter().filter(|(good, ..)| !good).map(|(_, flag, why)| (*flag, (*why).to_owned())).collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let base = flags.github_base_url.trim_end_matches('/');
        Ok(Some(Self {
            issuer: if client.is_empty() { application.to_string() } else { client.to_owned() },
            key: if file.is_empty() { Key::Text(Secret::new(text)) } else { Key::File(file.into()) },
            url: format!("{base}/app/installations/{installation}/access_tokens"),
            token: None,
        }))
    }

    /// Whether a token has to be asked for.
    pub(super) fn is_due(&self, now: Moment) -> bool {
        self.token.as_ref().is_none_or(|(_, until)| now.steady > *until)
    }

    /// The token was refused.
    pub(super) fn doubt(&mut self) {
        self.token = None;
    }

    /// The token as a login; before the first one an empty password.
    pub(super) fn login(&self) -> Login {
        let token = self.token.as_ref().map(|(token, _)| token.clone());
        Login { username: USERNAME.to_owned(), password: token.unwrap_or_else(|| Secret::new("")) }
    }

    /// Asks for a token.
    pub(super) async fn renew(&mut self, outbound: &Outbound, now: Moment) -> Result<(), Error> {
        let failed = |error: client::outbound::Error| Error::new(ASKED, error.to_string());
        let request = Request::new(http::Method::POST, &self.url).map_err(failed)?;
        let request = request.header("authorization", &format!("Bearer {}", self.claim(now.wall)?)).map_err(failed)?;
        let request = request.header("accept", "application/vnd.github+json").map_err(failed)?;
        let response = outbound.send(request.limit(64 << 10)).await.map_err(failed)?;
        let status = response.status().as_u16();
        if status != 201 {
            return Err(Error::new(ASKED, format!("answers with status {status}")));
        }
        let body = response.body().await.map_err(failed)?;
        let token: Token = serde_json::from_slice(&body)
            .map_err(|_| Error::new(ASKED, "answers something that is no token with its expiry"))?;
        let lasts = Duration::try_from(token.expires_at.duration_since(now.wall)).unwrap_or_default();
        let until = now.steady + lasts.min(LONGEST).saturating_sub(MARGIN);
        self.token = Some((Secret::new(token.token), until));
        Ok(())
    }

    /// The claim to be the app: a JSON web token (RFC 7519) that spans ten minutes, the most that GitHub takes, and
    /// begins a minute ago, since clocks differ.
    fn claim(&self, now: Timestamp) -> Result<String, Error> {
        let (issued, expires) = (now.as_second() - 60, now.as_second() + 540);
        let claims = serde_json::json!({"iat": issued, "exp": expires, "iss": self.issuer}).to_string();
        let parts = [r#"{"alg":"RS256","typ":"JWT"}"#, &claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
        let message = parts.join(".");
        let key = self.key_pair()?;
        let mut signature = vec![0; key.public().modulus_len()];
        let signed = key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature);
        signed.map_err(|_| Error::new(KEY, "cannot sign"))?;
        Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }

    fn key_pair(&self) -> Result<RsaKeyPair, Error> {
        let pem = match &self.key {
            Key::Text(text) => text.clone(),
            Key::File(path) => read(path, KEY)?,
        };
        let der = PrivateKeyDer::from_pem_slice(pem.reveal().as_bytes());
        let pair = match der {
            Ok(PrivateKeyDer::Pkcs1(der)) => RsaKeyPair::from_der(der.secret_pkcs1_der()).ok(),
            Ok(PrivateKeyDer::Pkcs8(der)) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok(),
            _ => None,
        };
        pair.ok_or_else(|| Error::new(KEY, "is not an RSA private key of 2048 bits or more in PEM"))
    }
}
