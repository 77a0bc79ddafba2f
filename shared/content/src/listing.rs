//! The body of a folder without a page of its own: what is in it.

use std::fmt::Write as _;

use crate::Page;

/// As many entries as one listing shows.
const MOST: usize = 2000;

/// A list of links to the pages and folders directly in `listing`'s folder, folders first, with the title above.
pub(crate) fn html(listing: &Page, pages: &[Page]) -> String {
    let is_child = |page: &&Page| page.url != listing.url && parent(&page.url) == listing.url;
    let mut children: Vec<&Page> = pages.iter().filter(is_child).collect();
    children.sort_by_cached_key(|page| (!page.url.ends_with('/'), page.weight, page.title.to_lowercase()));
    let mut html = format!("<h1>{}</h1>\n<ul class=\"listing\">\n", escape(&listing.title));
    for page in children.iter().take(MOST) {
        let _ = writeln!(html, "<li><a href=\"{}\">{}</a></li>", escape(&page.url), escape(&page.title));
    }
    html.push_str("</ul>\n");
    if children.len() > MOST {
        let _ = writeln!(html, "<p>{MOST} of {} are shown.</p>", children.len());
    }
    html
}

/// The URL of the folder that shows what is at `url`: a folder is shown by the one above.
fn parent(url: &str) -> &str {
    let name = url.trim_end_matches('/');
    &name[..name.rfind('/').map_or(0, |slash| slash + 1)]
}

/// Text as it stands in HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
