//! A Redis server: given by `REDIS_URL`, or private.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, ensure};
use rustix::process::Signal;

use super::{daemon::Daemon, owner, place, programs::Programs};

/// A server. A private one keeps nothing on disk, and ends with this value, and with this process.
#[derive(Debug)]
pub struct Redis {
    url: String,
    private: Option<Private>,
}

#[derive(Debug)]
struct Private {
    folder: PathBuf,
    port: u16,
    daemon: Mutex<Option<Daemon>>,
}

impl Redis {
    /// The server of `REDIS_URL`, else a private one.
    ///
    /// # Errors
    /// When it cannot be found, or does not start.
    pub fn given_or_private() -> anyhow::Result<Self> {
        match place::variable("REDIS_URL") {
            Some(url) => Ok(Self { url, private: None }),
            None => Self::start(),
        }
    }

    /// Starts a private server on a free port of loopback.
    ///
    /// # Errors
    /// When the program cannot be found or unpacked, or the server does not start.
    pub fn start() -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let runs = place::home()?.join("run");
        place::make(&runs)?;
        let folder = runs.join(format!("redis-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        place::make(&folder)?;
        owner::give(&folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let private = Private { folder, port, daemon: Mutex::new(None) };
        private.start()?;
        Ok(Self { url: format!("redis://127.0.0.1:{port}"), private: Some(private) })
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The private server's process id, to send it signals.
    pub fn pid(&self) -> Option<u32> {
        self.private.as_ref()?.daemon().as_ref().map(Daemon::pid)
    }

    /// Stops a private server. All it knew is gone.
    ///
    /// # Errors
    /// When the server is not private, or does not stop.
    pub fn stop(&self) -> anyhow::Result<()> {
        let private = self.private.as_ref().context("the server is not ours to stop")?;
        private.daemon().take().context("the server was stopped before")?.stop(Signal::TERM)
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

    fn start(&self) -> anyhow::Result<()> {
        let (program, libraries) = Programs::redis()?;
        let mut command = owner::command(&program)?;
        if let Some(libraries) = libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.arg("--dir").arg(&self.folder);
        let log = self.folder.join("log");
        let mut daemon = Daemon::start(&command, Signal::TERM, Some(&self.folder), &log)?;
        daemon.wait_until(&log, || answers(self.port))?;
        *self.daemon() = Some(daemon);
        Ok(())
    }
}

/// Whether a server on this port answers a ping.
fn answers(port: u16) -> bool {
    let ping = || {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 7];
        stream.read_exact(&mut answer)?;
        std::io::Result::Ok(&answer == b"+PONG\r\n")
    };
    ping().unwrap_or(false)
}
