//! The `repo-puller` process.

use std::process::ExitCode;

fn main() -> ExitCode {
    repo_puller::main()
}
