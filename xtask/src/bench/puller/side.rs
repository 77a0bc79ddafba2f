//! One side of the comparison: a puller with git-sync's flags, driven by signals and seen from outside.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use harness::{
    forge::{Forge, Nature},
    http,
    process::Program,
    repository::Repository,
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::usage::{self, Peak};
use crate::bench;

/// Updates before the figures are taken: the first ones are not like the rest.
const WARM: usize = 4;
/// Updates of which the median is shown.
const ROUNDS: usize = 5;
/// How long looks are counted.
const WINDOW: Duration = Duration::from_secs(10);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// What was measured: seconds, bytes and MiB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub(super) first_cpu: f64,
    pub(super) first: f64,
    pub(super) update_cpu: f64,
    pub(super) flip: f64,
    pub(super) bytes: f64,
    pub(super) look_cpu: f64,
    pub(super) peak: f64,
    pub(super) idle: f64,
}

impl Figures {
    /// Nothing is known.
    pub(super) const NONE: Self = Self {
        first_cpu: f64::NAN,
        first: f64::NAN,
        update_cpu: f64::NAN,
        flip: f64::NAN,
        bytes: f64::NAN,
        look_cpu: f64::NAN,
        peak: f64::NAN,
        idle: f64::NAN,
    };
}

/// A puller's executable, and what it pulls.
pub(super) struct Side<'a> {
    path: PathBuf,
    repository: &'a Repository,
    forge: Forge,
    folder: TempDir,
    port: u16,
}

/// A running puller; gone when the value is.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn pid(&self) -> i32 {
        Pid::from_child(&self.0).as_raw_nonzero().get()
    }
}

impl<'a> Side<'a> {
    /// The executable at `path` on a fresh root.
    pub(super) fn new(path: &Path, repository: &'a Repository) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let forge = Forge::of(repository, Nature::default());
        Ok(Self { path: path.to_owned(), repository, forge, folder: tempfile::tempdir()?, port })
    }

    /// Takes every figure.
    pub(super) fn measure(&mut self) -> anyhow::Result<Figures> {
        let mut figures = Figures::NONE;
        let began = Instant::now();
        let running = self.start("1h")?;
        let pid = running.pid();
        self.wait_for(&self.repository.head())?;
        figures.first = began.elapsed().as_secs_f64();
        usage::rest(pid);
        figures.first_cpu = usage::cpu(pid);
        let mut rounds = Vec::new();
        for round in 0..WARM + ROUNDS {
            let peak = Peak::of(pid);
            let (cpu, flip, bytes) = self.update(&running, round)?;
            rounds.push((cpu, flip, bytes, peak.highest()));
        }
        rounds.drain(..WARM);
        let median = |of: fn(&(f64, f64, f64, f64)) -> f64| bench::median(rounds.iter().map(of));
        figures.update_cpu = median(|round| round.0);
        figures.flip = median(|round| round.1);
        figures.bytes = median(|round| round.2);
        figures.peak = median(|round| round.3);
        figures.idle = usage::memory(pid);
        drop(running);
        figures.look_cpu = self.look()?;
        Ok(figures)
    }

    fn start(&self, period: &str) -> anyhow::Result<Running> {
        let root = self.folder.path().join("root");
        let flags = [
            format!("--repo={}", self.forge.url()),
            format!("--root={}", root.display()),
            "--link=link".to_owned(),
            format!("--period={period}"),
            "--sync-timeout=10m".to_owned(),
            "--sync-on-signal=SIGHUP".to_owned(),
            format!("--http-bind=127.0.0.1:{}", self.port),
            "--http-metrics".to_owned(),
        ];
        let program = flags.iter().fold(Program::at(self.path.clone()), |program, flag| program.arg(flag));
        let mut command = program.env("HOME", self.folder.path().display()).command();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Ok(Running(child.with_context(|| format!("cannot start {}", self.path.display()))?))
    }

    /// Pushes a change of one file: processor until it is at rest again, time until the link moves, bytes.
    fn update(&self, running: &Running, round: usize) -> anyhow::Result<(f64, f64, f64)> {
        let commit = self.repository.publish(&[("000/0.md", &format!("# Changed {round}\n"))]);
        let (cpu, seen, began) = (usage::cpu(running.pid()), self.forge.seen().len(), Instant::now());
        kill_process(Pid::from_child(&running.0), Signal::HUP)?;
        self.wait_for(&commit)?;
        let flip = began.elapsed().as_secs_f64();
        usage::rest(running.pid());
        let bytes: usize = self.forge.seen().iter().skip(seen).map(|seen| seen.answered).sum();
        #[expect(clippy::cast_precision_loss, reason = "bytes of a small pack")]
        Ok((usage::cpu(running.pid()) - cpu, flip, bytes as f64))
    }

    /// Processor of one look that finds nothing, as the mean of many.
    fn look(&self) -> anyhow::Result<f64> {
        let running = self.start("10ms")?;
        let deadline = Instant::now() + PATIENCE;
        while self.looks() < 5.0 {
            ensure!(Instant::now() < deadline, "it does not look");
            thread::sleep(Duration::from_millis(50));
        }
        let (cpu, exact, looks) = (usage::cpu(running.pid()), usage::exact_cpu(running.pid()), self.looks());
        thread::sleep(WINDOW);
        let (all, own) = (usage::cpu(running.pid()) - cpu, usage::exact_cpu(running.pid()) - exact);
        let looks = self.looks() - looks;
        ensure!(looks > 0.0, "it did not look in {WINDOW:?}");
        // Where no process is started, the exact figure is the whole; where some are, ticks are exact enough.
        Ok(own.max(all) / looks)
    }

    /// How many looks found nothing, as it counts itself.
    fn looks(&self) -> f64 {
        let text = http::get(&format!("http://127.0.0.1:{}/metrics", self.port)).map(|answer| answer.body);
        let text = text.unwrap_or_default();
        let count = text.lines().find_map(|line| line.strip_prefix("git_sync_count_total{status=\"noop\"} "));
        count.and_then(|count| count.parse().ok()).unwrap_or(0.0)
    }

    fn wait_for(&self, commit: &str) -> anyhow::Result<()> {
        let (link, deadline) = (self.folder.path().join("root/link"), Instant::now() + PATIENCE);
        while fs::read_link(&link).ok().and_then(|target| Some(target.file_name()? == commit)) != Some(true) {
            ensure!(Instant::now() < deadline, "{} does not publish {commit}", self.path.display());
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}
