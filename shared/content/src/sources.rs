//! Sources: the files of a checkout that pages are made of, one at a time, without the manifest of all.

use std::sync::Arc;

use crate::{
    ContentHash, Error, Format, Lease, Page, Section, Settings,
    address::is_markdown,
    book::{self, Root},
    confine::Confined,
    front_matter, html_sections, markdown, sections,
};

/// Part of the hash of every text: to be changed when the sections of a source come out differently.
const EDITION: u8 = 1;

/// The sources of a checkout. Keeps the lease of its tree; holds little more.
#[derive(Debug)]
pub struct Sources {
    pub(crate) checkout: Confined,
    pub(crate) root: Root,
    pub(crate) settings: Settings,
}

impl Sources {
    /// Finds where the site begins in a checkout, and reads nothing else yet.
    pub fn open(lease: Lease, settings: Settings) -> Self {
        let checkout = Confined::new(Arc::new(lease));
        let root = book::root(&checkout, settings.subdirectory.as_deref());
        Self { checkout, root, settings }
    }

    /// The commit, by the name of the tree.
    pub fn revision(&self) -> &str {
        self.checkout.lease().revision()
    }

    /// The sections of the page in the file at `path`, includes and all. Uses the processor.
    ///
    /// # Errors
    /// When the file is gone, or is larger than a page may be.
    pub fn sections(&self, path: &str) -> Result<Vec<Section>, Error> {
        let source = self.read(path)?;
        if is_markdown(path) {
            Ok(sections(&markdown::expand(self, path, front_matter::split(&source).1)))
        } else {
            Ok(html_sections::html_sections(&source))
        }
    }

    /// The hash of everything that the sections of a page are made of. None for a listing, which has none.
    ///
    /// # Errors
    /// As [`Sources::sections`].
    pub fn text_hash(&self, page: &Page) -> Result<Option<ContentHash>, Error> {
        if page.format == Format::Listing {
            return Ok(None);
        }
        let mut parts = vec![EDITION, u8::from(page.format == Format::Html)];
        parts.extend_from_slice(page.hash.as_bytes());
        if page.has_includes {
            parts.extend(markdown::expand(self, &page.path, &self.read(&page.path)?).into_bytes());
        }
        Ok(Some(ContentHash::of(&parts)))
    }

    /// The text of a page's file; bytes that are not UTF-8 are replaced.
    pub(crate) fn read(&self, path: &str) -> Result<String, Error> {
        let bytes = self.checkout.read(&self.root.beneath(path), self.page_bytes())?;
        Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    pub(crate) fn page_bytes(&self) -> u64 {
        self.settings.limits.page_bytes
    }
}
