//! The API's own description: for programs at `/openapi.json`, for people at `/docs`. Made from the handlers.

mod page;

use askama::Template as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use chassis::problem::Problem;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::reply::{self, JSON, Reuse};
use page::Page;

/// What is not said at a handler.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "api",
        description = "Announces revisions of a site, searches them, and tells what happens. Errors are \
                       `application/problem+json` (RFC 9457); 429 and 503 say in `Retry-After` when to ask again. \
                       Lists are read on with `after` = `next`. Every answer to GET has an `ETag`.",
    ),
    tags(
        (name = "revisions", description = "Commits of the site's repository, on their way to the reader."),
        (name = "search", description = "Sections that match a query."),
        (name = "pages", description = "Pages as the index knows them."),
        (name = "events", description = "What happens, as it happens."),
        (name = "hooks", description = "Where forges tell of pushes."),
        (name = "jobs", description = "What the workers do, for operators."),
        (name = "status", description = "What is live and what is under way."),
    ),
    modifiers(&Token),
)]
pub(crate) struct About;

struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        openapi.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(token));
    }
}

/// Both documents, made once. Clones share them.
#[derive(Clone)]
pub(crate) struct Documents {
    openapi: Bytes,
    page: Bytes,
}

impl Documents {
    pub(crate) fn of(mut openapi: utoipa::openapi::OpenApi) -> Self {
        // The router marks a parameter that holds slashes; OpenAPI has no such mark.
        let paths = std::mem::take(&mut openapi.paths.paths);
        openapi.paths.paths = paths.into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
        let page = Page::of(&openapi).render().expect("a page that is checked when it is compiled");
        Self { openapi: reply::encode(&openapi), page: page.into() }
    }
}

/// For programs.
pub(crate) async fn openapi(State(documents): State<Documents>, headers: HeaderMap) -> Response {
    reply::bytes(&headers, documents.openapi, JSON, Reuse::Ask)
}

/// For people.
pub(crate) async fn page(State(documents): State<Documents>, headers: HeaderMap) -> Response {
    let mut response = reply::bytes(&headers, documents.page, "text/html; charset=utf-8", Reuse::Ask);
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
    response
}

/// A path that exists, asked in a way that it does not know.
pub(crate) async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED)
}
