//! What may be said about a site from outside, and how large things may be.

/// How a checkout is to be read.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The site's title, where its own is not wanted.
    pub title: Option<String>,
    /// The folder of the checkout that is the site, where it is not the whole.
    pub subdirectory: Option<String>,
    /// How large things may be.
    pub limits: Limits,
}

/// Limits on an untrusted repository. What exceeds one is left out and reported.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Files in a site.
    pub files: usize,
    /// Folders below one another.
    pub depth: usize,
    /// Bytes of a page's source, its includes counted.
    pub page_bytes: u64,
    /// Bytes of any other file.
    pub file_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { files: 200_000, depth: 64, page_bytes: 4 << 20, file_bytes: 256 << 20 }
    }
}
