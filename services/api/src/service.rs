//! The service: how its parts are put together.

use std::{sync::Arc, time::Duration};

use axum::Router;
use cache::{Cache, CacheConfig, Limit, Rate};
use chassis::process::{AdminCommand, Context, Service};
use queue::Queue;
use store::{Store, StoreConfig};

use crate::{
    commands,
    config::{Access, Limits},
    events::Feed,
    hooks, routes,
    tokens::Tokens,
};

/// How often one ref may be said to be pushed to. Whatever is above it, the pullers find by themselves.
const PUSHES: Rate = Rate { every: Duration::from_secs(1), burst: 30 };

/// What every request may use. Clones share everything.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) cache: Cache,
    pub(crate) feed: Feed,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) secrets: hooks::Secrets,
    pub(crate) pushes: Limit,
}

/// The JSON API.
pub struct Api {
    app: App,
    limits: Limits,
}

impl Service for Api {
    const NAME: &'static str = "api";
    const ABOUT: &'static str = "Announces revisions, searches them, and tells what happens.";
    type Config = (StoreConfig, CacheConfig, Access, Limits);

    fn commands() -> Vec<AdminCommand<Self::Config>> {
        commands::all()
    }

    async fn build((store, cache, access, limits): Self::Config, context: &Context) -> anyhow::Result<Self> {
        let store = Store::attach(&store, context)?;
        let cache = Cache::attach(&cache, context)?;
        let app = App {
            queue: Queue::new(store.pool())?,
            pushes: cache.limit("push", PUSHES),
            feed: Feed::start(&store, limits.stream_limit.clone(), context),
            tokens: Arc::new(Tokens::new(&access)),
            secrets: hooks::Secrets::new(&access),
            store,
            cache,
        };
        Ok(Self { app, limits })
    }

    fn routes(&self) -> Router {
        routes::routes(self.app.clone(), &self.limits)
    }
}
