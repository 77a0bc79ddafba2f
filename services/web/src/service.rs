//! The service: how its parts are put together.

use std::sync::Arc;

use axum::Router;
use chassis::process::{Context, Service};
use client::{
    Trust,
    api::{Api, ApiConfig},
};
use tokio::sync::watch;

use crate::{
    bodies::Bodies, config::SiteConfig, follow::Follower, pages::Pages, routes, search::Search, snapshot::Current,
    warm::Warmer,
};

/// Pages for people, from a local checkout.
pub struct Web {
    pages: Pages,
    follower: Follower,
    warmer: Warmer,
}

impl Service for Web {
    const NAME: &'static str = "web";
    const ABOUT: &'static str = "Serves a Git checkout as a website, and follows it when it moves.";
    type Config = (SiteConfig, ApiConfig, Trust);

    async fn build((config, api, trust): Self::Config, context: &Context) -> anyhow::Result<Self> {
        let search = Search::new(Api::new(&api, &trust)?, context.metrics());
        let (config, current) = (Arc::new(config), Current::default());
        let (told, revisions) = watch::channel(None);
        let bodies = Bodies::new(config.page_cache_mib << 20, context.tasks().clone(), context.metrics());
        let follower = Follower::new(Arc::clone(&config), Arc::clone(&current), told, context);
        let pages = Pages { config, current, bodies, search, revisions, context: context.clone() };
        Ok(Self { warmer: Warmer::new(pages.clone()), pages, follower })
    }

    fn routes(&self) -> Router {
        routes::routes(self.pages.clone())
    }

    async fn run(self, context: &Context) -> anyhow::Result<()> {
        context.tasks().spawn("warm", self.warmer.run());
        self.follower.run().await;
        Ok(())
    }
}
