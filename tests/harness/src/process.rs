//! A process under test: started with nothing but the environment it is given, heard, signalled, and gone in the end.

mod lines;

pub use lines::{Line, Lines};

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::executables;

/// How long anything that is waited for may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Says something on stderr.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A program with its arguments and its whole environment.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
}

impl Program {
    /// A service of the suite, in the debug build.
    pub fn service(name: &str) -> Self {
        Self::at(executables::path(name))
    }

    /// The program at `path`. It inherits nothing but where programs are found.
    pub fn at(path: PathBuf) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a child has to find git")]
        let search = std::env::var("PATH").unwrap_or_default();
        let environment = [("PATH", search.as_str()), ("HOME", "/nonexistent"), ("GIT_CONFIG_NOSYSTEM", "1")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { path, arguments: Vec::new(), environment: environment.to_vec() }
    }

    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// With one more variable; a later one of the same name holds.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "numbers and texts alike")]
    pub fn env(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    /// The program as a command, not tied to anything.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear().envs(self.environment.iter().cloned());
        command
    }

    /// Starts it in a process group of its own. It ends when this process does.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(&self) -> anyhow::Result<Child> {
        let lifeline = self.path.with_file_name("lifeline");
        let lifeline = if lifeline.exists() { lifeline } else { executables::path("lifeline") };
        let mut command = Command::new(lifeline);
        command.arg(std::process::id().to_string()).arg(&self.path).args(&self.arguments);
        command.env_clear().envs(self.environment.iter().cloned()).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().with_context(|| format!("cannot start {}", self.path.display()))
    }

    /// Starts it and listens to it.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(&self) -> Running {
        let mut child = self.spawn().expect("started");
        let lines = Arc::new(Lines::default());
        let (out, err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        lines.follow(out);
        lines.follow_errors(err);
        Running { child, lines }
    }

    /// Runs it to its end, and returns how it ended and what it said.
    ///
    /// # Panics
    /// When it cannot be started, or does not end.
    pub fn finish(&self) -> (ExitStatus, Arc<Lines>) {
        let mut running = self.start();
        (running.wait(), Arc::clone(&running.lines))
    }
}

/// A running process. Dropping it ends it and everything it started.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Arc<Lines>,
}

impl Running {
    /// What it has said.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The address of a listening socket: `public` or `admin`.
    ///
    /// # Panics
    /// When it does not listen.
    pub fn address(&self, listener: &str) -> String {
        let line = self.lines.wait_for("Listening", |line| line.text("listener") == listener);
        line.text("address").replace("0.0.0.0", "127.0.0.1")
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("alive");
    }

    /// Its process id.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end.
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("waited for") {
                self.lines.wait_until_closed();
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end; it said:\n{}", self.lines.tail());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks it to end, and waits for that.
    ///
    /// # Panics
    /// When it does not end.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = kill_process_group(self.pid(), Signal::KILL);
        let _ = self.child.wait();
    }
}
