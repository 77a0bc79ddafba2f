//! A process from its first line to its exit code.

use std::{future::Future, pin::Pin, process::ExitCode, time::Duration};

use anyhow::Context as _;
use axum::Router;
use tokio::runtime::{Builder, Runtime};

use super::{Context, EXIT_FAILURE, EXIT_USAGE, UsageError};
use crate::{
    config::{self, Env, Live, Origin, Reload},
    lifecycle::{Lifecycle, Shutdown, Signals},
    server::{self, Server},
    telemetry::{LogFilter, Reporting},
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
    followed: Option<Followed>,
}

/// The live configuration of a process.
struct Followed {
    rust_log: Live<LogFilter>,
    reload: Reload,
    origins: Vec<(String, Origin)>,
}

impl Process {
    /// Starts telemetry, so that everything after it is logged.
    pub fn start(version: Version, env: &Env) -> Self {
        Self { reporting: Reporting::start(version.name, env), version, followed: None }
    }

    /// Follows the sources of the configuration, and its log filter, for as long as the process runs.
    #[must_use]
    pub fn following(self, rust_log: Live<LogFilter>, reload: Reload, origins: Vec<(String, Origin)>) -> Self {
        Self { followed: Some(Followed { rust_log, reload, origins }), ..self }
    }

    /// Builds and runs a service, stops it in order, and says how it went.
    pub fn run(self, on: Foundation, build: impl AsyncFnOnce(&Context) -> anyhow::Result<Running>) -> ExitCode {
        self.conclude(on, ExitCode::SUCCESS, build)
    }

    /// Runs one-off work that listens nowhere. Cut off by a shutdown, it has failed.
    pub(super) fn run_once<F>(self, lifecycle: Lifecycle, work: impl FnOnce(Context) -> F) -> ExitCode
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.conclude(Foundation { server: None, lifecycle }, ExitCode::FAILURE, async |context: &Context| {
            let work = work(context.clone());
            let work = Box::pin(async move { work.await.map(|()| ExitCode::SUCCESS) });
            Ok(Running { routes: Router::new(), admin_routes: Router::new(), work })
        })
    }

    fn conclude(
        mut self,
        on: Foundation,
        cut_off: ExitCode,
        build: impl AsyncFnOnce(&Context) -> anyhow::Result<Running>,
    ) -> ExitCode {
        let runtime = match Builder::new_multi_thread().enable_all().build().context("the runtime cannot start") {
            Ok(runtime) => runtime,
            Err(error) => return self.fail(&error, EXIT_FAILURE),
        };
        let context = Context::new(self.version.clone());
        let followed = self.followed.take();
        let outcome = runtime.block_on(async {
            let signals = Signals::catch().context("signals cannot be caught")?;
            if let Some(followed) = followed {
                followed.begin(&self.reporting, &context).context("the configuration cannot be followed")?;
            }
            tokio::select! {
                biased;
                outcome = live(on, &context, cut_off, build) => outcome,
                () = signals.watch(context.shutdown()) => Ok(ExitCode::from(EXIT_INTERRUPTED)),
            }
        });
        end(runtime);
        match outcome {
            Err(error) if error.is::<UsageError>() => self.fail(&error, EXIT_USAGE),
            Err(error) => self.fail(&error, EXIT_FAILURE),
            Ok(_) if context.shutdown().failure().is_some() => self.finish(ExitCode::FAILURE),
            Ok(code) => self.finish(code),
        }
    }

    /// Flushes what was said and hands over the exit code.
    pub fn finish(self, code: ExitCode) -> ExitCode {
        self.reporting.finish();
        code
    }

    fn fail(self, error: &anyhow::Error, code: u8) -> ExitCode {
        tracing::error!(error = format!("{error:#}"), "Process failed");
        self.finish(ExitCode::from(code))
    }
}

impl Followed {
    fn begin(self, reporting: &Reporting, context: &Context) -> std::io::Result<()> {
        reporting.keep_to(&self.rust_log, context);
        for (variable, origin) in self.origins {
            tracing::debug!(variable, %origin, "Variable set");
        }
        config::follow(self.reload, context)
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
    cut_off: ExitCode,
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
        // First: work that ends because of the request has not ended by itself, and must not cut the drain short.
        biased;
        () = shutdown.requested() => None,
        outcome = &mut work => Some(outcome),
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
        return Ok(cut_off);
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

/// Serves the public routes until `stop`.
fn listen(socket: tokio::net::TcpListener, app: Router, config: &Server, context: &Context, stop: &Shutdown) {
    let (tasks, stop, limit) = (context.tasks().clone(), stop.clone(), config.connection_limit);
    context.tasks().spawn_finite(async move { server::serve(socket, app, limit, &tasks, &stop).await });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Seconds;

    fn once<F>(work: impl FnOnce(Context) -> F) -> ExitCode
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let lifecycle = Lifecycle { drain_seconds: Seconds::new(60), shutdown_seconds: Seconds::new(0) };
        Process::start(Version::of("test"), &Env::default()).run_once(lifecycle, work)
    }

    #[test]
    fn one_off_work_ends_with_0_with_1_or_with_64_for_a_wrong_argument() {
        assert_eq!(once(async |_| Ok(())), ExitCode::SUCCESS);
        assert_eq!(once(async |_| Err(anyhow::anyhow!("away"))), ExitCode::FAILURE);
        assert_eq!(once(async |_| Err(UsageError("ID is not valid".into()).into())), ExitCode::from(64));
    }

    #[test]
    fn one_off_work_that_a_shutdown_cuts_off_has_failed() {
        let code = once(async |context: Context| {
            context.shutdown().request();
            std::future::pending().await
        });
        assert_eq!(code, ExitCode::FAILURE);
    }
}
