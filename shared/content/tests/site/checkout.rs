//! Small checkouts for these tests.

use std::{fs, path::Path};

use content::{Body, Found, Lease, Settings, Site};
use tempfile::TempDir;

/// A folder with files, and the site that it is.
pub(crate) struct Checkout(TempDir);

impl Checkout {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let checkout = Self(tempfile::tempdir().expect("a folder"));
        for (path, text) in files {
            checkout.write(path, text.as_bytes());
        }
        checkout
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    pub(crate) fn site(&self) -> Site {
        Site::read(Lease::open(self.path()).expect("a lease"), Settings::default())
    }
}

/// The body of the page at `url`.
pub(crate) fn body(site: &Site, url: &str) -> Body {
    match site.find(url) {
        Found::Page(page) => site.body(page).expect("rendered"),
        other => panic!("{url} is {other:?}"),
    }
}

/// The body of a site's only page.
pub(crate) fn rendered(markdown: &str) -> String {
    body(&Checkout::new(&[("README.md", markdown)]).site(), "/").html
}
