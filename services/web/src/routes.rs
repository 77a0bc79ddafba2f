//! Everything that `web` answers, beside the probes.

use axum::{Router, routing::get};

use crate::{files, pages, pages::Pages, revisions, robots, search, status};

/// The table of contents.
pub(crate) fn routes(pages: Pages) -> Router {
    Router::new()
        .route("/-/assets/{name}", get(files::own))
        .route("/-/events", get(revisions::events))
        .route("/-/search", get(search::page))
        .route("/-/search.json", get(search::json))
        .route("/-/status", get(status::page))
        .route("/-/status.json", get(status::json))
        .route("/llms.txt", robots::made(robots::llms))
        .route("/robots.txt", robots::made(robots::robots))
        .route("/sitemap.xml", robots::made(robots::sitemap))
        .route("/", get(pages::serve))
        .route("/{*path}", get(pages::serve))
        .with_state(pages)
}
