//! Which file is served where.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What a path keeps as it is: RFC 3986's `pchar` without the percent sign, and the slash.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A path from the site's root as the path of a URL.
pub fn encode(path: &str) -> String {
    format!("/{}", utf8_percent_encode(path, PATH))
}

/// The path of a URL as a path from the site's root. None when it is no text, or has a NUL.
pub(crate) fn decode(url_path: &str) -> Option<String> {
    let path = percent_decode_str(url_path).decode_utf8().ok()?;
    (!path.contains('\0')).then(|| path.strip_prefix('/').unwrap_or(&path).to_owned())
}

/// Whether a file is a page in Markdown.
pub(crate) fn is_markdown(path: &str) -> bool {
    has_extension(path, &["md", "markdown"])
}

/// Whether a file is a page in HTML.
pub(crate) fn is_html(path: &str) -> bool {
    has_extension(path, &["html", "htm"])
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && extensions.iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}

/// How well a file serves as its folder's page: smaller is better, none if it does not.
pub(crate) fn index_rank(path: &str) -> Option<usize> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    ["readme.md", "index.md", "readme.markdown", "index.markdown", "index.html"].iter().position(|known| *known == name)
}

/// Where the page in `path` is served, not encoded, without the first slash: `a/b.md` at `a/b`.
pub(crate) fn place(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((stem, _)) if is_markdown(path) => stem.to_owned(),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_loses_its_ending_and_html_keeps_it() {
        assert_eq!(place("a/b.md"), "a/b");
        assert_eq!(place("a/b.html"), "a/b.html");
        assert!(!is_markdown(".md"));
    }

    #[test]
    fn paths_survive_the_way_through_a_url() {
        for path in ["-/x", "100%/a b.png", "日本語.md", "a?b#c"] {
            assert_eq!(decode(&encode(path)).as_deref(), Some(path));
        }
        assert_eq!(decode("/%ff"), None);
        assert_eq!(decode("/a%00b"), None);
    }
}
