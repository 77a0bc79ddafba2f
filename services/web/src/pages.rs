//! A request for a path of the site: a page, its source, a file, or word of where it went.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use bytes::Bytes;
use chassis::process::Context;
use content::{Body, Found, Kind, Node, Page, Site};
use tokio::sync::watch;

use crate::{
    bodies::{Bodies, Failure},
    config::SiteConfig,
    files,
    reply::{self, Prepared, REVISION},
    search::Search,
    snapshot::{Current, Snapshot},
    view::{self, AwayView, Crumb, Entry, EntryKind, Frame, Heading, NotFoundView, PageView},
};

pub(crate) const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";

/// What every handler works with.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) config: Arc<SiteConfig>,
    pub(crate) current: Current,
    pub(crate) bodies: Bodies,
    pub(crate) search: Search,
    pub(crate) revisions: watch::Receiver<Option<String>>,
    pub(crate) context: Context,
}

/// Serves what is at a path. One snapshot answers the whole request, so it is of one revision.
pub(crate) async fn serve(State(pages): State<Pages>, request: Request) -> Response {
    let request = request.into_parts().0;
    let Some(snapshot) = pages.current.load_full() else { return pages.away("No revision yet", WAITING) };
    let path = request.uri.path();
    let mut response = match snapshot.site.find(path) {
        Found::Page(page) => match pages.body(&snapshot, page).await {
            Ok(body) => body.respond(&request.method, &request.headers),
            Err(failure) => pages.unreadable(&failure),
        },
        Found::Source(page) => source(&snapshot.site, page, &request),
        Found::Asset(asset) => files::serve(&pages, &snapshot, asset, &request).await,
        Found::Moved(url) => reply::moved(&url, request.uri.query()),
        Found::Missing => pages.missing(&snapshot, path),
    };
    response.headers_mut().insert(REVISION, snapshot.revision_header.clone());
    response
}

const WAITING: &str = "The first revision of this site is still on its way.";
const GONE: &str = "This page cannot be read at the moment. The others still can.";

impl Pages {
    /// A page's body, made if nobody has made it.
    pub(crate) async fn body(&self, snapshot: &Arc<Snapshot>, page: &Page) -> Result<Arc<Prepared>, Arc<Failure>> {
        let (config, snapshot, page) = (Arc::clone(&self.config), Arc::clone(snapshot), page.clone());
        let (key, has_search) = (snapshot.key(&page), self.search.is_there());
        let make = move || {
            let body = snapshot.site.body(&page)?;
            let mut shown = page_view(&config, &snapshot, &page, body);
            shown.frame.has_search = has_search;
            Ok(Bytes::from(view::html(&shown)))
        };
        self.bodies.get(key, HTML, make).await
    }

    /// What is around a page that is not of the site's own text.
    pub(crate) fn frame(&self) -> Frame {
        let site = self.current.load();
        let title = site.as_ref().map(|snapshot| snapshot.site.title().to_owned());
        Frame {
            site_title: title.or_else(|| self.config.site_title.clone()).unwrap_or_else(|| "Site".to_owned()),
            banner: self.config.site_banner.load().as_ref().clone(),
            canonical: None,
            has_search: self.search.is_there(),
        }
    }

    fn missing(&self, snapshot: &Snapshot, path: &str) -> Response {
        let crumb = |page: &Page| Crumb { title: page.title.clone(), url: page.url.clone() };
        let suggestions = snapshot.site.suggest(path, 5).into_iter().map(crumb).collect();
        let shown: String = path.chars().take(200).collect();
        let page = NotFoundView { frame: self.frame(), path: shown, suggestions };
        reply::once(StatusCode::NOT_FOUND, HTML, view::html(&page))
    }

    fn away(&self, title: &str, reason: &str) -> Response {
        let page = AwayView { frame: self.frame(), title: title.to_owned(), reason: reason.to_owned() };
        let mut response = reply::once(StatusCode::SERVICE_UNAVAILABLE, HTML, view::html(&page));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        response
    }

    /// A page whose file has gone or cannot be read.
    pub(crate) fn unreadable(&self, failure: &Failure) -> Response {
        let source = std::error::Error::source(failure).map(ToString::to_string);
        tracing::error!(error = %failure, source, "Page not readable");
        self.away("This page is away", GONE)
    }
}

/// A page's Markdown, as it was written.
fn source(site: &Site, page: &Page, request: &Parts) -> Response {
    match site.source(page) {
        Ok(text) => {
            let (etag, mut headers) = (format!("\"{}\"", page.hash.short()), reply::file_headers(MARKDOWN));
            headers.remove(header::ACCEPT_RANGES);
            reply::respond(StatusCode::OK, &request.method, &request.headers, headers, &etag, Bytes::from(text))
        }
        Err(error) => {
            tracing::error!(%error, path = page.path, "Source not readable");
            reply::once(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", format!("{GONE}\n"))
        }
    }
}

/// Everything that a page shows.
fn page_view(config: &SiteConfig, snapshot: &Snapshot, page: &Page, body: Body) -> PageView {
    let site = &snapshot.site;
    let around = site.navigation(Some(page));
    let crumb = |index: usize| Crumb { title: site.pages()[index].title.clone(), url: site.pages()[index].url.clone() };
    let contents = body.headings.iter().filter(|heading| matches!(heading.level, 2 | 3) && !heading.anchor.is_empty());
    PageView {
        frame: Frame {
            site_title: site.title().to_owned(),
            banner: snapshot.banner.clone(),
            canonical: config.base_url().map(|base| format!("{base}{}", page.url)),
            has_search: false,
        },
        title: page.title.clone(),
        // A page that begins with its own title, at whatever level, does not need it twice.
        has_heading: body.html.contains("<h1")
            || body.headings.first().is_some_and(|first| {
                body.html.trim_start().starts_with("<h") && first.title.trim() == page.title.trim()
            }),
        description: body.description,
        breadcrumbs: around.above.iter().map(|index| crumb(*index)).collect(),
        navigation: around.nodes.into_iter().map(|node| entry(site, node)).collect(),
        contents: contents
            .map(|heading| Heading {
                level: heading.level,
                title: heading.title.clone(),
                anchor: heading.anchor.clone(),
            })
            .collect(),
        body: body.html,
        previous: around.previous.map(crumb),
        next: around.next.map(crumb),
        edit_url: config
            .site_edit_url
            .as_ref()
            .filter(|_| is_file(page))
            .map(|url| url.replace("{path}", content::encode(&page.path).trim_start_matches('/'))),
        source_url: is_file(page).then(|| source_url(site, page)).flatten(),
    }
}

fn is_file(page: &Page) -> bool {
    page.format == content::Format::Markdown
}

/// Where a page's source is served.
fn source_url(site: &Site, page: &Page) -> Option<String> {
    let url = site.source_url(page);
    matches!(site.find(&url), Found::Source(found) if found.path == page.path).then_some(url)
}

fn entry(site: &Site, node: Node) -> Entry {
    Entry {
        kind: match node.kind {
            Kind::Part => EntryKind::Part,
            Kind::Chapter => EntryKind::Chapter,
            Kind::Separator => EntryKind::Separator,
        },
        title: node.title,
        url: node.page.map(|index| site.pages()[index].url.clone()),
        is_current: node.is_current,
        is_open: node.is_open,
        children: node.children.into_iter().map(|child| entry(site, child)).collect(),
    }
}
