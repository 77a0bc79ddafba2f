//! SQL for a server, by its own client.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, ensure};

use super::programs::{Programs, on_path};

/// How to run `psql`.
#[derive(Clone, Debug)]
pub(super) struct Psql(Option<Programs>);

impl Psql {
    /// That of these programs, else that on `PATH`.
    pub(super) fn of(programs: Option<Programs>) -> Self {
        Self(programs)
    }

    /// Runs one statement, on its own, and returns what it told: a line for each row.
    pub(super) fn run(&self, url: &str, statement: &str) -> anyhow::Result<String> {
        let output = self.command(url)?.arg("--command").arg(statement).output().context("cannot run psql")?;
        ensure!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Takes an advisory lock, and holds it until the result is dropped.
    pub(super) fn lock(&self, url: &str, key: i64) -> anyhow::Result<Locked> {
        let mut session =
            self.command(url)?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot run psql")?;
        let mut input = session.stdin.take().context("no input")?;
        writeln!(input, "select pg_advisory_lock({key});")?;
        input.flush()?;
        let mut line = String::new();
        let answered = BufReader::new(session.stdout.take().context("no output")?).read_line(&mut line)?;
        session.stdin = Some(input);
        let locked = Locked(session);
        ensure!(answered > 0, "psql ended before it had the lock");
        Ok(locked)
    }

    fn command(&self, url: &str) -> anyhow::Result<Command> {
        let program = match &self.0 {
            Some(programs) => programs.path("psql"),
            None => on_path("psql").context("`psql` is needed to make databases for tests, and is not on PATH")?,
        };
        let mut command = Command::new(program);
        if let Some(libraries) = self.0.as_ref().and_then(|programs| programs.libraries.as_ref()) {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--dbname",
            url,
        ]);
        Ok(command)
    }
}

/// A session that holds a lock.
pub(super) struct Locked(Child);

impl Drop for Locked {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
