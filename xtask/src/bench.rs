//! `cargo xtask bench`: figures beside their targets. Nothing here fails because it is slow.

mod start;

use std::process::ExitCode;

use crate::Usage;

const HELP: &str = "\
Measure, and print the figures beside their targets. Builds for release first.

Usage: cargo xtask bench start [--repo PATH]

Benchmarks:
  start  From exec to ready, memory at rest, and from a push to its page, on a small site and on a large one
         (--repo PATH: on that repository instead of a made one of 480 pages)
";

/// Runs one benchmark.
pub(crate) fn run(options: &[&str]) -> anyhow::Result<ExitCode> {
    match options {
        ["start"] => start::run(None),
        ["start", "--repo", path] => start::run(Some(path)),
        [] | ["--help" | "-h"] => {
            crate::say(HELP);
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(Usage(format!("unknown benchmark: {}\n\n{HELP}", options.join(" "))).into()),
    }
}
