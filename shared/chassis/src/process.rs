//! Where the factors meet: what every `main` calls, in the order that every process keeps.

mod admin;
mod context;
mod invocation;
mod run;
mod service;
mod usage;

pub use admin::AdminCommand;
pub use context::Context;
pub use run::{Foundation, Process, Running};
pub use service::Service;
pub use usage::{Arguments, UsageError};

use std::{io::Write as _, process::ExitCode};

use crate::{
    config::{self, Env, LiveConfig, Report, Sections as _},
    health::probe,
    lifecycle::Lifecycle,
    server::Server,
    telemetry::Telemetry,
    version::Version,
};
use invocation::Invocation;

/// Something broke.
const EXIT_FAILURE: u8 = 1;
/// The configuration is wrong: `EX_CONFIG` of `sysexits.h`.
pub const EXIT_CONFIG: u8 = 78;
/// The command line is wrong: `EX_USAGE` of `sysexits.h`.
pub const EXIT_USAGE: u8 = 64;

/// The sections that every service has.
type Common = (Server, Lifecycle, Telemetry, LiveConfig);

/// A whole process: reads the environment once, does what the command line asks, and reports how it went.
pub fn main<S: Service>() -> ExitCode {
    let env = Env::of_process();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut commands = S::commands();
    let usages: Vec<_> = commands.iter().map(|command| &command.usage).collect();
    let help = || invocation::help(S::NAME, S::ABOUT, &usages);
    match Invocation::parse(&arguments, &usages) {
        Ok(Invocation::Serve) => serve::<S>(&env),
        Ok(Invocation::Healthcheck) => healthcheck(S::NAME, &env),
        Ok(Invocation::Config { json: false }) => say(&config::as_markdown(&fields::<S>())),
        Ok(Invocation::Config { json: true }) => say(&config::as_json(&fields::<S>())),
        Ok(Invocation::Version) => say(&format!("{}\n", Version::of(S::NAME))),
        Ok(Invocation::Help) => say(&help()),
        Ok(Invocation::Admin(place, arguments)) => administer::<S>(&env, commands.swap_remove(place), arguments),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{}: {error}\n\n{}", S::NAME, help());
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// Every variable that the service reads.
fn fields<S: Service>() -> Vec<config::Field> {
    <(Common, S::Config)>::fields()
}

fn serve<S: Service>(env: &Env) -> ExitCode {
    let (process, (server, lifecycle, ..), config) = match start::<S>(env) {
        Ok(started) => started,
        Err(code) => return code,
    };
    process.run(Foundation { server: Some(server), lifecycle }, async |context: &Context| {
        let service = S::build(config, context).await?;
        let (routes, admin_routes) = (service.routes(), service.admin_routes());
        let context = context.clone();
        let work = async move { service.run(&context).await.map(|()| ExitCode::SUCCESS) };
        Ok(Running { routes, admin_routes, work: Box::pin(work) })
    })
}

/// Runs one of the service's own commands, and says when it is done.
fn administer<S: Service>(env: &Env, command: AdminCommand<S::Config>, arguments: Arguments) -> ExitCode {
    let (process, (_, lifecycle, ..), config) = match start::<S>(env) {
        Ok(started) => started,
        Err(code) => return code,
    };
    process.run_once(lifecycle, |context| {
        let work = (command.run)(config, context, arguments);
        async move { work.await.inspect(|()| tracing::info!(command = command.usage.name, "Command done")) }
    })
}

/// Starts to log, then reads the whole configuration, or ends with everything that is wrong with it.
fn start<S: Service>(env: &Env) -> Result<(Process, Common, S::Config), ExitCode> {
    let process = Process::start(Version::of(S::NAME), env);
    match config::load::<(Common, S::Config)>(env) {
        Ok(loaded) => {
            let (common, config) = loaded.config;
            for warning in loaded.warnings {
                tracing::warn!(variable = warning.variable, "{warning}");
            }
            Ok((process.following(common.2.rust_log.clone(), loaded.reload, loaded.origins), common, config))
        }
        Err(report) => Err(process.refuse(&report)),
    }
}

/// Asks the process that serves here whether it is alive.
pub fn healthcheck(name: &'static str, env: &Env) -> ExitCode {
    let outcome = config::read::<Server>(env)
        .map_err(|report| report.to_string())
        .and_then(|(server, _)| probe::ask(server.host, server.port, "/healthz"));
    match outcome {
        Ok(status) => say(&format!("{status}\n")),
        Err(reason) => {
            let _ = writeln!(std::io::stderr(), "{name}: not healthy: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Writes an answer for people to stdout.
pub fn say(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

impl Process {
    /// Ends a process whose configuration is wrong, with one line that names every variable.
    pub fn refuse(self, report: &Report) -> ExitCode {
        let variables: Vec<_> = report.problems().iter().map(|problem| problem.variable.as_str()).collect();
        tracing::error!(variables = variables.join(","), problems = %report, "Configuration refused");
        self.finish(ExitCode::from(EXIT_CONFIG))
    }
}
