//! Where the servers' programs are.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::{packages, place};

/// A folder of programs, and where their libraries are if they were unpacked.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    pub(super) libraries: Option<OsString>,
}

impl Programs {
    /// PostgreSQL: `PG_BIN`, Debian's folders (the newest), `PATH`, unpacked.
    pub(super) fn postgres() -> anyhow::Result<Self> {
        let given = place::variable("PG_BIN").map(PathBuf::from);
        let found = given.or_else(|| newest(Path::new("/"))).or_else(|| Some(on_path("initdb")?.parent()?.to_owned()));
        if let Some(folder) = found {
            return Ok(Self { folder, libraries: None });
        }
        let root = packages::unpack("postgresql").context(
            "there is no PostgreSQL: install one, or name its programs with PG_BIN, or a running one with DATABASE_URL",
        )?;
        let folder = newest(&root).context("the packages have no PostgreSQL in them")?;
        Ok(Self { folder, libraries: Some(packages::libraries(&root)) })
    }

    /// Redis: `PATH` (or its successor there), unpacked. In Debian the server is a name of another program of
    /// `redis-tools`, which goes by the name that it is called by.
    pub(super) fn redis() -> anyhow::Result<(PathBuf, Option<OsString>)> {
        if let Some(program) = on_path("redis-server").or_else(|| on_path("valkey-server")) {
            return Ok((program, None));
        }
        if let Some(program) = on_path("redis-check-rdb") {
            return Ok((by_name_of_server(&place::home()?, &program)?, None));
        }
        let root = packages::unpack("redis-tools")
            .context("there is no Redis: install one, or name a running one with REDIS_URL")?;
        let program = by_name_of_server(&root, &root.join("usr/bin/redis-check-rdb"))?;
        Ok((program, Some(packages::libraries(&root))))
    }

    /// One of the programs.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// A link with which `program` goes by the name of the server.
fn by_name_of_server(folder: &Path, program: &Path) -> anyhow::Result<PathBuf> {
    let link = folder.join("redis-server");
    if link.read_link().ok().as_deref() != Some(program) {
        let fresh = folder.join(format!("redis-server.{}", std::process::id()));
        std::os::unix::fs::symlink(program, &fresh)?;
        std::fs::rename(&fresh, &link)?;
    }
    Ok(link)
}

/// The program of this name that a shell would run.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = place::variable("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// The newest PostgreSQL in Debian's folders under `root`.
fn newest(root: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(root.join("usr/lib/postgresql")).ok()?.flatten();
    let numbered =
        versions.filter_map(|version| Some((version.file_name().to_str()?.parse::<u32>().ok()?, version.path())));
    let programs = numbered.map(|(number, path)| (number, path.join("bin")));
    programs.filter(|(_, folder)| folder.join("initdb").is_file()).max().map(|(_, folder)| folder)
}
