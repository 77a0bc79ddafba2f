//! Who is told of a commit: programs and URLs, each by a task of its own that tries until it has worked.

mod exec;
mod request;
mod runner;

pub(crate) use exec::Program;
pub(crate) use request::Request;
pub(crate) use runner::{Action, Hook};
