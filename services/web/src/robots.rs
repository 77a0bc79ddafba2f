//! What machines ask a site for: which pages there are, and which are wanted.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
    routing::{MethodRouter, get},
};
use content::{Found, Site};

use crate::{files, pages::Pages, reply};

/// As many addresses as a site map may have.
const MOST: usize = 50_000;
const TEXT: &str = "text/plain; charset=utf-8";

/// Everything but the site's own tools may be read, and here is the map.
pub(crate) fn robots(_: Option<&Site>, base: &str) -> Response {
    reply::once(StatusCode::OK, TEXT, format!("User-agent: *\nDisallow: /-/\nSitemap: {base}/sitemap.xml\n"))
}

/// The address of every page.
pub(crate) fn sitemap(site: Option<&Site>, base: &str) -> Response {
    with_site(site, "application/xml; charset=utf-8", |site| {
        let mut xml = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        for page in site.pages().iter().take(MOST) {
            xml.push_str(&format!("<url><loc>{}</loc></url>\n", escape(&format!("{base}{}", page.url))));
        }
        xml + "</urlset>\n"
    })
}

/// The site in Markdown, for programs that read: every page, with the address of its source.
pub(crate) fn llms(site: Option<&Site>, base: &str) -> Response {
    with_site(site, TEXT, |site| {
        let mut text = format!("# {}\n\n", site.title());
        for page in site.pages().iter().filter(|page| page.format == content::Format::Markdown).take(MOST) {
            let about = page.description.as_ref().map(|about| format!(": {about}"));
            text.push_str(&format!(
                "- [{}]({base}{}){}\n",
                page.title,
                site.source_url(page),
                about.unwrap_or_default()
            ));
        }
        text
    })
}

/// The route of a file that is made, unless the repository has one of that name.
pub(crate) fn made(make: fn(Option<&Site>, &str) -> Response) -> MethodRouter<Pages> {
    get(async move |State(pages): State<Pages>, request: Request| {
        let request = request.into_parts().0;
        let snapshot = pages.current.load_full();
        match snapshot.as_ref().map(|snapshot| (snapshot, snapshot.site.find(request.uri.path()))) {
            Some((snapshot, Found::Asset(asset))) => files::serve(&pages, snapshot, asset, &request).await,
            _ => make(snapshot.as_ref().map(|snapshot| &*snapshot.site), &base(&pages, &request.headers)),
        }
    })
}

fn with_site(site: Option<&Site>, kind: &'static str, write: impl FnOnce(&Site) -> String) -> Response {
    match site {
        Some(site) => reply::once(StatusCode::OK, kind, write(site)),
        None => reply::once(StatusCode::SERVICE_UNAVAILABLE, TEXT, "no revision yet\n".to_owned()),
    }
}

/// The site's own URL, or the one that it was asked by.
fn base(pages: &Pages, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme =
        headers.get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok()).filter(|scheme| *scheme == "https");
    pages.config.base_url().map_or_else(|| format!("{}://{host}", scheme.unwrap_or("http")), str::to_owned)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
