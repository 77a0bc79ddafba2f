//! A cluster: the folder in which a PostgreSQL server keeps its databases.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};

use super::{
    owner, place,
    programs::{Programs, on_path},
};

/// Makes a cluster that has nothing but the superuser `app`: a copy of one that is made once.
pub(super) fn make(programs: &Programs, folder: &Path) -> anyhow::Result<()> {
    let empty = empty_cluster(programs)?;
    let copy = on_path("cp").context("there is no `cp`")?;
    finish(owner::command(&copy)?.arg("-a").arg(empty).arg(folder))
}

/// The folder of an empty cluster of this version.
fn empty_cluster(programs: &Programs) -> anyhow::Result<PathBuf> {
    let told = command(programs, "postgres")?.arg("--version").output().context("cannot run postgres")?;
    let version: String = String::from_utf8_lossy(&told.stdout).chars().filter(char::is_ascii_alphanumeric).collect();
    let home = place::home()?.join("clusters");
    place::make(&home)?;
    owner::give(&home)?;
    let cluster = home.join(version);
    place::alone(&place::home()?, || {
        if !cluster.is_dir() {
            let half = cluster.with_extension("half");
            let _ = fs::remove_dir_all(&half);
            let mut initdb = command(programs, "initdb")?;
            initdb.args([
                "--username=app",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--wal-segsize=1",
            ]);
            finish(initdb.arg("-D").arg(&half))?;
            fs::rename(&half, &cluster)?;
        }
        Ok(cluster)
    })
}

/// Runs a command to its end.
fn finish(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

/// One of the programs, run as the user who runs the servers.
pub(super) fn command(programs: &Programs, name: &str) -> anyhow::Result<Command> {
    let mut command = owner::command(&programs.path(name))?;
    if let Some(libraries) = &programs.libraries {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    Ok(command)
}
