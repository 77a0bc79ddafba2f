//! The suite's executables, built once per process.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context as _, ensure};

/// The processes of the suite, and what they are started with.
const PACKAGES: [&str; 5] = ["api", "web", "worker", "repo-puller", "harness"];

/// What cargo adds to the environment of a test, and build scripts ask for.
const OF_A_TEST: [&str; 7] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    static WORKSPACE: OnceLock<PathBuf> = OnceLock::new();
    WORKSPACE.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        here.ancestors().nth(2).unwrap_or(here).to_owned()
    })
}

/// How executables are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quickly.
    Debug,
    /// As they are deployed.
    Release,
}

/// Builds the executables, silently unless it fails, and returns the folder they are in.
///
/// # Errors
/// When cargo fails; it has said why on stderr.
pub fn build(profile: Profile) -> anyhow::Result<PathBuf> {
    cargo(&PACKAGES, profile, &["--quiet"])
}

/// The same, with cargo's word of how far it is.
///
/// # Errors
/// As for [`build`].
pub fn build_aloud(profile: Profile) -> anyhow::Result<PathBuf> {
    cargo(&PACKAGES, profile, &[])
}

/// Builds the executables of these packages alone.
///
/// # Errors
/// As for [`build`].
pub fn build_only(packages: &[&str], profile: Profile) -> anyhow::Result<PathBuf> {
    cargo(packages, profile, &["--quiet"])
}

fn cargo(packages: &[&str], profile: Profile, options: &[&str]) -> anyhow::Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace()).args(["build", "--bins"]).args(options);
    for package in packages {
        cargo.args(["--package", package]);
    }
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    // Cargo tells a test its package. A build that sees these has another environment than the one before, and some
    // build scripts run anew for that.
    for variable in OF_A_TEST {
        cargo.env_remove(variable);
    }
    ensure!(cargo.status().context("cannot run cargo")?.success(), "the executables cannot be built");
    // Wherever cargo was told to put things, this program is there too.
    let here = std::env::current_exe().context("this program has no path")?;
    let target = here.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release"));
    let target = target.and_then(Path::parent).context("this program does not lie in a target folder")?;
    Ok(target.join(if profile == Profile::Release { "release" } else { "debug" }))
}

/// The folder of the executables, which are built if that has not been done yet.
///
/// # Panics
/// When they cannot be built.
pub fn folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| build(Profile::Debug).expect("built")).clone()
}

/// The path of an executable, which is built if that has not been done yet.
///
/// # Panics
/// When it cannot be built.
pub fn path(name: &str) -> PathBuf {
    folder().join(name)
}
