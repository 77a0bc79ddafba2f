//! The command line and its variables, as git-sync has them, from one table.

mod declare;
mod go;
mod parse;
mod reference;
mod retired;
mod table;
mod value;

pub(crate) use go::{GoDuration, parse_int};
pub(crate) use parse::{Error, parse};
pub(crate) use reference::{as_json, as_markdown, help, manual};
pub(crate) use table::Flags;
