//! A server as a child: it ends when this process does, however this process ends, and takes its folder with it.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};

/// Watches over one server. Its input is a line that nothing is ever written to: it closes when the parent is gone, even
/// when that was killed. Then the server is stopped, and the folder, if one is named, removed. A server that takes longer
/// than a second is made to stop: Postgres has every commit in its log, and recovers when it starts.
const GUARD: &str = r#"
folder=$1 signal=$2; shift 2
exec 3<&0 </dev/null
closed=
trap closed=1 USR1
"$@" 3<&- & server=$!
( read -r _ <&3; kill -USR1 $$; kill -"$signal" "$server"; sleep 1; kill -QUIT "$server" ) 2>/dev/null >&2 & watch=$!
echo "$server"
exec >&-
wait "$server"; status=$?
if [ -n "$closed" ]; then
    wait "$server"
    [ -z "$folder" ] || rm -rf "$folder"
else
    kill "$watch" 2>/dev/null
fi
exit "$status"
"#;

/// How long a server may take to start, and to stop.
const DEADLINE: Duration = Duration::from_mins(1);

/// A running server.
#[derive(Debug)]
pub(super) struct Daemon {
    guard: Child,
    server: Pid,
}

impl Daemon {
    /// Starts what `command` says, its output in `log`. When this process ends, or this value is dropped, `end` is the
    /// signal that ends the server, and `folder` goes.
    pub(super) fn start(command: &Command, end: Signal, folder: Option<&Path>, log: &Path) -> anyhow::Result<Self> {
        let log = std::fs::File::create(log).with_context(|| format!("cannot make {}", log.display()))?;
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(folder.unwrap_or(Path::new(""))).arg(end.as_raw().to_string());
        guard.arg("sh").args(["-c", r#"exec "$@" >&2"#, "server"]).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            guard.env(name, value.unwrap_or_default());
        }
        guard.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).process_group(0);
        let mut guard = guard.spawn().context("cannot start sh")?;
        let mut line = String::new();
        BufReader::new(guard.stdout.take().context("no output")?).read_line(&mut line)?;
        let server =
            line.trim().parse().ok().and_then(Pid::from_raw).context("the guard did not say whom it guards")?;
        Ok(Self { guard, server })
    }

    /// Waits until `is_ready` says so.
    pub(super) fn wait_until(&mut self, log: &Path, mut is_ready: impl FnMut() -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + DEADLINE;
        while !is_ready() {
            let ended = self.guard.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                bail!("the server did not start; it said:\n{}", std::fs::read_to_string(log).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// The server's process id.
    pub(super) fn pid(&self) -> u32 {
        self.server.as_raw_nonzero().get().unsigned_abs()
    }

    /// Stops the server with a signal and waits until it is gone. Its folder stays.
    pub(super) fn stop(mut self, signal: Signal) -> anyhow::Result<()> {
        kill_process(self.server, signal)?;
        let deadline = Instant::now() + DEADLINE;
        while self.guard.try_wait()?.is_none() {
            if Instant::now() > deadline {
                bail!("process {} does not stop", self.pid());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
