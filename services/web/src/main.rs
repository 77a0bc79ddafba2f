//! The `web` process.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::process::main::<web::Web>()
}
