//! How soon a process is ready, how much memory it takes at rest, and how soon a push is a page.

use std::{
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use harness::{
    executables::{self, Profile},
    http,
    process::{PATIENCE, Program, Running},
    repository::Repository,
};
use tempfile::TempDir;

/// How often each figure is taken; the median is shown.
const ROUNDS: usize = 7;

/// Measures and prints.
pub(super) fn run(repo: Option<&str>) -> anyhow::Result<ExitCode> {
    let bin = executables::build(Profile::Release)?;
    let small = Repository::with(&[("README.md", "# Home\n\nA [page](page.md).\n"), ("page.md", "# Page\n\nText.\n")]);
    let folder = tempfile::tempdir()?;
    let root = folder.path().join("root");
    let puller = |url: &str| {
        service(&bin, "repo-puller")
            .env("GITSYNC_REPO", url)
            .env("GITSYNC_ROOT", root.display())
            .env("GITSYNC_LINK", "current")
            .env("GITSYNC_PERIOD", "100ms")
    };
    let web = || service(&bin, "web").env("SITE_CHECKOUT", root.join("current").display());
    puller(&small.url()).arg("--one-time").finish();
    crate::say("figure                                      median     target\n");
    super::show("web: exec to ready, small site", median(|| ready(&web()))?, 50.0, "ms");
    super::show("repo-puller: exec to ready, small site", median(|| ready(&puller(&small.url())))?, 50.0, "ms");
    let (puller_running, web_running) = (settled(&puller(&small.url()))?, settled(&web())?);
    super::show("web: memory at rest, small site", super::resident_mib(&web_running)?, 15.0, "MiB");
    super::show("repo-puller: memory at rest, small site", super::resident_mib(&puller_running)?, 15.0, "MiB");
    drop((puller_running, web_running));
    let large = super::large(repo)?;
    let (push, memory) = push_to_page(&bin, &large)?;
    super::show("push to page live, large site", push, 1000.0, "ms");
    super::show("web: memory at rest, large site", memory, f64::INFINITY, "MiB");
    super::show("warm `up` to live, docs", warm_up()?, 3000.0, "ms");
    Ok(ExitCode::SUCCESS)
}

fn service(bin: &std::path::Path, name: &str) -> Program {
    Program::at(bin.join(name)).env("HOST", "127.0.0.1").env("PORT", 0).env("DRAIN_SECONDS", 0)
}

/// The median of some rounds, in milliseconds.
fn median(mut round: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<f64> {
    let rounds = (0..ROUNDS).map(|_| round()).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(super::median(rounds.iter().map(|took| took.as_secs_f64() * 1000.0)))
}

/// From exec until `/readyz` says 200.
fn ready(program: &Program) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let running = program.start();
    wait_until_ready(&running)?;
    Ok(began.elapsed())
}

fn wait_until_ready(running: &Running) -> anyhow::Result<()> {
    let (url, deadline) = (format!("http://{}/readyz", running.address("public")), Instant::now() + PATIENCE);
    while http::get(&url).map_or(0, |answer| answer.status) != 200 {
        ensure!(Instant::now() < deadline, "not ready:\n{}", running.lines().tail());
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// A process that is ready and has been left alone for a while.
fn settled(program: &Program) -> anyhow::Result<Running> {
    let running = program.start();
    wait_until_ready(&running)?;
    std::thread::sleep(Duration::from_secs(2));
    Ok(running)
}

/// From the end of a push until the page shows it, in milliseconds; and web's memory after that.
fn push_to_page(bin: &std::path::Path, large: &Repository) -> anyhow::Result<(f64, f64)> {
    let folder: TempDir = tempfile::tempdir()?;
    let root = folder.path().join("root");
    let puller = service(bin, "repo-puller")
        .env("GITSYNC_REPO", large.url())
        .env("GITSYNC_ROOT", root.display())
        .env("GITSYNC_LINK", "current")
        .env("GITSYNC_PERIOD", "300ms");
    let (_puller, web) =
        (settled(&puller)?, settled(&service(bin, "web").env("SITE_CHECKOUT", root.join("current").display()))?);
    let url = format!("http://{}/bench-page", web.address("public"));
    let mut number = 0;
    let push = median(|| {
        number += 1;
        let words = format!("Words of round {number}.");
        large.write("bench-page.md", format!("# Bench\n\n{words}\n"));
        large.push("A round");
        let began = Instant::now();
        while !http::get(&url)?.body.contains(&words) {
            ensure!(began.elapsed() < PATIENCE, "the push did not appear:\n{}", web.lines().tail());
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(began.elapsed())
    })?;
    std::thread::sleep(Duration::from_secs(2));
    Ok((push, super::resident_mib(&web)?))
}

/// From the start of `up` to its word that the site is live, when everything is built, in milliseconds.
fn warm_up() -> anyhow::Result<f64> {
    let once = || {
        let began = Instant::now();
        let mut xtask = Command::new(std::env::current_exe()?);
        xtask.args(["up", "--port", "0"]).stdout(std::process::Stdio::piped());
        let mut child = xtask.spawn()?;
        let output = std::io::BufReader::new(child.stdout.take().context("piped")?);
        let live = std::io::BufRead::lines(output).map_while(Result::ok).find(|line| line.contains("The site is live"));
        let took = began.elapsed();
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT)?;
        child.wait()?;
        live.context("`up` did not go live")?;
        Ok(took)
    };
    once()?;
    median(once)
}
