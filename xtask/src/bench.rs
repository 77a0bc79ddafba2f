//! `cargo xtask bench`: figures beside their targets. Nothing here fails because it is slow.

mod puller;
mod start;

use std::process::ExitCode;

use crate::Usage;

const HELP: &str = "\
Measure, and print the figures beside their targets. Builds for release first.

Usage: cargo xtask bench start [--repo PATH]
       cargo xtask bench puller [--peer PATH] [--files NUMBER]

Benchmarks:
  start  From exec to ready, memory at rest, and from a push to its page, on a small site and on a large one
         (--repo PATH: on that repository instead of a made one of 480 pages)
  puller The first sync, an update of one file and a look that finds nothing, with 100, 10,000 and 100,000 files over
         HTTP: processor of all processes, time, bytes, memory (--peer PATH: beside git-sync's executable there;
         --files NUMBER: no repository larger than that)
";

/// Runs one benchmark.
pub(crate) fn run(options: &[&str]) -> anyhow::Result<ExitCode> {
    match options {
        ["start"] => start::run(None),
        ["start", "--repo", path] => start::run(Some(path)),
        ["puller"] => puller::run(None, None),
        ["puller", "--peer", path] => puller::run(Some(path), None),
        ["puller", "--files", number] => puller::run(None, Some(number)),
        ["puller", "--peer", path, "--files", number] => puller::run(Some(path), Some(number)),
        [] | ["--help" | "-h"] => {
            crate::say(HELP);
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(Usage(format!("unknown benchmark: {}\n\n{HELP}", options.join(" "))).into()),
    }
}
