//! Pictures from elsewhere. A page loads nothing from another host, so a reader sees words in their place, not a gap.

use comrak::{
    Arena,
    nodes::{AstNode, NodeValue},
};

/// Whether a URL leads to another host.
pub(super) fn is_remote(url: &str) -> bool {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    url.starts_with("//") || ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// Makes links of pictures from elsewhere. Within a link a picture stays: [`without_sources`] leaves its words.
pub(super) fn link_remote<'a>(document: &'a AstNode<'a>, arena: &'a Arena<'a>) {
    for node in document.descendants() {
        let image = match &node.data.borrow().value {
            NodeValue::Image(image) if is_remote(&image.url) => image.clone(),
            _ => continue,
        };
        if node.ancestors().any(|above| matches!(above.data.borrow().value, NodeValue::Link(_))) {
            continue;
        }
        if node.first_child().is_none() {
            let words = arena.alloc(AstNode::from(NodeValue::Text(name(&image.url).to_owned().into())));
            node.append(words);
        }
        node.data.borrow_mut().value = NodeValue::Link(image);
    }
}

/// The words for a picture that has none: its file's name.
fn name(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(url)
}

/// Sanitised HTML in which a picture that has lost its source, because it was elsewhere, is its words. None where every
/// picture has one.
pub(super) fn without_sources(html: &str) -> Option<String> {
    const START: &str = "<img ";
    let (mut rest, mut shown, mut is_other) = (html, String::new(), false);
    while let Some(start) = rest.find(START) {
        // The sanitiser writes every attribute in quotes, and no `>` but as `&gt;`.
        let length = rest[start..].find('>').map_or(rest.len() - start, |end| end + 1);
        let tag = &rest[start..start + length];
        shown.push_str(&rest[..start]);
        let has_source = tag.contains(" src=\"");
        is_other |= !has_source;
        shown.push_str(if has_source { tag } else { attribute(tag, "alt").unwrap_or_default() });
        rest = &rest[start + length..];
    }
    is_other.then(|| shown + rest)
}

/// An attribute's value as it is written.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
}
