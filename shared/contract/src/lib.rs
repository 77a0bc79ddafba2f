//! What crosses a process boundary: ids, bodies of requests and answers, events, job payloads. No I/O.
//!
//! Every type is JSON on the wire, in the shape its fields have here. A field that is absent is `None`; a field that a
//! reader does not know is ignored, so that a newer process can talk to an older one.
//!
//! ```
//! use contract::revisions::{Announcement, Revision};
//!
//! let text = r#"{"ref":"refs/heads/main","from":null,"to":"2dd4b5ea0f8a6a0fd5f5c0f7ad6ea4f1ef4b2f55"}"#;
//! let announcement: Announcement = serde_json::from_str(text)?;
//! assert_eq!(announcement.ref_name.as_str(), "main");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod commit;
mod ref_name;

pub mod revisions;

pub mod pages;
pub mod search;

pub mod events;
pub mod forge;
pub mod jobs;

pub mod status;

pub use commit::Commit;
pub use ref_name::RefName;

/// Text that is not what it should be. Says what was expected, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct Invalid(&'static str);
