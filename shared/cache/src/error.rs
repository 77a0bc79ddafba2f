//! What can go wrong: only the configuration. A Redis that is away is no error.

/// Why the cache cannot be attached.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot be used.
    #[error("{0}")]
    Invalid(&'static str),
}
