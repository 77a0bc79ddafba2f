//! What `api` is told by its environment, beside where its backing services are.

use chassis::config::{Live, Seconds, Secret};

chassis::section! {
    /// Who may do what. Each variable may hold several secrets, on lines of their own or between commas, so that one can
    /// be replaced while the old one is still valid.
    pub struct Access {
        /// Tokens that may read events and jobs.
        pub api_read_tokens: Live<Option<Secret>>,
        /// Tokens of pullers: they may announce revisions and read events. Without one nothing can be announced.
        pub api_announce_tokens: Live<Option<Secret>>,
        /// Tokens of operators: they may do everything.
        pub api_operate_tokens: Live<Option<Secret>>,
        /// What forges sign their webhooks with, or send along. Without one no webhook is accepted.
        pub hook_secrets: Live<Option<Secret>>,
    }
}

chassis::section! {
    /// How much is taken on.
    pub struct Limits {
        /// Requests worked on at once; more are told to come back later.
        pub request_limit: Live<usize> = Live::new(256),
        /// How long a request may be worked on before it is given up.
        pub request_timeout_seconds: Live<Seconds> = Live::new(Seconds::new(10)),
        /// Streams of events at once; more are told to come back later.
        pub stream_limit: Live<usize> = Live::new(1000),
    }
}

/// The secrets in a variable.
pub(crate) fn several(secret: Option<&Secret>) -> impl Iterator<Item = &str> {
    let text = secret.map(Secret::reveal).unwrap_or_default();
    text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_holds_several_secrets() {
        let secret = Secret::new("one, two\nthree\r\n,\n");
        assert_eq!(several(Some(&secret)).collect::<Vec<_>>(), ["one", "two", "three"]);
        assert_eq!(several(None).count(), 0);
    }
}
