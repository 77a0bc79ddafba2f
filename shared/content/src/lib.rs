//! A checkout read as a site: pages, navigation, links, and rendering. No HTTP, no Git, no network.
//!
//! [`Lease`] opens the tree that a link points to and keeps it from being recycled. [`Site::read`] makes the manifest:
//! names, titles, hashes, navigation. [`Site::body`] renders one page; [`Sources::sections`] reads one for search. The repository is untrusted: nothing is read
//! from outside the checkout, everything is bounded, and HTML is sanitised last.

mod lease;
mod settings;
mod site;

mod address;
mod book;
mod confine;
mod front_matter;
mod html_sections;
mod listing;
mod load;
mod manifest;
mod markdown;
mod navigation;
mod page;
mod sections;
mod sources;
mod suggest;
mod title;
mod walk;

pub use address::encode;
pub use lease::Lease;
pub use markdown::{Body, Heading, release_syntaxes};
pub use navigation::{Kind, Navigation, Node, Step};
pub use page::{Asset, ContentHash, Format, Page};
pub use sections::{Section, sections};
pub use settings::{Limits, Settings};
pub use site::{Found, Site, Skipped};
pub use sources::Sources;

/// Why a checkout or one of its files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The link, or what it points to, is not there or cannot be opened.
    #[error("cannot open {path}")]
    Open {
        /// What was to be opened.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The link moved on while it was being opened, time and again.
    #[error("{0} moved while it was being opened")]
    Moved(String),
    /// A file leads out of the checkout.
    #[error("{0} leads out of the checkout")]
    Outside(String),
    /// A limit was exceeded.
    #[error("{path} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The file.
        path: String,
        /// The limit that it exceeds.
        limit_bytes: u64,
    },
}
