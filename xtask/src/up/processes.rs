//! The services as children: started in the order in which they need each other, heard, and ended together.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Child, ExitStatus},
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use harness::{plan::Plan, process::Program};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use super::{options::Options, state::State};

/// How long the services have to end by themselves.
const GRACE: Duration = Duration::from_millis(1200);
/// How long a service may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A line that a service wrote.
pub(super) struct Said {
    pub(super) index: usize,
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// Whoever hears the lines, until it returns false.
pub(super) type Listener = Arc<dyn Fn(Said) -> bool + Send + Sync>;

/// The running services.
pub(super) struct Processes {
    children: Vec<(&'static str, Child)>,
    listener: Listener,
    web_port: u16,
    api_url: String,
}

impl Processes {
    /// Migrates the database, then starts the api, and the two pods: web with its puller, worker with its own.
    pub(super) fn start(plan: &Plan, options: &Options, state: &State, listener: Listener) -> anyhow::Result<Self> {
        let mut all = Self { children: Vec::new(), listener, web_port: 0, api_url: String::new() };
        match all.start_all(plan, options, state) {
            Ok(()) => Ok(all),
            Err(error) => {
                all.end();
                Err(error)
            }
        }
    }

    fn start_all(&mut self, plan: &Plan, options: &Options, state: &State) -> anyhow::Result<()> {
        self.finish("migrate", &quick(plan.admin(&["migrate"])))?;
        let api_port = self.add("api", &quick(plan.api()))?;
        self.api_url = format!("http://127.0.0.1:{}", port_of("api", &api_port)?);
        let (for_web, for_worker) = (state.root(&plan.repo, "web"), state.root(&plan.repo, "worker"));
        self.add("web puller", &quick(plan.puller(&for_web, Some(&self.api_url))))?;
        let web = quick(plan.web(&for_web.join("current"), Some(&self.api_url))).env("PORT", options.port);
        let web_port = self.add("web", &web)?;
        let puller_port = self.add("worker puller", &quick(plan.puller(&for_worker, Some(&self.api_url))))?;
        let puller_url = format!("http://127.0.0.1:{}", port_of("worker puller", &puller_port)?);
        self.add("worker", &quick(plan.worker(&for_worker.join("current"), &puller_url)))?;
        self.web_port = port_of("web", &web_port)?;
        Ok(())
    }

    /// Runs an admin process to its end.
    fn finish(&mut self, name: &'static str, program: &Program) -> anyhow::Result<()> {
        self.add(name, program)?;
        let (_, mut child) = self.children.pop().context("just started")?;
        let status = child.wait()?;
        ensure!(status.success(), "{name} ended ({status}); its words are above");
        Ok(())
    }

    /// Starts a service. Its public port is told when it listens.
    fn add(&mut self, name: &'static str, program: &Program) -> anyhow::Result<Receiver<u16>> {
        let mut child = program.spawn()?;
        let (index, (told, port)) = (self.children.len(), mpsc::channel());
        for output in [child.stdout.take().map(boxed), child.stderr.take().map(boxed)].into_iter().flatten() {
            let (listener, told) = (Arc::clone(&self.listener), told.clone());
            thread::spawn(move || {
                for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                    let text = String::from_utf8_lossy(&line).into_owned();
                    tell_port(&text, &told);
                    if !listener(Said { index, name, text }) {
                        return;
                    }
                }
            });
        }
        self.children.push((name, child));
        Ok(port)
    }

    /// Where the site is.
    pub(super) fn site_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.web_port)
    }

    /// Where the api is.
    pub(super) fn api_url(&self) -> &str {
        &self.api_url
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

/// Waits for the port of a service that was just started.
fn port_of(name: &str, told: &Receiver<u16>) -> anyhow::Result<u16> {
    told.recv_timeout(PATIENCE).ok().with_context(|| format!("{name} does not listen; its words are above"))
}

/// A process that ends when it is told to.
fn quick(program: Program) -> Program {
    program.env("SHUTDOWN_SECONDS", 1)
}

/// Passes on the public port, if this line tells it.
fn tell_port(text: &str, told: &Sender<u16>) {
    let line: Value = serde_json::from_str(text).unwrap_or_default();
    if line["message"] == "Listening" && line["listener"] == "public" {
        let address = line["address"].as_str().unwrap_or_default();
        if let Some(port) = address.rsplit(':').next().and_then(|port| port.parse().ok()) {
            let _ = told.send(port);
        }
    }
}

fn boxed(output: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(output)
}
