//! The last step of every rendering: only what is known to be harmless stays, and relative links are resolved.

use std::{
    borrow::Cow,
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};

use super::{
    code::PREFIX,
    links::{Target, resolve},
    pictures::{is_remote, without_sources},
};
use crate::{Page, Site};

/// Elements beside ammonia's own that a document may have.
const TAGS: [&str; 7] = ["section", "input", "picture", "source", "video", "audio", "label"];
/// Attributes that any element may have.
const ATTRIBUTES: [&str; 8] = ["id", "class", "lang", "dir", "title", "aria-label", "align", "role"];
/// The beginnings of class names that the renderer makes. Others could dress a text up as part of the page.
const CLASSES: [&str; 9] = [
    PREFIX,
    "language-",
    "markdown-alert",
    "footnote",
    "task-list",
    "contains-task-list",
    "anchor",
    "listing",
    "filename",
];

/// Sanitised HTML, and the links in it that lead nowhere.
pub(super) fn clean(html: &str, site: &Site, page: &Page) -> (String, Vec<String>) {
    let broken = Mutex::new(Vec::new());
    let resolver = Resolver { site, page, broken: &broken };
    let cleaned = builder().url_relative(UrlRelative::Custom(Box::new(resolver))).clean(html).to_string();
    // What is put together anew is sanitised anew: nothing comes after that.
    let cleaned = without_sources(&cleaned).map_or(cleaned, |shown| plain(&shown));
    (cleaned, broken.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Sanitised HTML whose links stay as they are.
pub(crate) fn plain(html: &str) -> String {
    builder().clean(html).to_string()
}

/// Resolves the relative links of one page and remembers those that lead nowhere.
struct Resolver<'a> {
    site: &'a Site,
    page: &'a Page,
    broken: &'a Mutex<Vec<String>>,
}

impl<'a> UrlRelativeEvaluate<'a> for Resolver<'a> {
    fn evaluate<'url>(&self, url: &'url str) -> Option<Cow<'url, str>> {
        let target = match resolve(self.site, self.page, url) {
            Target::Url(url) => url,
            Target::Broken(url) => {
                self.broken.lock().unwrap_or_else(PoisonError::into_inner).push(url.clone());
                url
            }
        };
        Some(Cow::Owned(target))
    }
}

/// What may stay.
fn builder<'a>() -> Builder<'a> {
    let mut builder = Builder::default();
    builder
        .add_tags(TAGS)
        .add_clean_content_tags(["title"])
        .rm_tags(["map", "area", "center"])
        .add_generic_attributes(ATTRIBUTES)
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener"))
        .add_tag_attributes("input", ["checked", "disabled"])
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .add_tag_attributes("img", ["width", "height", "loading"])
        .set_tag_attribute_value("img", "loading", "lazy")
        .add_tag_attributes("source", ["src", "type", "media", "width", "height"])
        .add_tag_attributes("video", ["src", "controls", "poster", "width", "height"])
        .add_tag_attributes("audio", ["src", "controls"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("ol", ["start", "reversed", "type"])
        .add_tag_attributes("a", ["name"])
        .attribute_filter(|_, attribute, value| match attribute {
            "src" | "poster" if is_remote(value) => None,
            "class" => known_classes(value),
            "role" => Some(Cow::Borrowed(value)).filter(|role| role.starts_with("doc-")),
            _ => Some(Cow::Borrowed(value)),
        });
    builder
}

/// The known classes among those of an element.
fn known_classes(value: &str) -> Option<Cow<'_, str>> {
    let is_known = |class: &&str| CLASSES.iter().any(|known| class.starts_with(known));
    if value.split_whitespace().all(|class| is_known(&class)) {
        return Some(Cow::Borrowed(value));
    }
    let known: Vec<&str> = value.split_whitespace().filter(is_known).collect();
    (!known.is_empty()).then(|| Cow::Owned(known.join(" ")))
}
