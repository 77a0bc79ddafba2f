//! `cargo xtask up`: the whole suite, live, each service a process of its own as it is anywhere.

mod options;
mod processes;
mod state;

use std::{
    fs::File,
    io::Read as _,
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use harness::{
    backing::{Data, Postgres, Redis},
    executables::{self, Profile},
    plan::Plan,
};
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
    options.check_port()?;
    let source = Source::of(options.repo.as_deref(), state.folder())?;
    note(&options, &format!("Publishing {}", source.name()));
    let backing = thread::spawn(Backing::start);
    let folder = executables::build_aloud(Profile::Debug)?;
    note(
        &options,
        &format!(
            "Built after {:.1} s (the debug build: for figures, see `cargo xtask bench`)",
            began.elapsed().as_secs_f64()
        ),
    );
    let backing = backing.join().ok().context("the backing services could not be started")??;
    let plan = backing.plan(folder, &source, &options)?;
    let (events, happened) = mpsc::channel();
    listen_for_signals(events.clone())?;
    let said = Mutex::new(events.clone());
    let listener =
        Arc::new(move |line| said.lock().unwrap_or_else(PoisonError::into_inner).send(Event::Said(line)).is_ok());
    let mut processes = match Processes::start(&plan, &options, &state, listener) {
        Ok(processes) => processes,
        Err(error) => {
            show_rest(&happened, &options);
            return Err(error);
        }
    };
    let wanted = format!("{} at {}", source.name(), plan.reference);
    if let Source::Folder(snapshots) = source {
        follow(snapshots, events);
    }
    let outcome = watch(&happened, &mut processes, &options, &state, (began, &wanted));
    processes.end();
    backing.end();
    outcome
}

/// Shows what is said until something ends it.
fn watch(
    happened: &mpsc::Receiver<Event>,
    processes: &mut Processes,
    options: &Options,
    state: &State,
    (began, wanted): (Instant, &str),
) -> anyhow::Result<ExitCode> {
    let (mut is_live, mut trouble) = (false, String::new());
    loop {
        match happened.recv_timeout(Duration::from_millis(50)) {
            Ok(Event::Said(said)) => {
                crate::say(&render::line(options.style, said.index, said.name, &said.text));
                let error = if is_live { None } else { pull_error(&said) };
                if let Some(error) = error.filter(|error| *error != trouble) {
                    note(options, &format!("\nNothing to show of {wanted} yet: {error}\nCtrl-C ends it.\n"));
                    trouble = error;
                }
                if !is_live && said.name == "web" && said.text.contains("\"message\":\"Revision live\"") {
                    is_live = true;
                    let (url, seconds) = (processes.site_url(), began.elapsed().as_secs_f64());
                    state.tell(&url);
                    let api = processes.api_url();
                    note(
                        options,
                        &format!(
                            "\nThe site is live after {seconds:.1} s: {url}\nIts api: {api}/docs\nCtrl-C ends it.\n"
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
            show_rest(happened, options);
            let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
            note(options, &format!("{name} ended ({status}), so the others are ended too"));
            return Ok(ExitCode::from(code.max(1)));
        }
    }
}

/// Why the puller of the pages has nothing, if this line says so.
fn pull_error(said: &Said) -> Option<String> {
    let text = (said.name == "web puller").then_some(&said.text)?;
    let line: serde_json::Value = serde_json::from_str(text).ok()?;
    line["error"].as_str().filter(|_| line["level"] == "WARN" || line["level"] == "ERROR").map(str::to_owned)
}

/// PostgreSQL and Redis: given, or private children of this process that end with it.
struct Backing {
    postgres: Postgres,
    redis: Redis,
}

impl Backing {
    fn start() -> anyhow::Result<Self> {
        let redis = thread::spawn(Redis::given_or_private);
        let postgres = Postgres::given_or(Data::Kept("postgres".to_owned())).context("PostgreSQL")?;
        let redis = redis.join().ok().context("Redis could not be started")?.context("Redis")?;
        Ok(Self { postgres, redis })
    }

    /// Ends both at once.
    fn end(self) {
        let redis = self.redis;
        let ending = thread::spawn(move || drop(redis));
        drop(self.postgres);
        let _ = ending.join();
    }

    /// How the services are started on them.
    fn plan(&self, bin: std::path::PathBuf, source: &Source, options: &Options) -> anyhow::Result<Plan> {
        let mut token = [0; 16];
        File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut token)).context("no random token")?;
        Ok(Plan {
            bin,
            repo: source.url(),
            reference: options.reference.clone().unwrap_or_else(|| "HEAD".to_owned()),
            period: source.period().to_owned(),
            token: token.iter().map(|byte| format!("{byte:02x}")).collect(),
            database_url: self.postgres.kept_database(&State::database(&source.url()))?,
            redis_url: Some(self.redis.url().to_owned()),
        })
    }
}

/// Shows what was said and not shown yet.
fn show_rest(happened: &mpsc::Receiver<Event>, options: &Options) {
    while let Ok(Event::Said(said)) = happened.recv_timeout(Duration::from_millis(100)) {
        crate::say(&render::line(options.style, said.index, said.name, &said.text));
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
