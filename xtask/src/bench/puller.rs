//! The puller beside git-sync: the first sync, an update of one file, and a look that finds nothing, over HTTP.

mod side;
mod usage;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use harness::{
    executables::{self, Profile},
    repository::Repository,
};
use side::{Figures, Side};

/// Files of the repositories.
const SIZES: [usize; 3] = [100, 10_000, 100_000];

/// What git-sync took for the same, seconds of processor and of waiting, MiB: measured once, elsewhere, while that
/// machine was busy. Times of waiting do not compare; processor times do, roughly.
const ELSEWHERE: [Figures; 3] = [
    Figures { update_cpu: 0.107, flip: 0.26, look_cpu: 0.0453, peak: f64::NAN, idle: 16.0, ..Figures::NONE },
    Figures { update_cpu: 0.730, flip: 1.81, look_cpu: 0.0698, peak: 65.0, idle: 16.0, ..Figures::NONE },
    Figures { update_cpu: 12.39, flip: 34.6, look_cpu: 0.4199, peak: 760.0, idle: 17.0, ..Figures::NONE },
];

/// Measures and prints; beside the peer where its executable is given, and beside what it took elsewhere if not.
pub(super) fn run(peer: Option<&str>, largest: Option<&str>) -> anyhow::Result<ExitCode> {
    let ours = executables::build_only(&["repo-puller"], Profile::Release)?.join("repo-puller");
    let peer = peer.map(PathBuf::from);
    let largest = largest.map_or(Ok(usize::MAX), str::parse)?;
    for (files, elsewhere) in SIZES.into_iter().zip(ELSEWHERE).filter(|(files, _)| *files <= largest) {
        let repository = made(files);
        let measure = |path: &Path| Side::new(path, &repository).and_then(|mut side| side.measure());
        let figures = measure(&ours)?;
        let (name, other) = match &peer {
            Some(path) => ("peer", measure(path)?),
            None => ("git-sync elsewhere", elsewhere),
        };
        print(files, &figures, name, &other);
    }
    Ok(ExitCode::SUCCESS)
}

/// A repository of so many small files, a thousand to a folder.
fn made(files: usize) -> Repository {
    let repository = Repository::new();
    for number in 0..files {
        repository.write(&format!("{:03}/{number}.md", number / 1000), format!("# Page {number}\n\nText.\n"));
    }
    repository.push("Make pages");
    repository
}

fn print(files: usize, ours: &Figures, name: &str, other: &Figures) {
    crate::say(&format!("\n{files} files{:<26} {:>12} {name:>20}     ratio\n", "", "repo-puller"));
    let rows = [
        ("first sync, processor", ours.first_cpu, other.first_cpu, "s"),
        ("first sync, until the link is there", ours.first, other.first, "s"),
        ("update of a file, processor", ours.update_cpu, other.update_cpu, "s"),
        ("update of a file, until the link moves", ours.flip, other.flip, "s"),
        ("update of a file, bytes", ours.bytes, other.bytes, "B"),
        ("look that finds nothing, processor", ours.look_cpu * 1000.0, other.look_cpu * 1000.0, "ms"),
        ("memory at most, all processes", ours.peak, other.peak, "MiB"),
        ("memory at rest", ours.idle, other.idle, "MiB"),
    ];
    for (row, ours, other, unit) in rows {
        let (shown, ratio) = match other / ours {
            ratio if ratio.is_finite() => (format!("{other:.3} {unit}"), format!("1/{ratio:.1}")),
            _ => ("-".to_owned(), String::new()),
        };
        crate::say(&format!("{row:<40} {:>12} {shown:>20} {ratio:>9}\n", format!("{ours:.3} {unit}")));
    }
}
