//! Highlighted code: classes, never colours, so that the page decides how it looks in light and dark.

use std::{borrow::Cow, collections::HashMap, fmt};

use comrak::adapters::SyntaxHighlighterAdapter;
use syntect::{
    html::{ClassStyle, ClassedHTMLGenerator},
    util::LinesWithEndings,
};

use super::syntaxes;
use crate::listing::escape;

/// The largest block that is highlighted, in bytes: the cost grows faster than the use.
const LIMIT_BYTES: usize = 100_000;
/// Classes of code begin with this.
pub(super) const PREFIX: &str = "s-";

/// Highlights what syntect knows, and shows the rest as it is.
pub(super) struct Highlighter;

impl SyntaxHighlighterAdapter for Highlighter {
    fn write_highlighted(&self, output: &mut dyn fmt::Write, info: Option<&str>, code: &str) -> fmt::Result {
        let language = info.map(language).unwrap_or_default();
        let code = if language == "rust" { without_hidden_lines(code) } else { Cow::Borrowed(code) };
        match highlight(&language, &code) {
            Some(html) => output.write_str(&html),
            None => output.write_str(&escape(&code)),
        }
    }

    fn write_pre_tag(&self, output: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        output.write_str("<pre>")
    }

    fn write_code_tag(
        &self,
        output: &mut dyn fmt::Write,
        attributes: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        match attributes.get("class").map(|class| language(class.strip_prefix("language-").unwrap_or(class))) {
            Some(language) if !language.is_empty() => write!(output, "<code class=\"language-{}\">", escape(&language)),
            _ => output.write_str("<code>"),
        }
    }
}

/// The language of an info string: `rust,ignore` and `rust title="x"` are both `rust`.
fn language(info: &str) -> String {
    let name = info.split([',', ' ', '\t', '{']).next().unwrap_or_default();
    name.to_ascii_lowercase()
}

fn highlight(language: &str, code: &str) -> Option<String> {
    if language.is_empty() || code.len() > LIMIT_BYTES {
        return None;
    }
    let syntaxes = syntaxes::loaded();
    let syntax = syntaxes::find(&syntaxes, language)?;
    let style = ClassStyle::SpacedPrefixed { prefix: PREFIX };
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &syntaxes, style);
    for line in LinesWithEndings::from(code) {
        generator.parse_html_for_line_which_includes_newline(line).ok()?;
    }
    Some(generator.finalize())
}

/// Rust code as rustdoc shows it: lines that begin with `# ` are compiled and not shown, `##` stands for `#`.
fn without_hidden_lines(code: &str) -> Cow<'_, str> {
    let is_hidden = |line: &str| line.trim() == "#" || line.trim_start().starts_with("# ");
    if !code.lines().any(|line| is_hidden(line) || line.trim_start().starts_with("##")) {
        return Cow::Borrowed(code);
    }
    let shown = LinesWithEndings::from(code).filter(|line| !is_hidden(line));
    Cow::Owned(
        shown
            .map(|line| if line.trim_start().starts_with("##") { line.replacen("##", "#", 1) } else { line.to_owned() })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_word() {
        assert_eq!(language("rust,ignore,should_panic"), "rust");
        assert_eq!(language("TOML title=\"x\""), "toml");
    }

    #[test]
    fn hidden_lines_of_rust_are_not_shown() {
        assert_eq!(without_hidden_lines("# fn main() {\nlet x = 1;\n## y\n#\n# }\n#[a]\n"), "let x = 1;\n# y\n#[a]\n");
    }

    #[test]
    fn code_is_classes_and_escaped() {
        let html = highlight("rust", "fn main() { a < b }\n").expect("known");
        assert!(html.contains("class=\"s-") && html.contains("&lt;") && !html.contains("style="), "{html}");
        assert!(highlight("klingon", "x").is_none());
    }
}
