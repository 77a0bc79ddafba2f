//! Debian packages, unpacked into a folder of ours: nothing is installed, nothing is started, nobody has to be root.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail, ensure};

use super::{place, programs::on_path};

/// Unpacks a package and what it needs that is not installed, once. The folder stands for `/`.
pub(super) fn unpack(package: &str) -> anyhow::Result<PathBuf> {
    for tool in ["apt-get", "dpkg"] {
        ensure!(on_path(tool).is_some(), "`{tool}` is not here to fetch it with");
    }
    let home = place::home()?.join("packages");
    place::make(&home)?;
    let root = home.join(package);
    place::alone(&home, || {
        if !root.is_dir() {
            let fresh = home.join(format!("{package}.new"));
            let _ = fs::remove_dir_all(&fresh);
            fetch(package, &home, &fresh)?;
            fs::rename(&fresh, &root)?;
        }
        Ok(root)
    })
}

/// Where the unpacked programs find their libraries, as `LD_LIBRARY_PATH` wants it.
pub(super) fn libraries(root: &Path) -> OsString {
    let triple = format!("usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let folders = [root.join(&triple), root.join(triple.trim_start_matches("usr/")), root.join("usr/lib")];
    std::env::join_paths(folders).unwrap_or_default()
}

fn fetch(package: &str, home: &Path, into: &Path) -> anyhow::Result<()> {
    let archives = into.join("archives");
    fs::create_dir_all(&archives)?;
    let mut lists = Vec::new();
    let mut names = needed(package, &lists);
    if names.is_err() {
        lists = own_lists(home)?;
        names = needed(package, &lists);
    }
    let names = names?;
    ensure!(!names.is_empty(), "{package} is installed, but its programs are not where they should be");
    run(Command::new("apt-get").args(&lists).arg("download").args(&names).current_dir(&archives))?;
    for archive in fs::read_dir(&archives)? {
        run(Command::new("dpkg").arg("-x").arg(archive?.path()).arg(into))?;
    }
    Ok(fs::remove_dir_all(&archives)?)
}

/// The packages that an installation of `package` would add: names differ between releases, and this knows them.
fn needed(package: &str, options: &[OsString]) -> anyhow::Result<Vec<String>> {
    let simulation = ["install", "--simulate", "--no-install-recommends", package];
    let told = run(Command::new("apt-get").args(options).args(simulation))?;
    let added = told.lines().filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next());
    Ok(added.map(str::to_owned).collect())
}

/// Package lists of our own, for a machine that has none or is not ours. Options that make `apt-get` use them.
fn own_lists(home: &Path) -> anyhow::Result<Vec<OsString>> {
    let state = home.join("lists");
    fs::create_dir_all(state.join("partial"))?;
    let option = |name: &str, value: &OsStr| {
        let mut option = OsString::from(format!("-o{name}="));
        option.push(value);
        option
    };
    let options = vec![
        option("Dir::State::lists", state.as_os_str()),
        option("Dir::Cache::pkgcache", OsStr::new("")),
        option("Dir::Cache::srcpkgcache", OsStr::new("")),
        option("Debug::NoLocking", OsStr::new("1")),
        option("APT::Sandbox::User", OsStr::new("")),
    ];
    run(Command::new("apt-get").args(&options).arg("update"))?;
    Ok(options)
}

/// Runs a command to its end and returns what it told.
fn run(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.env("LC_ALL", "C").output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
