//! `cargo xtask bench`: figures beside their targets. Nothing here fails because it is slow.

mod puller;
mod push;
mod start;

use std::{fs, process::ExitCode};

use anyhow::Context as _;
use harness::{process::Running, repository::Repository};

use crate::Usage;

const HELP: &str = "\
Measure, and print the figures beside their targets. Builds for release first.

Usage: cargo xtask bench start [--repo PATH]
       cargo xtask bench push [--repo PATH]
       cargo xtask bench puller [--peer PATH] [--files NUMBER]

Benchmarks:
  start  From exec to ready, memory at rest, and from a push to its page, on a small site and on a large one
         (--repo PATH: on that repository instead of a made one of 480 pages)
  push   From the end of a push, told by a webhook, until every replica has it: two webs and a worker, each with its
         puller, an api, Postgres and Redis
  puller The first sync, an update of one file and a look that finds nothing, with 100, 10,000 and 100,000 files over
         HTTP: processor of all processes, time, bytes, memory (--peer PATH: beside git-sync's executable there;
         --files NUMBER: no repository larger than that)
";

/// Runs one benchmark.
pub(crate) fn run(options: &[&str]) -> anyhow::Result<ExitCode> {
    match options {
        ["start"] => start::run(None),
        ["start", "--repo", path] => start::run(Some(path)),
        ["push"] => push::run(None),
        ["push", "--repo", path] => push::run(Some(path)),
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

/// One line: a figure, and what it should be at most, if there is such.
fn show(name: &str, figure: f64, target: f64, unit: &str) {
    let verdict = if target.is_infinite() {
        String::new()
    } else {
        format!("{target:>6.0} {unit}  {}", if figure <= target { "met" } else { "MISSED" })
    };
    crate::say(&format!("{name:<40} {figure:>9.1} {unit:<4} {verdict}\n"));
}

/// The one in the middle.
fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A repository of the size of a book, or a copy of the one that was named.
fn large(repo: Option<&str>) -> anyhow::Result<Repository> {
    let large = Repository::new();
    match repo {
        Some(path) => {
            let path = fs::canonicalize(path).with_context(|| format!("--repo {path}"))?;
            // The files alone: the history of a shallow clone would be refused, and nothing here needs one.
            large.git(&["fetch", "--quiet", "--depth", "1", &format!("file://{}", path.display()), "HEAD"]);
            large.git(&["checkout", "FETCH_HEAD", "--", "."]);
        }
        None => {
            for page in 0..480 {
                let text = format!(
                    "# Page {page}\n\n{}\n```rust\nfn main() {{}}\n```\n",
                    "Some words of a paragraph. ".repeat(200)
                );
                large.write(&format!("part-{}/page-{page}.md", page / 20), text);
            }
        }
    }
    large.push("As it is");
    Ok(large)
}

/// What a process holds of the machine's memory.
fn resident_mib(running: &Running) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", running.pid().as_raw_nonzero()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}
