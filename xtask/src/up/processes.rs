//! The services as children: started with their own environments, heard, and ended together.

use std::{
    io::{BufRead as _, BufReader, Read},
    path::Path,
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use harness::process::Program;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use super::{options::Options, state::State};
use crate::source::Source;

/// How long the services have to end by themselves.
const GRACE: Duration = Duration::from_millis(1500);

/// A line that a service wrote.
pub(super) struct Said {
    pub(super) index: usize,
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// The running services.
pub(super) struct Processes {
    children: Vec<(&'static str, Child)>,
    port: Option<u16>,
}

impl Processes {
    /// Starts the puller and the web. `said` is called with every line, until it returns false.
    pub(super) fn start(
        folder: &Path,
        source: &Source,
        options: &Options,
        state: &State,
        said: impl Fn(Said) -> bool + Clone + Send + 'static,
    ) -> anyhow::Result<Self> {
        let root = state.root(&source.url());
        let common = |name: &str| {
            Program::at(folder.join(name)).env("HOST", "127.0.0.1").env("DRAIN_SECONDS", 0).env("SHUTDOWN_SECONDS", 1)
        };
        let puller = common("repo-puller")
            .env("GITSYNC_REPO", source.url())
            .env("GITSYNC_REF", options.reference.as_deref().unwrap_or("HEAD"))
            .env("GITSYNC_ROOT", root.display())
            .env("GITSYNC_LINK", "current")
            .env("GITSYNC_PERIOD", source.period())
            .env("GITSYNC_MAX_FAILURES", -1)
            .env("PORT", 0);
        let web = common("web").env("SITE_CHECKOUT", root.join("current").display()).env("PORT", options.port);
        let mut processes = Self { children: Vec::new(), port: None };
        for (name, program) in [("repo-puller", puller), ("web", web)] {
            processes.add(name, &program, said.clone())?;
        }
        Ok(processes)
    }

    fn add(
        &mut self,
        name: &'static str,
        program: &Program,
        said: impl Fn(Said) -> bool + Clone + Send + 'static,
    ) -> anyhow::Result<()> {
        let mut child = program.spawn()?;
        let index = self.children.len();
        for output in [child.stdout.take().map(boxed), child.stderr.take().map(boxed)].into_iter().flatten() {
            let said = said.clone();
            thread::spawn(move || {
                let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
                lines.map(|line| Said { index, name, text: String::from_utf8_lossy(&line).into_owned() }).all(said)
            });
        }
        self.children.push((name, child));
        Ok(())
    }

    /// The site's URL, when this line says that it is live.
    pub(super) fn live(&mut self, said: &Said) -> Option<String> {
        let line: Value = serde_json::from_str(&said.text).ok().filter(|_| said.name == "web")?;
        if line["message"] == "Listening" {
            self.port = line["address"].as_str()?.rsplit(':').next()?.parse().ok();
        }
        (line["message"] == "Revision live").then(|| format!("http://127.0.0.1:{}/", self.port.unwrap_or(0)))
    }

    /// The first service that has ended.
    pub(super) fn ended(&mut self) -> Option<(&'static str, ExitStatus)> {
        self.children.iter_mut().find_map(|(name, child)| Some((*name, child.try_wait().ok()??)))
    }

    /// Ends them all: asked first, then made to.
    pub(super) fn end(mut self) {
        self.signal(Signal::TERM);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline
            && self.children.iter_mut().any(|(_, child)| matches!(child.try_wait(), Ok(None)))
        {
            thread::sleep(Duration::from_millis(5));
        }
        self.signal(Signal::KILL);
        for (_, child) in &mut self.children {
            let _ = child.wait();
        }
    }

    fn signal(&self, signal: Signal) {
        for (_, child) in &self.children {
            let _ = kill_process_group(Pid::from_child(child), signal);
        }
    }
}

fn boxed(output: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(output)
}
