//! Search: sections of one revision, the best first.
//!
//! Postgres finds and ranks; what a word is, is decided here, once for the index, the query and the snippet (`words`):
//! so a result does not depend on the database's locale, and what matched is what is marked.

mod entry;
mod find;
mod query;
mod scope;
mod snippet;
mod stop;
mod words;

pub(crate) use entry::Entry;
pub use find::Ask;
pub(crate) use scope::Scope;
pub(crate) use words::cut;
