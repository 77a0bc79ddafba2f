//! Rendering: source, includes, Markdown, code, and last of all the sanitiser, which also resolves every link.

mod code;
mod headings;
mod include;
mod links;
mod listing_tag;
mod nesting;
mod pictures;
mod sanitise;
mod syntaxes;

use comrak::{
    Arena, Options, format_html_with_plugins,
    nodes::{AstNode, NodeValue},
    options::Plugins,
    parse_document,
};

use crate::{Page, Site, front_matter};
use headings::Headings;
pub(crate) use include::expand;
pub(crate) use sanitise::plain;
pub use syntaxes::release_syntaxes;

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text, without marks.
    pub title: String,
    /// The fragment that leads to it.
    pub anchor: String,
}

/// A rendered page.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Sanitised HTML.
    pub html: String,
    /// Its headings, in their order.
    pub headings: Vec<Heading>,
    /// What the page says of itself, else its first paragraph, cut to a preview's length.
    pub description: Option<String>,
    /// Links that lead to nothing in the checkout, as they were written.
    pub broken: Vec<String>,
}

/// How deep blocks may lie in one another. What lies deeper is shown as text.
const NESTING: usize = 100;
/// A preview's length in characters.
const PREVIEW: usize = 180;

/// Renders a Markdown page.
pub(crate) fn render(site: &Site, page: &Page, source: &str) -> Body {
    let (_, text) = front_matter::split(source);
    let text = expand(site.sources(), &page.path, text);
    let text = nesting::flatten(&text, NESTING);
    let text = listing_tag::to_figures(&text);
    let arena = Arena::new();
    let options = options();
    let document = parse_document(&arena, &text, &options);
    pictures::link_remote(document, &arena);
    let (headings, mut html) = (Headings::default(), String::with_capacity(text.len() * 2));
    let mut plugins = Plugins::default();
    plugins.render.heading_adapter = Some(&headings);
    plugins.render.codefence_syntax_highlighter = Some(&code::Highlighter);
    // Writing to a String cannot fail.
    let _ = format_html_with_plugins(document, &options, &mut html, &plugins);
    let (html, broken) = sanitise::clean(&html, site, page);
    let description = page.description.clone().or_else(|| first_paragraph(document));
    Body { html, headings: headings.into_inner(), description, broken }
}

/// Sanitises an HTML page.
pub(crate) fn render_html(site: &Site, page: &Page, source: &str) -> Body {
    let (html, broken) = sanitise::clean(source, site, page);
    Body { html, broken, description: page.description.clone(), headings: Vec::new() }
}

/// A body that was made here, of escaped text.
pub(crate) fn trusted(html: String) -> Body {
    Body { html, ..Body::default() }
}

/// CommonMark with GitHub's extensions. Raw HTML passes, because the sanitiser comes last.
pub(crate) fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    (extension.table, extension.strikethrough, extension.tasklist, extension.autolink) = (true, true, true, true);
    (extension.footnotes, extension.alerts, extension.description_lists) = (true, true, true);
    options.render.r#unsafe = true;
    options.render.tasklist_classes = true;
    options.parse.relaxed_tasklist_matching = true;
    options
}

/// The text of the first paragraph, for previews.
fn first_paragraph<'a>(document: &'a AstNode<'a>) -> Option<String> {
    let paragraph = document.children().find(|node| matches!(node.data.borrow().value, NodeValue::Paragraph))?;
    let text = text_of(paragraph);
    let mut preview: String = text.chars().take(PREVIEW).collect();
    if preview.len() < text.len() {
        preview.truncate(preview.rfind(' ').unwrap_or(preview.len()));
        preview.push('…');
    }
    (!preview.is_empty()).then_some(preview)
}

/// The words of a node and all below it.
pub(crate) fn text_of<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for part in node.descendants() {
        match &part.data.borrow().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::CodeBlock(block) => text.push_str(&block.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph | NodeValue::TableCell => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
