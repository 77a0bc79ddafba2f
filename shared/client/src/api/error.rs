//! What can go wrong with the api, by what the caller can do about it.

use std::time::Duration;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is away, overloaded or broken: ask again later.
    #[error("the api is away: {reason}")]
    Unavailable {
        /// Why, for people.
        reason: String,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The token is missing, unknown (401) or not allowed to do this (403): asking again does not help.
    #[error("the api refuses the token with status {status}: {detail}")]
    Unauthorized {
        /// 401 or 403.
        status: u16,
        /// Why, in the api's words.
        detail: String,
    },
    /// There is no such thing.
    #[error("the api knows no such thing")]
    NotFound,
    /// The request is wrong, and stays wrong.
    #[error("the request to the api is wrong: {detail}")]
    Invalid {
        /// What is wrong, in the api's words.
        detail: String,
    },
    /// The answer is not what the contract says: another version, or another server.
    #[error("the api's answer is not understood: {detail}")]
    Garbled {
        /// What is wrong with it.
        detail: String,
    },
}

impl Error {
    pub(super) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into(), retry_after: None }
    }

    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid { detail: detail.into() }
    }

    pub(super) fn garbled(detail: impl Into<String>) -> Self {
        Self::Garbled { detail: detail.into() }
    }

    /// Whether the api itself is to be left alone for a while.
    pub(super) fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Garbled { .. })
    }
}
