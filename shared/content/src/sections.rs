//! Sections: a heading and the text under it, with its anchor. The unit of search.

use comrak::{
    Anchorizer, Arena,
    nodes::{AstNode, NodeValue},
    parse_document,
};

use crate::{
    front_matter,
    markdown::{options, text_of},
};

/// A heading and the text under it, up to the next heading of any level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The fragment that leads to it; empty for what stands before the first heading.
    pub anchor: String,
    /// The headings it lies under, outermost first, its own last.
    pub headings: Vec<String>,
    /// Its text, without marks.
    pub text: String,
}

/// The sections of a Markdown source, in their order. Those without heading and text are left out.
pub fn sections(source: &str) -> Vec<Section> {
    let arena = Arena::new();
    let document = parse_document(&arena, front_matter::split(source).1, &options());
    let mut anchors = Anchorizer::new();
    let mut outer: Vec<(u8, String)> = Vec::new();
    let mut found = vec![Section::default()];
    for block in document.children() {
        match level(block) {
            Some(level) => {
                let title = text_of(block);
                outer.retain(|(other, _)| *other < level);
                outer.push((level, title.clone()));
                let headings = outer.iter().map(|(_, title)| title.clone()).collect();
                found.push(Section { anchor: anchors.anchorize(&title), headings, text: String::new() });
            }
            None => append(found.last_mut(), &text_of(block)),
        }
    }
    found.retain(|section| !section.headings.is_empty() || !section.text.is_empty());
    found
}

fn level<'a>(block: &'a AstNode<'a>) -> Option<u8> {
    match &block.data.borrow().value {
        NodeValue::Heading(heading) => Some(heading.level),
        _ => None,
    }
}

fn append(section: Option<&mut Section>, text: &str) {
    if let Some(section) = section.filter(|_| !text.is_empty()) {
        if !section.text.is_empty() {
            section.text.push('\n');
        }
        section.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_knows_its_headings_its_anchor_and_its_text() {
        let found = sections("before\n\n# A\n\none `two`\n\n## B c\n\n- three\n- four\n\n## B c\n\n# D\n");
        let flat: Vec<_> = found.iter().map(|s| (s.anchor.as_str(), s.headings.join("/"), s.text.as_str())).collect();
        assert_eq!(
            flat,
            [
                ("", String::new(), "before"),
                ("a", "A".into(), "one two"),
                ("b-c", "A/B c".into(), "three four"),
                ("b-c-1", "A/B c".into(), ""),
                ("d", "D".into(), ""),
            ]
        );
    }
}
