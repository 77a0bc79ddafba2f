//! What makes a process a twelve-factor app: one module per factor, and `process` where they meet.
//!
//! A service implements [`process::Service`]; its `main` is one line. One-off work beside serving is a
//! [`process::AdminCommand`] (factor XII). Nothing here knows what a service does.
//!
//! ```no_run
//! use chassis::process::{Context, Service};
//!
//! chassis::section! {
//!     /// How to greet.
//!     pub struct Greeting {
//!         /// The word before the name.
//!         pub greeting_word: String = String::from("Hello"),
//!     }
//! }
//!
//! struct Greeter(Greeting);
//!
//! impl Service for Greeter {
//!     const NAME: &'static str = "greeter";
//!     const ABOUT: &'static str = "Greets whoever asks.";
//!     type Config = Greeting;
//!
//!     async fn build(config: Greeting, _: &Context) -> anyhow::Result<Self> {
//!         Ok(Self(config))
//!     }
//!
//!     fn routes(&self) -> axum::Router {
//!         let word = self.0.greeting_word.clone();
//!         axum::Router::new().route("/", axum::routing::get(async move || word))
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     chassis::process::main::<Greeter>()
//! }
//! ```

#[cfg(feature = "jemalloc")]
mod allocator;
pub mod process;

pub mod config;
pub mod health;
pub mod lifecycle;
pub mod server;
pub mod telemetry;

pub mod clock;
pub mod metrics;
pub mod problem;
pub mod version;
