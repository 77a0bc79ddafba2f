//! Who runs a server: this user; but PostgreSQL refuses root, so root hands it to somebody with fewer rights.

use std::{ffi::OsStr, fs, path::Path, process::Command};

use anyhow::Context as _;

/// The user of this process, as a number.
pub(super) fn uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether servers run as somebody else.
pub(super) fn drops_rights() -> bool {
    uid() == 0
}

/// User and group of a server that root starts: those of `postgres`, else `nobody`'s.
fn servant() -> anyhow::Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    let ids = |name: &str| {
        let fields: Vec<&str> = users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').collect();
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody")).context("root needs a user `postgres` or `nobody` to run servers as")
}

/// Gives a folder to the user who runs the servers.
pub(super) fn give(folder: &Path) -> anyhow::Result<()> {
    if drops_rights() {
        let (user, group) = servant()?;
        std::os::unix::fs::chown(folder, Some(user), Some(group))?;
    }
    Ok(())
}

/// A command that runs `program` as the user who runs the servers. Where the system can, it ends when its parent does.
pub(super) fn command(program: &Path) -> anyhow::Result<Command> {
    let Some(setpriv) = super::programs::on_path("setpriv") else {
        anyhow::ensure!(!drops_rights(), "root needs `setpriv` (util-linux) to run servers as somebody else");
        return Ok(Command::new(program));
    };
    let mut command = Command::new(setpriv);
    if drops_rights() {
        let (user, group) = servant()?;
        command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
    }
    command.args([OsStr::new("--pdeathsig=INT"), program.as_os_str()]);
    Ok(command)
}
