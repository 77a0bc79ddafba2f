//! `cargo xtask test`: every test of the workspace, as CI runs them.

use std::{
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::Context as _;
use harness::executables::workspace;

const HELP: &str = "\
Run every test of the workspace, and tell how long it took.

Usage: cargo xtask test [ARGUMENT ...]

Arguments go to `cargo test --workspace`: a test's name, `-- --nocapture`, `--release`.
Plain `cargo test` does the same. Nothing has to be prepared.
";

/// Runs the tests; the exit code is cargo's.
pub(crate) fn run(options: &[&str]) -> anyhow::Result<ExitCode> {
    if let ["--help" | "-h"] = options {
        crate::say(HELP);
        return Ok(ExitCode::SUCCESS);
    }
    let began = Instant::now();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace()).args(["test", "--workspace", "--no-fail-fast"]).args(options);
    let status = cargo.status().context("cannot run cargo")?;
    let verdict = if status.success() { "every test passed" } else { "some tests failed" };
    crate::say(&format!("{verdict} after {:.0} s\n", began.elapsed().as_secs_f64()));
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
