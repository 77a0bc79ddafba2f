//! A book: where its pages are, its title, and its `SUMMARY.md`.

use serde::Deserialize;

use crate::{
    confine::{Confined, folder, join},
    navigation::{Kind, Step},
};

/// The largest `SUMMARY.md` or `book.toml` that is read.
const LIMIT_BYTES: u64 = 1 << 20;

/// Where a site begins in its checkout, and what its `book.toml` calls it.
#[derive(Debug, Default)]
pub(crate) struct Root {
    /// The folder of the checkout that is published, and nothing above it; empty if that is the whole.
    pub(crate) top: String,
    /// The book's sources, from the top: what lies there is served from `/`. Empty if it is no book.
    pub(crate) base: String,
    pub(crate) title: Option<String>,
    /// The text of its `SUMMARY.md`.
    pub(crate) summary: Option<String>,
}

#[derive(Default, Deserialize)]
struct Manifest {
    #[serde(default)]
    book: Book,
}

#[derive(Default, Deserialize)]
struct Book {
    title: Option<String>,
    src: Option<String>,
}

/// Finds where the site begins: the named folder, and in it an mdBook's sources if it is one.
pub(crate) fn root(checkout: &Confined, subdirectory: Option<&str>) -> Root {
    let top = subdirectory.and_then(|path| join("", path)).unwrap_or_default();
    let text = |path: &str| {
        let bytes = checkout.read(&join(&top, path)?, LIMIT_BYTES).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let book: Option<Book> =
        text("book.toml").and_then(|text| toml::from_str::<Manifest>(&text).ok()).map(|manifest| manifest.book);
    let title = book.as_ref().and_then(|book| book.title.clone());
    let source = book.map(|book| book.src.unwrap_or_else(|| "src".to_owned()));
    for base in [String::new()].into_iter().chain(source).chain(["src".to_owned()]) {
        if let Some(summary) = text(format!("{base}/SUMMARY.md").trim_start_matches('/'))
            && let Some(base) = join("", &base)
        {
            return Root { top, base, title, summary: Some(summary) };
        }
    }
    Root { top, title, ..Root::default() }
}

impl Root {
    /// The path that a file is served from: a book's sources lose their folder.
    pub(crate) fn place<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(self.base.as_str()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
    }

    /// A path from the top as a path of the checkout.
    pub(crate) fn beneath(&self, path: &str) -> String {
        below(&self.top, path)
    }

    /// A path from the book's sources as a path from the top.
    pub(crate) fn source(&self, path: &str) -> String {
        below(&self.base, path)
    }
}

fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// One line of a `SUMMARY.md`: what it names, and the file it leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) title: String,
    /// From the site's root; none for a part, a separator, a draft, and what leads elsewhere.
    pub(crate) path: Option<String>,
    /// How many entries it lies below.
    pub(crate) depth: usize,
}

/// Reads a `SUMMARY.md`: parts, chapters within chapters, drafts and separators. The first heading is its own title.
pub(crate) fn entries(summary: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut indents: Vec<usize> = Vec::new();
    let mut titled = false;
    for line in summary.lines() {
        let text = line.trim();
        let entry = |kind, title: &str, path, depth| Entry { kind, title: title.to_owned(), path, depth };
        if text.starts_with('#') {
            if titled || !entries.is_empty() {
                entries.push(entry(Kind::Part, text.trim_start_matches('#').trim(), None, 0));
            }
            titled = true;
        } else if text.len() >= 3 && text.bytes().all(|byte| byte == b'-') {
            entries.push(entry(Kind::Separator, "", None, 0));
        } else if let Some(item) = text.strip_prefix(['-', '*', '+']) {
            let indent = line.len() - line.trim_start().len();
            indents.retain(|outer| *outer < indent);
            if let Some((title, path)) = link(item) {
                entries.push(entry(Kind::Chapter, &title, path, indents.len()));
                indents.push(indent);
            }
        } else if let Some((title, path)) = link(text) {
            entries.push(entry(Kind::Chapter, &title, path, 0));
        }
    }
    entries
}

/// The first link of a line: its text without marks, and its file.
fn link(line: &str) -> Option<(String, Option<String>)> {
    let inner = line.trim().strip_prefix('[')?;
    let (title, target) = inner.rsplit_once("](")?;
    let target = target.split(')').next()?.trim().trim_matches(['<', '>']);
    let file = target.split('#').next().unwrap_or_default();
    let path = (!file.is_empty() && !file.contains("://")).then(|| join("", file)).flatten();
    Some((title.replace(['`', '*', '\\'], ""), path))
}

/// The steps of a `SUMMARY.md`, its chapters resolved by `page`.
pub(crate) fn steps(summary: &str, page: impl Fn(&str) -> Option<usize>) -> Vec<Step> {
    let step = |entry: Entry| Step {
        page: entry.path.as_deref().and_then(&page),
        kind: entry.kind,
        title: entry.title,
        depth: entry.depth,
    };
    entries(summary).into_iter().map(step).collect()
}

/// The folders that a path lies in, outermost first.
pub(crate) fn folders(path: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        std::iter::successors(Some(folder(path)), |inner| (!inner.is_empty()).then(|| folder(inner)))
            .filter(|path| !path.is_empty())
            .collect();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_has_parts_chapters_drafts_and_separators() {
        let summary = "# Summary\n\n[Intro](README.md)\n\n# Part\n\n- [`One`](one.md)\n  - [Two](a/two.md#x)\n- [Draft]()\n\n---\n\n[End](end.md)\n";
        let found: Vec<_> = entries(summary).into_iter().map(|e| (e.kind, e.title, e.path, e.depth)).collect();
        let path = |path: &str| Some(path.to_owned());
        assert_eq!(
            found,
            [
                (Kind::Chapter, "Intro".into(), path("README.md"), 0),
                (Kind::Part, "Part".into(), None, 0),
                (Kind::Chapter, "One".into(), path("one.md"), 0),
                (Kind::Chapter, "Two".into(), path("a/two.md"), 1),
                (Kind::Chapter, "Draft".into(), None, 0),
                (Kind::Separator, String::new(), None, 0),
                (Kind::Chapter, "End".into(), path("end.md"), 0),
            ]
        );
    }

    #[test]
    fn folders_are_named_from_the_outside_in() {
        assert_eq!(folders("a/b/c.md"), ["a", "a/b"]);
        assert!(folders("c.md").is_empty());
    }
}
