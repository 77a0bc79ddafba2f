//! What a site is made of: pages and assets.

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of some content: two equal hashes mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 128 bits in hexadecimal, for names and tags.
    pub fn short(&self) -> String {
        self.0[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.short())
    }
}

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A Markdown file.
    Markdown,
    /// An HTML file; it is sanitised like everything else.
    Html,
    /// A folder without a page of its own: what is in it is listed.
    Listing,
}

/// One document.
#[derive(Clone, Debug)]
pub struct Page {
    /// The file's path from the site's root, or the folder's for a listing.
    pub path: String,
    /// Where it is served, percent-encoded, from `/`.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it says of itself in its front matter.
    pub description: Option<String>,
    /// Its place among its siblings: smaller comes first.
    pub weight: i64,
    /// How it is written.
    pub format: Format,
    /// The hash of its source.
    pub hash: ContentHash,
    /// Whether it includes other files, which its hash does not cover.
    pub has_includes: bool,
}

/// Any other file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The file's path from the site's root.
    pub path: String,
    /// Its size in bytes when the site was read.
    pub bytes: u64,
}
