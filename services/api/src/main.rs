//! The `api` process.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::process::main::<api::Api>()
}
