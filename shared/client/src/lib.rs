//! The one door out: every HTTP request that a process makes goes through here, with timeouts, limits and guards.
//!
//! [`api`] is the suite's own api, typed. [`outbound`] is the rest of the world. Nothing else names an HTTP client.
//!
//! ```no_run
//! use client::{Trust, api::{Api, ApiConfig, Query}};
//!
//! # async fn example(config: ApiConfig, trust: Trust) -> Result<(), client::api::Error> {
//! if let Some(api) = Api::new(&config, &trust)? {
//!     let results = api.search().find(&Query { text: "lifetime", ..Query::default() }).await?;
//!     println!("{} sections", results.hits.len());
//! }
//! # Ok(())
//! # }
//! ```

pub mod api;
pub mod outbound;

mod backoff;
mod tls;

#[cfg(test)]
mod tls_server;

pub use backoff::Backoff;
pub use tls::Trust;
