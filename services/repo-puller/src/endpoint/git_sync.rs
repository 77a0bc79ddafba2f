//! git-sync's endpoint on `--http-bind`: every path tells whether there was a good sync ever; metrics and profiles if
//! they are asked for.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context as _;
use axum::{Router, http::StatusCode, routing::get};
use chassis::{metrics::Metrics, process::Context, server};
use tokio::net::TcpListener;

/// Connections served at once.
const CONNECTIONS: usize = 256;

/// Whether there was a good sync ever. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Synced(Arc<AtomicBool>);

impl Synced {
    /// There was one.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is answered.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) metrics: bool,
    pub(crate) profiles: bool,
}

/// Opens the endpoint and serves it as long as the process lives.
pub(crate) async fn open(bind: &str, shown: Shown, synced: Synced, context: &Context) -> anyhow::Result<()> {
    let named = || format!("cannot listen on {bind} (--http-bind, GITSYNC_HTTP_BIND)");
    let listener = listen(bind).await.with_context(named)?;
    let address = listener.local_addr().with_context(named)?;
    tracing::info!(%address, listener = "git-sync", "Listening");
    let app = routes(shown, synced, context.metrics().clone());
    let (tasks, shutdown) = (context.tasks().clone(), context.shutdown().clone());
    context.tasks().spawn("endpoint", async move {
        server::serve(listener, app, CONNECTIONS, &tasks, &shutdown).await;
    });
    Ok(())
}

/// `:1234` means every address, by both protocols where there are both.
async fn listen(bind: &str) -> std::io::Result<TcpListener> {
    let Some(port) = bind.strip_prefix(':') else { return TcpListener::bind(bind).await };
    let port = port.parse().map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
    let any = |host: IpAddr| SocketAddr::new(host, port);
    match TcpListener::bind(any(Ipv6Addr::UNSPECIFIED.into())).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(any(Ipv4Addr::UNSPECIFIED.into())).await,
    }
}

fn routes(shown: Shown, synced: Synced, metrics: Metrics) -> Router {
    let mut routes = Router::new();
    if shown.metrics {
        let kind = [("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")];
        routes = routes.route("/metrics", get(async move || (kind, metrics.to_text())));
    }
    if shown.profiles {
        for path in ["", "cmdline", "profile", "symbol", "trace"] {
            routes = routes.route(&format!("/debug/pprof/{path}"), get(async || "There is nothing to profile here\n"));
        }
    }
    routes.fallback(
        async move || {
            if synced.0.load(Ordering::Relaxed) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
        },
    )
}
