//! What is asked of the process: serve, or answer something and end. The command line is git-sync's, and a little more.

use std::{io::Write as _, process::ExitCode};

use chassis::{
    config::{self, Env, LiveConfig, Sections as _},
    lifecycle::Lifecycle,
    process::{Context, Foundation, Process, healthcheck, say},
    server::Server,
    telemetry::Telemetry,
    version::Version,
};
use client::outbound::Outbound;
use rustix::fs::Mode;

use crate::{
    child, first,
    flags::{self, Flags},
    report::ErrorFile,
    service,
    settings::Settings,
};

/// What every process is told, and the puller beside git-sync's flags.
type Sections = ((Server, Lifecycle, Telemetry, LiveConfig), service::Sections);

const NAME: &str = "repo-puller";
/// git-sync's exit code for a command line that it cannot read.
const EXIT_USAGE: u8 = 2;
/// From this `--verbose` on, every run of git is logged.
const VERBOSE: i64 = 5;

/// A whole process.
pub fn main() -> ExitCode {
    if let Some(code) = child::become_program().or_else(first::look_after_child) {
        return code;
    }
    let env = Env::of_process();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["healthcheck"] => healthcheck(NAME, &env),
        ["config"] => say(&format!("{}\n{}", flags::as_markdown(), config::as_markdown(&fields()))),
        ["config", "--json"] => say(&reference()),
        ["serve", ..] => serve(&arguments[1..], &env),
        _ => serve(&arguments, &env),
    }
}

/// The variables beside git-sync's.
fn fields() -> Vec<config::Field> {
    Sections::fields()
}

/// Every flag and variable, as one JSON array.
fn reference() -> String {
    let read = |text: &str| serde_json::from_str::<Vec<serde_json::Value>>(text).unwrap_or_default();
    let all: Vec<_> = read(&flags::as_json()).into_iter().chain(read(&config::as_json(&fields()))).collect();
    format!("{:#}\n", serde_json::Value::Array(all))
}

fn serve(arguments: &[String], env: &Env) -> ExitCode {
    let (flags, warnings) = match flags::parse(arguments, env) {
        Ok(read) => read,
        Err(flags::Error::Usage(reason)) => {
            complain(&format!("{reason}\n{}{reason}", flags::help()));
            return ExitCode::from(EXIT_USAGE);
        }
        Err(flags::Error::Variable(reason)) => {
            complain(&format!("FATAL: {reason}"));
            return ExitCode::FAILURE;
        }
    };
    match &flags {
        Flags { version: true, .. } => say(&format!("{}\n", Version::of(NAME))),
        Flags { help: true, .. } => say(&flags::help()),
        Flags { man: true, .. } => say(&flags::manual()),
        _ => pull(flags, &warnings, env),
    }
}

fn pull(flags: Flags, warnings: &[String], env: &Env) -> ExitCode {
    rustix::process::umask(Mode::from_raw_mode(if flags.group_write { 0o002 } else { 0o022 }));
    let verbose = with_verbosity(env, flags.verbose);
    let process = Process::start(Version::of(NAME), &verbose);
    for warning in warnings {
        tracing::warn!(warning, "Flag or variable is outdated or unknown");
    }
    let (process, foundation, sections) = match read(process, &verbose) {
        Ok(read) => read,
        Err(code) => return code,
    };
    let error_file = ErrorFile::of(&flags.root, &flags.error_file);
    let outbound = match Outbound::new(&sections.0) {
        Ok(outbound) => outbound,
        Err(error) => {
            tracing::error!(%error, "No way out");
            return process.finish(ExitCode::FAILURE);
        }
    };
    match Settings::from_flags(flags, env, &outbound) {
        Ok(settings) => process.run(foundation, async |context: &Context| {
            let running = service::build(settings, sections, outbound, context).await;
            running.inspect_err(|error| error_file.write("cannot start", &format!("{error:#}")))
        }),
        Err(problems) => {
            tracing::error!(problems, "Configuration refused");
            error_file.write_text(&problems);
            process.finish(ExitCode::FAILURE)
        }
    }
}

/// What the process stands on, and what it is told beside the flags. It listens only where it is told to: git-sync's
/// users know of no `PORT`.
///
/// # Errors
/// How the process ended, when something is wrong with it.
fn read(process: Process, env: &Env) -> Result<(Process, Foundation, service::Sections), ExitCode> {
    let loaded = match config::load::<Sections>(env) {
        Ok(loaded) => loaded,
        Err(report) => return Err(process.refuse(&report)),
    };
    let ((server, lifecycle, telemetry, _), sections) = loaded.config;
    let process = process.following(telemetry.rust_log, loaded.reload, loaded.origins);
    let listens = env.value("PORT").is_some() || env.value("ADMIN_PORT").is_some();
    Ok((process, Foundation { server: listens.then_some(server), lifecycle }, sections))
}

/// The environment with a log filter that fits `--verbose`, unless it has one.
fn with_verbosity(env: &Env, verbose: i64) -> Env {
    let mut variables: Vec<(String, String)> =
        env.names().filter_map(|name| Some((name.to_owned(), env.value(name)?.to_owned()))).collect();
    if verbose >= VERBOSE && env.value("RUST_LOG").is_none() {
        variables.push(("RUST_LOG".to_owned(), "info,repo_puller=debug".to_owned()));
    }
    variables.into_iter().collect()
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
