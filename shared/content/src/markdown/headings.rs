//! Headings with the anchors that GitHub gives them, collected while they are written.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use comrak::{
    Anchorizer,
    adapters::{HeadingAdapter, HeadingMeta},
    nodes::Sourcepos,
};

use super::Heading;
use crate::listing::escape;

/// Writes headings, and remembers them.
#[derive(Default)]
pub(super) struct Headings(Mutex<(Anchorizer, Vec<Heading>)>);

impl Headings {
    pub(super) fn into_inner(self) -> Vec<Heading> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}

impl HeadingAdapter for Headings {
    fn enter(&self, output: &mut dyn fmt::Write, heading: &HeadingMeta, _: Option<Sourcepos>) -> fmt::Result {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let anchor = state.0.anchorize(&heading.content);
        state.1.push(Heading { level: heading.level, title: heading.content.clone(), anchor: anchor.clone() });
        write!(output, "<h{} id=\"{}\">", heading.level, escape(&anchor))
    }

    fn exit(&self, output: &mut dyn fmt::Write, heading: &HeadingMeta) -> fmt::Result {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let anchor = state.1.last().map(|heading| escape(&heading.anchor)).unwrap_or_default();
        // An anchor without words, as of a heading in punctuation, would lead to the top.
        if !anchor.is_empty() {
            write!(output, "<a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to this heading\"></a>")?;
        }
        write!(output, "</h{}>", heading.level)
    }
}
