//! What a service tells the chassis about itself.

use std::future::Future;

use axum::Router;

use super::{AdminCommand, Context};
use crate::config::Sections;

/// A long-running process of the suite.
pub trait Service: Sized + Send + 'static {
    /// The process's name: its folder, its package, its image.
    const NAME: &'static str;
    /// What it is for, in one sentence.
    const ABOUT: &'static str;
    /// The sections of its configuration beside those that every process has.
    type Config: Sections + Send + 'static;

    /// Its one-off work: what operators call as `NAME COMMAND`.
    fn commands() -> Vec<AdminCommand<Self::Config>> {
        Vec::new()
    }

    /// Attaches what the service needs: checks, instruments, backing services. Quick: what may be away is attached
    /// without waiting for it.
    ///
    /// # Errors
    /// What makes it pointless to start.
    fn build(config: Self::Config, context: &Context) -> impl Future<Output = anyhow::Result<Self>>;

    /// What it answers on `PORT`. The probes are added.
    fn routes(&self) -> Router;

    /// What operators may ask on `ADMIN_PORT`. The metrics are added.
    fn admin_routes(&self) -> Router {
        Router::new()
    }

    /// Works until a shutdown is requested, then hands back what it holds.
    ///
    /// # Errors
    /// What makes it pointless to go on; the process then ends with 1.
    fn run(self, context: &Context) -> impl Future<Output = anyhow::Result<()>> + Send {
        let shutdown = context.shutdown().clone();
        async move {
            let _service = self;
            shutdown.requested().await;
            Ok(())
        }
    }
}
