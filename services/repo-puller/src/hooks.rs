//! Who is told of a commit: programs and URLs, each by a task of its own that tries until it has worked; and a program
//! that is asked before.

mod exec;
mod gate;
mod request;
mod runner;

pub(crate) use exec::Program;
pub(crate) use gate::Gate;
pub(crate) use request::Request;
pub(crate) use runner::{Action, Hook};
