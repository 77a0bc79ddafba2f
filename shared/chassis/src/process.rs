//! Where the factors meet: what every `main` calls, in the order that every process keeps.

mod context;
mod invocation;
mod run;
mod service;

pub use context::Context;
pub use run::{Foundation, Process, Running};
pub use service::Service;

use std::{io::Write as _, process::ExitCode};

use crate::{
    config::{self, Env, Report, Sections as _},
    health::probe,
    lifecycle::Lifecycle,
    server::Server,
    telemetry::Telemetry,
    version::Version,
};
use invocation::Invocation;

/// The configuration is wrong: `EX_CONFIG` of `sysexits.h`.
pub const EXIT_CONFIG: u8 = 78;
/// The command line is wrong: `EX_USAGE` of `sysexits.h`.
pub const EXIT_USAGE: u8 = 64;

/// The sections that every service has.
type Common = (Server, Lifecycle, Telemetry);

/// A whole process: reads the environment once, does what the command line asks, and reports how it went.
pub fn main<S: Service>() -> ExitCode {
    let env = Env::of_process();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Invocation::parse(&arguments) {
        Ok(Invocation::Serve) => serve::<S>(&env),
        Ok(Invocation::Healthcheck) => healthcheck(S::NAME, &env),
        Ok(Invocation::Config { json: false }) => say(&config::as_markdown(&fields::<S>())),
        Ok(Invocation::Config { json: true }) => say(&config::as_json(&fields::<S>())),
        Ok(Invocation::Version) => say(&format!("{}\n", Version::of(S::NAME))),
        Ok(Invocation::Help) => say(&invocation::help(S::NAME, S::ABOUT)),
        Err(unknown) => {
            let _ = writeln!(
                std::io::stderr(),
                "{}: unknown argument: {unknown}\n\n{}",
                S::NAME,
                invocation::help(S::NAME, S::ABOUT)
            );
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// Every variable that the service reads.
fn fields<S: Service>() -> Vec<config::Field> {
    <(Common, S::Config)>::fields()
}

fn serve<S: Service>(env: &Env) -> ExitCode {
    let process = Process::start(Version::of(S::NAME), env);
    let ((server, lifecycle, _), config) = match config::read::<(Common, S::Config)>(env) {
        Ok((config, warnings)) => {
            for warning in warnings {
                tracing::warn!(variable = warning.variable, "{warning}");
            }
            config
        }
        Err(report) => return process.refuse(&report),
    };
    process.run(Foundation { server: Some(server), lifecycle }, async |context: &Context| {
        let service = S::build(config, context).await?;
        let (routes, admin_routes) = (service.routes(), service.admin_routes());
        let context = context.clone();
        let work = async move { service.run(&context).await.map(|()| ExitCode::SUCCESS) };
        Ok(Running { routes, admin_routes, work: Box::pin(work) })
    })
}

/// Asks the process that serves here whether it is alive.
fn healthcheck(name: &'static str, env: &Env) -> ExitCode {
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
fn say(text: &str) -> ExitCode {
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
