//! `cargo xtask up`: the whole suite, live, each service a process of its own as it is anywhere.

mod options;
mod processes;
mod state;

use std::{
    process::ExitCode,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use harness::executables::{self, Profile};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::{
    render::{self, Style},
    source::{Snapshots, Source},
};
use options::Options;
use processes::{Processes, Said};
use state::State;

/// How often an edited folder is looked at.
const LOOK: Duration = Duration::from_millis(300);

/// What can happen while the suite runs.
enum Event {
    Said(Said),
    Stop,
    Trouble(String),
}

/// Publishes until Ctrl-C, or until a service ends.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<ExitCode> {
    let Some(options) = Options::parse(arguments)? else {
        crate::say(options::HELP);
        return Ok(ExitCode::SUCCESS);
    };
    let began = Instant::now();
    let state = State::lock()?;
    let source = Source::of(options.repo.as_deref(), state.folder())?;
    note(&options, &format!("Publishing {}", source.name()));
    let folder = executables::build(Profile::Debug)?;
    note(
        &options,
        &format!(
            "Built after {:.1} s (the debug build: for figures, see `cargo xtask bench`)",
            began.elapsed().as_secs_f64()
        ),
    );
    let (events, happened) = mpsc::channel();
    listen_for_signals(events.clone())?;
    let said = events.clone();
    let mut processes =
        Processes::start(&folder, &source, &options, &state, move |line| said.send(Event::Said(line)).is_ok())?;
    if let Source::Folder(snapshots) = source {
        follow(snapshots, events);
    }
    let outcome = watch(&happened, &mut processes, &options, &state, began);
    processes.end();
    outcome
}

/// Shows what is said until something ends it.
fn watch(
    happened: &mpsc::Receiver<Event>,
    processes: &mut Processes,
    options: &Options,
    state: &State,
    began: Instant,
) -> anyhow::Result<ExitCode> {
    let mut is_live = false;
    loop {
        match happened.recv_timeout(Duration::from_millis(50)) {
            Ok(Event::Said(said)) => {
                crate::say(&render::line(options.style, said.index, said.name, &said.text));
                if let Some(url) = processes.live(&said).filter(|_| !is_live) {
                    is_live = true;
                    state.tell(&url);
                    note(
                        options,
                        &format!(
                            "\nThe site is live after {:.1} s: {url}\nCtrl-C ends it.\n",
                            began.elapsed().as_secs_f64()
                        ),
                    );
                }
            }
            Ok(Event::Stop) => {
                note(options, "Ending");
                return Ok(ExitCode::SUCCESS);
            }
            Ok(Event::Trouble(text)) => note(options, &text),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        if let Some((name, status)) = processes.ended() {
            while let Ok(Event::Said(said)) = happened.recv_timeout(Duration::from_millis(100)) {
                crate::say(&render::line(options.style, said.index, said.name, &said.text));
            }
            let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
            note(options, &format!("{name} ended ({status}), so the others are ended too"));
            return Ok(ExitCode::from(code.max(1)));
        }
    }
}

/// Ctrl-C and SIGTERM become an event; a second one ends this program as it would any other.
fn listen_for_signals(events: Sender<Event>) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for _ in &mut signals {
            let _ = events.send(Event::Stop);
        }
    });
    Ok(())
}

/// Commits the folder whenever it has changed and held still for a moment.
fn follow(snapshots: Snapshots, events: Sender<Event>) {
    thread::spawn(move || {
        let (mut committed, mut last) = (snapshots.state(), 0);
        loop {
            thread::sleep(LOOK);
            let now = snapshots.state();
            if now != committed && now == last {
                match snapshots.commit() {
                    Ok(()) => committed = now,
                    Err(error) => drop(events.send(Event::Trouble(format!("The change is not published: {error:#}")))),
                }
            }
            last = now;
        }
    });
}

/// Says something of xtask's own.
fn note(options: &Options, text: &str) {
    let text = if options.style == Style::Colour { format!("\x1b[1m{text}\x1b[0m\n") } else { format!("{text}\n") };
    crate::say(&text);
}
