//! Where a relative link leads: what means something on the forge means the same here.

use crate::{
    Format, Page, Site,
    address::decode,
    confine::{folder, join},
};

/// A link, resolved.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To this URL.
    Url(String),
    /// To nothing in the checkout; what it would be.
    Broken(String),
}

/// Resolves a URL without a scheme as written on `page`.
pub(super) fn resolve(site: &Site, page: &Page, url: &str) -> Target {
    if url.starts_with('#') || url.starts_with("//") || url.is_empty() {
        return Target::Url(url.to_owned());
    }
    let cut = url.find(['?', '#']).unwrap_or(url.len());
    let (path, tail) = url.split_at(cut);
    if path.is_empty() || path.starts_with("/-/") {
        return Target::Url(url.to_owned());
    }
    let from = if page.format == Format::Listing { page.path.as_str() } else { folder(&page.path) };
    let Some(decoded) = decode(path) else { return Target::Broken(url.to_owned()) };
    // A path from the root means the repository's on a forge, and the sources' in a book.
    let target = if path.starts_with('/') {
        let rooted = join("", &decoded);
        rooted.and_then(|path| site.target(&site.root().source(&path)).or_else(|| site.target(&path)))
    } else {
        join(from, &decoded).and_then(|path| site.target(&path))
    };
    target.map_or_else(|| Target::Broken(url.to_owned()), |target| Target::Url(target + tail))
}
