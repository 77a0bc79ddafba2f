//! The sections of an HTML page: what stands under each of its headings, as text.

use crate::{Section, markdown};

/// Elements that do not end a word.
const WITHIN_WORDS: [&str; 25] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

/// The sections of an HTML source, in their order. Those without heading and text are left out.
pub(crate) fn html_sections(source: &str) -> Vec<Section> {
    let html = markdown::plain(source);
    let mut page = Outline { found: vec![Section::default()], outer: Vec::new(), heading: None };
    let mut rest = html.as_str();
    while let Some((text, after)) = rest.split_once('<') {
        page.text(text);
        let (tag, after) = split_tag(after);
        page.tag(tag);
        rest = after;
    }
    page.text(rest);
    page.found.iter_mut().for_each(tidy);
    page.found.retain(|section| !section.headings.is_empty() || !section.text.is_empty());
    page.found
}

/// A page as far as it was read.
struct Outline {
    found: Vec<Section>,
    outer: Vec<(u8, String)>,
    /// The heading that is open: its level, anchor and text.
    heading: Option<(u8, String, String)>,
}

impl Outline {
    fn text(&mut self, text: &str) {
        let text = unescape(text);
        match (&mut self.heading, self.found.last_mut()) {
            (Some((_, _, title)), _) => title.push_str(&text),
            (None, Some(section)) => section.text.push_str(&text),
            (None, None) => {}
        }
    }

    /// A tag without its brackets, as the sanitiser writes it.
    fn tag(&mut self, tag: &str) {
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        match (level(name), tag.starts_with('/')) {
            (Some(level), false) => self.heading = Some((level, anchor(tag), String::new())),
            (Some(_), true) => self.end_heading(),
            (None, _) if WITHIN_WORDS.contains(&name) => {}
            (None, _) => self.text(" "),
        }
    }

    fn end_heading(&mut self) {
        let Some((level, anchor, title)) = self.heading.take() else { return };
        let title = words(&title);
        self.outer.retain(|(other, _)| *other < level);
        self.outer.push((level, title));
        let headings = self.outer.iter().map(|(_, title)| title.clone()).collect();
        self.found.push(Section { anchor, headings, text: String::new() });
    }
}

/// A tag, which ends at the first bracket that is not quoted, and what comes after it.
fn split_tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|letter| {
        quoted ^= letter == '"';
        letter == '>' && !quoted
    });
    end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

/// The level of a heading's element.
fn level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// The value of a tag's `id`.
fn anchor(tag: &str) -> String {
    tag.split_once(" id=\"").and_then(|(_, rest)| rest.split_once('"')).map_or(String::new(), |(id, _)| unescape(id))
}

/// What the sanitiser escaped, as it was.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ");
    text.replace("&amp;", "&")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tidy(section: &mut Section) {
    section.text = words(&section.text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_of_html_begins_a_section() {
        let source = "<title>T</title><script>var evil</script><p>be<b>fore</b>.</p><p title=\"a>b\">more</p><h1>A &amp; B</h1>\
            <h2 class=\"x\" id=\"two\">Two <code>x&lt;y</code></h2><ul><li>one</li><li>two</li></ul><h2>Three</h2>";
        let found = html_sections(source);
        let flat: Vec<_> = found.iter().map(|s| (s.anchor.as_str(), s.headings.join("/"), s.text.as_str())).collect();
        assert_eq!(
            flat,
            [
                ("", String::new(), "before. more"),
                ("", "A & B".into(), ""),
                ("two", "A & B/Two x<y".into(), "one two"),
                ("", "A & B/Three".into(), ""),
            ]
        );
    }

    #[test]
    fn no_text_makes_it_panic() {
        for source in ["", "<", ">", "<h1", "<h1>", "</h1>", "<h1><h2>x", "&", "&amp", "<h9>x</h9>", "a < b > c"] {
            html_sections(source);
        }
    }
}
