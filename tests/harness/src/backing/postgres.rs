//! A PostgreSQL server: given by `DATABASE_URL`, or private.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context as _, ensure};
use rustix::process::Signal;

use super::{
    cluster::{self, command},
    daemon::Daemon,
    owner, place,
    programs::Programs,
    psql::Psql,
};

/// What becomes of a private server's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// For tests: nothing is forced to disk, and all of it goes when the process ends.
    Temporary,
    /// For development: kept under this name, with every commit on disk.
    Kept(String),
}

/// A server. A private one ends with this value, and with this process.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    pub(super) psql: Psql,
    private: Option<Private>,
}

#[derive(Debug)]
struct Private {
    programs: Programs,
    folder: PathBuf,
    data: Data,
    port: u16,
    daemon: Mutex<Option<Daemon>>,
}

impl Postgres {
    /// The server of `DATABASE_URL`, else a private one with this data.
    ///
    /// # Errors
    /// When it cannot be found, or does not start.
    pub fn given_or(data: Data) -> anyhow::Result<Self> {
        match place::variable("DATABASE_URL") {
            Some(url) => Ok(Self { url, psql: Psql::of(None), private: None }),
            None => Self::start(data),
        }
    }

    /// The URL of the database of this name on a private server, made if it is not there. A server that was given has
    /// the one database that its URL names.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn kept_database(&self, name: &str) -> anyhow::Result<String> {
        if self.private.is_none() {
            return Ok(self.url.clone());
        }
        if self.psql.run(&self.url, &format!("select 1 from pg_database where datname = '{name}'"))?.is_empty() {
            self.psql.run(&self.url, &format!("create database {name}"))?;
        }
        Ok(self.url_of(name))
    }

    /// Starts a private server on a free port of loopback.
    ///
    /// # Errors
    /// When the programs cannot be found or unpacked, or the server does not start.
    pub fn start(data: Data) -> anyhow::Result<Self> {
        let programs = Programs::postgres()?;
        let folder = match &data {
            Data::Temporary => temporary_folder()?,
            Data::Kept(name) => place::home()?.join(name),
        };
        place::make(&folder)?;
        owner::give(&folder)?;
        if !folder.join("data/PG_VERSION").is_file() {
            cluster::make(&programs, &folder.join("data"))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let private = Private { programs, folder, data, port, daemon: Mutex::new(None) };
        private.start()?;
        let url = format!("postgres://app@127.0.0.1:{port}/app");
        let psql = Psql::of(Some(private.programs.clone()));
        let maintenance = format!("postgres://app@127.0.0.1:{port}/postgres");
        if psql.run(&maintenance, "select 1 from pg_database where datname = 'app'")?.is_empty() {
            psql.run(&maintenance, "create database app")?;
        }
        Ok(Self { url, psql, private: Some(private) })
    }

    /// The URL of a database on the server: `DATABASE_URL`'s own, or an empty one.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL of another database on the server.
    pub(super) fn url_of(&self, database: &str) -> String {
        let (base, options) =
            self.url.split_once('?').map_or((self.url.as_str(), ""), |(base, options)| (base, options));
        let after_host = base.find("://").map_or(0, |at| at + 3);
        let end = base[after_host..].find('/').map_or(base.len(), |at| after_host + at);
        let separator = if options.is_empty() { "" } else { "?" };
        format!("{}/{database}{separator}{options}", &base[..end])
    }

    /// Runs one statement as the server's owner, and returns what it told: a line for each row.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn ask(&self, statement: &str) -> anyhow::Result<String> {
        self.psql.run(&self.url, statement)
    }

    /// Whether the server is this process's own.
    pub fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// The private server's folder.
    #[cfg(test)]
    pub(super) fn folder(&self) -> Option<&Path> {
        self.private.as_ref().map(|private| private.folder.as_path())
    }

    /// The private server's process id, to send it signals.
    pub fn pid(&self) -> Option<u32> {
        self.private.as_ref()?.daemon().as_ref().map(Daemon::pid)
    }

    /// Stops a private server: sessions are ended, data stays.
    ///
    /// # Errors
    /// When the server is not private, or does not stop.
    pub fn stop(&self) -> anyhow::Result<()> {
        let private = self.private.as_ref().context("the server is not ours to stop")?;
        private.daemon().take().context("the server was stopped before")?.stop(Signal::INT)
    }

    /// Starts a stopped server again, where it was.
    ///
    /// # Errors
    /// When the server is not private, was not stopped, or does not start.
    pub fn start_again(&self) -> anyhow::Result<()> {
        let private = self.private.as_ref().context("the server is not ours to start")?;
        ensure!(private.daemon().is_none(), "the server was not stopped");
        private.start()
    }
}

impl Private {
    fn daemon(&self) -> MutexGuard<'_, Option<Daemon>> {
        self.daemon.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the server and waits until it answers.
    fn start(&self) -> anyhow::Result<()> {
        let data = self.folder.join("data");
        let mut command = command(&self.programs, "postgres")?;
        command.arg("-D").arg(&data);
        let port = format!("port={}", self.port);
        let mut settings =
            vec![&*port, "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
        let (end, goes) = match self.data {
            Data::Temporary => {
                settings.extend(["fsync=off", "full_page_writes=off", "synchronous_commit=off"]);
                (Signal::QUIT, Some(self.folder.as_path()))
            }
            Data::Kept(_) => (Signal::INT, None),
        };
        for setting in settings {
            command.args(["-c", setting]);
        }
        let log = self.folder.join("log");
        let mut daemon = Daemon::start(&command, end, goes, &log)?;
        let pid = daemon.pid();
        daemon.wait_until(&log, || is_ready(&data, pid))?;
        *self.daemon() = Some(daemon);
        Ok(())
    }
}

/// Whether the server with this process id takes sessions: it writes that into its file, on the eighth line.
fn is_ready(data: &Path, pid: u32) -> bool {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.first() == Some(&pid.to_string().as_str()) && lines.get(7) == Some(&"ready")
}

/// A folder that no other server has.
fn temporary_folder() -> anyhow::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let runs = place::home()?.join("run");
    place::make(&runs)?;
    Ok(runs.join(format!("postgres-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))))
}
