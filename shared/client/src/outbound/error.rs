//! What can go wrong on the way out, by what the caller can do about it.

/// Why there is no answer. Never tells a URL: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL, a header or a redirect is wrong, and stays wrong.
    #[error("{0}")]
    Invalid(&'static str),
    /// A guarded request would have reached an address that is not public.
    #[error("it leads to an address that is not public")]
    Forbidden,
    /// It took too long.
    #[error("it took too long")]
    Late,
    /// The answer is larger than its limit.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// It cannot be reached, or breaks off.
    #[error("{0}")]
    Unavailable(String),
}

impl Error {
    pub(super) fn from_reqwest(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Late;
        }
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            if error.is::<super::guard::NotPublic>() {
                return Self::Forbidden;
            }
            cause = error.source();
        }
        Self::Unavailable(super::told(error))
    }
}
