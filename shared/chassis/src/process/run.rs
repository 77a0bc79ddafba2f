//! A process from its first line to its exit code.

use std::{future::Future, pin::Pin, process::ExitCode, time::Duration};

use anyhow::Context as _;
use axum::Router;
use tokio::runtime::{Builder, Runtime};

use super::Context;
use crate::{
    config::Env,
    lifecycle::{Lifecycle, Shutdown, Signals},
    server::{self, Observe, Server},
    telemetry::Reporting,
    version::Version,
};

/// The second signal ended it: as a shell would report an interrupted program.
const EXIT_INTERRUPTED: u8 = 130;

/// What a process stands on.
pub struct Foundation {
    /// Where it listens; nowhere if none.
    pub server: Option<Server>,
    /// How it stops.
    pub lifecycle: Lifecycle,
}

/// A service that is built and about to work.
pub struct Running {
    /// What it answers on `PORT`.
    pub routes: Router,
    /// What it answers on `ADMIN_PORT`.
    pub admin_routes: Router,
    /// Its work. When it ends before a shutdown is requested, it requests one.
    pub work: Pin<Box<dyn Future<Output = anyhow::Result<ExitCode>> + Send>>,
}

/// A started process: it logs, and has not read its configuration yet.
pub struct Process {
    reporting: Reporting,
    version: Version,
}

impl Process {
    /// Starts telemetry, so that everything after it is logged.
    pub fn start(version: Version, env: &Env) -> Self {
        Self { reporting: Reporting::start(version.name, env), version }
    }

    /// Builds and runs a service, stops it in order, and says how it went.
    pub fn run(self, on: Foundation, build: impl AsyncFnOnce(&Context) -> anyhow::Result<Running>) -> ExitCode {
        let runtime = match Builder::new_multi_thread().enable_all().build().context("the runtime cannot start") {
            Ok(runtime) => runtime,
            Err(error) => return self.fail(&error),
        };
        let context = Context::new(self.version.clone());
        let outcome = runtime.block_on(async {
            let signals = Signals::catch().context("signals cannot be caught")?;
            tokio::select! {
                biased;
                outcome = live(on, &context, build) => outcome,
                () = signals.watch(context.shutdown()) => Ok(ExitCode::from(EXIT_INTERRUPTED)),
            }
        });
        end(runtime);
        match outcome {
            Err(error) => self.fail(&error),
            Ok(_) if context.shutdown().failure().is_some() => self.finish(ExitCode::FAILURE),
            Ok(code) => self.finish(code),
        }
    }

    /// Flushes what was said and hands over the exit code.
    pub fn finish(self, code: ExitCode) -> ExitCode {
        self.reporting.finish();
        code
    }

    fn fail(self, error: &anyhow::Error) -> ExitCode {
        tracing::error!(error = format!("{error:#}"), "Process failed");
        self.finish(ExitCode::FAILURE)
    }
}

/// Ends what still runs on the runtime without waiting for it: the orderly part is over.
fn end(runtime: Runtime) {
    runtime.shutdown_timeout(Duration::from_millis(100));
}

/// Everything between the first signal handler and the last reply.
async fn live(
    on: Foundation,
    context: &Context,
    build: impl AsyncFnOnce(&Context) -> anyhow::Result<Running>,
) -> anyhow::Result<ExitCode> {
    let (stop, shutdown) = (Shutdown::default(), context.shutdown());
    let sockets = match &on.server {
        Some(config) => Some(bind(config).await?),
        None => None,
    };
    let Running { routes, admin_routes, work } = build(context).await?;
    if let (Some((public, admin)), Some(config)) = (sockets, &on.server) {
        listen(public, server::public(routes, config, context), config, context, &stop);
        if let Some(socket) = admin {
            let app = server::admin(admin_routes, context.metrics().clone());
            let (tasks, stop, limit) = (context.tasks().clone(), stop.clone(), config.connection_limit);
            context.tasks().spawn_finite(async move { server::serve(socket, app, limit, &tasks, &stop).await });
        }
    }
    let version = context.version();
    tracing::info!(version = version.version, commit = version.commit, build = version.build, "Started");
    let mut work = work;
    let ended = tokio::select! {
        outcome = &mut work => Some(outcome),
        () = shutdown.requested() => None,
    };
    shutdown.request();
    if ended.is_none() && on.server.is_some() {
        tokio::time::sleep(on.lifecycle.drain()).await;
    }
    stop.request();
    let rest = async {
        let outcome = match ended {
            Some(outcome) => outcome,
            None => work.await,
        };
        context.tasks().wait(Duration::MAX).await;
        outcome
    };
    let Ok(outcome) = tokio::time::timeout(on.lifecycle.deadline(), rest).await else {
        tracing::warn!(seconds = on.lifecycle.deadline().as_secs_f64(), "Stopped with work left behind");
        return Ok(ExitCode::SUCCESS);
    };
    outcome.inspect(|_| tracing::info!("Stopped"))
}

type Sockets = (tokio::net::TcpListener, Option<tokio::net::TcpListener>);

async fn bind(config: &Server) -> anyhow::Result<Sockets> {
    let public = server::bind(config.host, config.port, "public").await?;
    let admin = match config.admin_port {
        Some(port) => Some(server::bind(config.host, port, "admin").await?),
        None => None,
    };
    Ok((public, admin))
}

/// Serves the public routes, observed, until `stop`.
fn listen(socket: tokio::net::TcpListener, routes: Router, config: &Server, context: &Context, stop: &Shutdown) {
    let app = Observe::new(routes, context.metrics());
    let (tasks, stop, limit) = (context.tasks().clone(), stop.clone(), config.connection_limit);
    context.tasks().spawn_finite(async move { server::serve(socket, app, limit, &tasks, &stop).await });
}
