//! The `worker` process.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::process::main::<worker::Worker>()
}
