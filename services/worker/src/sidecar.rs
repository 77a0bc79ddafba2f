//! The puller beside this worker: told when its checkout is behind.

use std::time::Duration;

use chassis::config::Secret;
use client::{
    Trust,
    outbound::{Error, Outbound, Request},
};
use http::Method;

use crate::config::WorkerConfig;

/// How long the puller may take to say that it heard.
const PATIENCE: Duration = Duration::from_secs(2);

/// The way to the puller, if one is named.
#[derive(Clone, Debug)]
pub(crate) struct Sidecar {
    outbound: Outbound,
    place: Option<(String, Option<Secret>)>,
}

impl Sidecar {
    pub(crate) fn new(config: &WorkerConfig, trust: &Trust) -> Result<Self, Error> {
        let url = config.puller_url.as_ref().map(|url| format!("{}/-/sync", url.trim_end_matches('/')));
        let place = url.map(|url| (url, config.puller_token.clone()));
        Ok(Self { outbound: Outbound::new(trust)?, place })
    }

    /// Asks the puller to look at the remote now. That it cannot be asked is noted and no more: it looks by itself, too.
    pub(crate) async fn poke(&self) {
        let Some((url, token)) = &self.place else { return };
        match self.ask(url, token.as_ref()).await {
            Ok(status) if status < 400 => tracing::debug!(status, "Sidecar asked to sync"),
            Ok(status) => tracing::warn!(status, "Sidecar refused to sync"),
            Err(error) => tracing::warn!(%error, "Sidecar not reached"),
        }
    }

    async fn ask(&self, url: &str, token: Option<&Secret>) -> Result<u16, Error> {
        let request = Request::new(Method::POST, url)?.timeout(PATIENCE);
        let request = match token {
            Some(token) => request.header("authorization", &format!("Bearer {}", token.reveal()))?,
            None => request,
        };
        Ok(self.outbound.send(request).await?.status().as_u16())
    }
}
