//! The suite's own api, typed: a method group for each path under `/v1`.

mod breaker;
mod error;
mod events;
mod pages;
mod revisions;
mod search;
mod sse;
mod status;
#[cfg(test)]
mod tests;
mod transport;

pub use error::Error;
pub use events::Events;
pub use pages::{Pages, PagesOf};
pub use revisions::Revisions;
pub use search::{Query, Search};

use std::{sync::Arc, time::Duration};

use chassis::config::{Seconds, Secret};
use contract::status::Status;

use crate::Trust;
use transport::Transport;

chassis::section! {
    /// Where the api is.
    pub struct ApiConfig {
        /// The api's URL, without `/v1`; unset: there is none, and what needs it says that it is away.
        pub api_url: Option<String>,
        /// The token to send to the api.
        pub api_token: Option<Secret>,
        /// How long an answer of the api may take; streams of events are exempt.
        pub api_timeout_seconds: Seconds = Seconds::new(3),
    }
}

impl ApiConfig {
    fn timeout(&self) -> Duration {
        self.api_timeout_seconds.duration()
    }
}

/// The api. Clones share connections and what is known of its health.
///
/// While the api is away, three calls find out and the next ones fail at once; one call a second looks again.
#[derive(Clone, Debug)]
pub struct Api(Arc<Transport>);

impl Api {
    /// The api of this configuration, or none where it names none. Connects to nothing yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an `API_URL` that is no `http` or `https` URL, or an `API_TOKEN` that no header can hold.
    pub fn new(config: &ApiConfig, trust: &Trust) -> Result<Option<Self>, Error> {
        let Some(url) = &config.api_url else { return Ok(None) };
        Transport::new(url, config.api_token.as_ref(), config.timeout(), trust).map(Arc::new).map(Self).map(Some)
    }

    /// `/v1/revisions`: what a puller published.
    pub fn revisions(&self) -> Revisions<'_> {
        Revisions(&self.0)
    }

    /// `/v1/search`: sections that match.
    pub fn search(&self) -> Search<'_> {
        Search(&self.0)
    }

    /// `/v1/pages`: pages as the index knows them.
    pub fn pages(&self) -> Pages<'_> {
        Pages(&self.0)
    }

    /// `GET /v1/status`: what is live and what is under way.
    pub async fn status(&self) -> Result<Status, Error> {
        status::read(&self.0).await
    }

    /// `GET /v1/events`: what happens from now on.
    pub fn events(&self) -> Events {
        Events::new(self.0.clone())
    }
}
