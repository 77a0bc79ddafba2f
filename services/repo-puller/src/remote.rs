//! A look at a remote without git: `ls-refs` of Git's protocol v2 over a connection that stays open.
//!
//! A look costs one small request and no process. It answers only what is certain; in every doubt the caller asks git.

mod advertisement;
mod listing;
mod packets;
#[cfg(test)]
mod tests;

use std::time::Duration;

use client::outbound::{self, Outbound, Request, Response};
use contract::Commit;

use crate::credentials::Login;
use advertisement::Capabilities;

/// The largest answer that is read, in bytes. Only refs whose names begin alike are in it.
const LARGEST: usize = 1 << 20;

/// Some servers speak Git's protocol only to those who call themselves git.
const USER_AGENT: &str = concat!("git/2 (repo-puller ", env!("CARGO_PKG_VERSION"), ")");

/// Why a look tells nothing, and git has to be asked. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Doubt {
    /// The server speaks an older protocol. It is not asked again.
    #[error("the server does not speak Git's protocol v2")]
    OldProtocol,
    /// It answers with a redirect, wants other credentials, or fails.
    #[error("the server answers with status {0}")]
    Status(u16),
    /// What it says is not Git's protocol.
    #[error("the server's answer is not understood: {0}")]
    Garbled(&'static str),
    /// It does not answer in time, or not at all. Git would fare no better.
    #[error("the server is out of reach: {0}")]
    Unreachable(String),
}

/// A remote that is looked at again and again.
#[derive(Debug)]
pub(crate) struct Remote {
    outbound: Outbound,
    url: String,
    protocol: Protocol,
}

/// What is known of the server.
#[derive(Clone, Debug)]
enum Protocol {
    Unknown,
    Old,
    V2(Capabilities),
}

impl Remote {
    /// The remote at `url`, or none where only git itself knows the way: other protocols than http(s), a URL with a
    /// query, or `settings` of git's configuration that change how it speaks HTTP.
    pub(crate) fn new(outbound: Outbound, url: &str, settings: &[(String, String)]) -> Option<Self> {
        let url = url.trim_end_matches('/');
        let plain = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) && !url.contains(['?', '#']);
        let ours = |key: &str| {
            let key = key.to_lowercase();
            let harmless = ["http.postbuffer", "http.lowspeedlimit", "http.lowspeedtime"].contains(&key.as_str());
            harmless
                || !["http.", "url.", "protocol.", "credential.", "include"].iter().any(|name| key.starts_with(name))
        };
        let native = plain && settings.iter().all(|(key, _)| ours(key));
        native.then(|| Self { outbound, url: url.to_owned(), protocol: Protocol::Unknown })
    }

    /// The commits that the remote's refs have now, by names as git resolves them, in their order. Of an annotated tag
    /// it is the commit behind it. A ref that is not there is none.
    ///
    /// # Errors
    /// [`Doubt`], within the time that is given.
    pub(crate) async fn look(
        &mut self,
        names: &[&str],
        login: Option<&Login>,
        within: Duration,
    ) -> Result<Vec<Option<Commit>>, Doubt> {
        let listed = tokio::time::timeout(within, self.list(names, login, within)).await;
        let listed = listed.unwrap_or_else(|_| Err(Doubt::Unreachable("it took too long".to_owned())));
        if listed.is_err() && !matches!(self.protocol, Protocol::Old) {
            self.protocol = Protocol::Unknown; // It may have become another server.
        }
        listed
    }

    async fn list(
        &mut self,
        names: &[&str],
        login: Option<&Login>,
        within: Duration,
    ) -> Result<Vec<Option<Commit>>, Doubt> {
        let capabilities = match &self.protocol {
            Protocol::V2(capabilities) => capabilities,
            Protocol::Old => return Err(Doubt::OldProtocol),
            Protocol::Unknown => {
                let advertised = self.advertised(login, within).await;
                if advertised == Err(Doubt::OldProtocol) {
                    self.protocol = Protocol::Old;
                }
                self.protocol = Protocol::V2(advertised?);
                return Box::pin(self.list(names, login, within)).await;
            }
        };
        let request = self.request("POST", "git-upload-pack", login, within)?;
        let request = request.header("content-type", "application/x-git-upload-pack-request").map_err(doubt)?;
        let response = self.send(request.body(listing::question(names, capabilities))).await?;
        expect_type(&response, "application/x-git-upload-pack-result")?;
        listing::answer(&response.body().await.map_err(doubt)?, names)
    }

    async fn advertised(&self, login: Option<&Login>, within: Duration) -> Result<Capabilities, Doubt> {
        let request = self.request("GET", "info/refs?service=git-upload-pack", login, within)?;
        let response = self.send(request).await?;
        if expect_type(&response, "application/x-git-upload-pack-advertisement").is_err() {
            return Err(Doubt::OldProtocol); // The oldest servers offer files.
        }
        match response.body().await {
            Ok(body) => advertisement::parse(&body),
            // An older protocol lists every ref here.
            Err(outbound::Error::TooLarge { .. }) => Err(Doubt::OldProtocol),
            Err(error) => Err(doubt(error)),
        }
    }

    fn request(&self, method: &str, path: &str, login: Option<&Login>, within: Duration) -> Result<Request, Doubt> {
        let method = method.parse().map_err(|_| Doubt::Garbled("the method"))?;
        let request = Request::new(method, &format!("{}/{path}", self.url)).map_err(doubt)?;
        let request = request.timeout(within).limit(LARGEST);
        let request = request.header("git-protocol", "version=2").map_err(doubt)?;
        let request = request.header("user-agent", USER_AGENT).map_err(doubt)?;
        Ok(match login {
            Some(login) => request.basic_auth(&login.username, &login.password),
            None => request,
        })
    }

    async fn send(&self, request: Request) -> Result<Response, Doubt> {
        let response = self.outbound.send(request).await.map_err(doubt)?;
        match response.status().as_u16() {
            200 => Ok(response),
            status => Err(Doubt::Status(status)),
        }
    }
}

fn expect_type(response: &Response, expected: &str) -> Result<(), Doubt> {
    let found = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if found == expected { Ok(()) } else { Err(Doubt::Garbled("its type is not Git's")) }
}

fn doubt(error: outbound::Error) -> Doubt {
    match error {
        outbound::Error::TooLarge { .. } => Doubt::Garbled("it is too large"),
        outbound::Error::Invalid(_) => Doubt::Garbled("the URL is none"),
        error => Doubt::Unreachable(error.to_string()),
    }
}
