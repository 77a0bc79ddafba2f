//! The accept loop: timers that slow clients cannot outwait, a limit on connections, and an end that waits for replies.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tower::{Service, ServiceExt as _};

use crate::lifecycle::{Shutdown, Tasks};

/// How long a client may take to send its request's head, and how long an idle connection is kept: the two are one in
/// hyper. Longer than proxies keep theirs, a minute with most: who reuses a connection must be the one that closes it.
const HEAD_PATIENCE: Duration = Duration::from_secs(75);
/// How long to wait when the system has no descriptor left.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(50);

/// Serves `app` on `listener` until `stop`; then closes idle connections and waits for the others.
pub async fn serve<S>(listener: TcpListener, app: S, limit: usize, tasks: &Tasks, stop: &Shutdown)
where
    S: Service<Request, Response = Response, Error = std::convert::Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limit));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE);
    loop {
        let (stream, place) = tokio::select! {
            () = stop.requested() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let service = app.clone().map_request(|request: hyper::Request<Incoming>| request.map(Body::new));
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tasks.spawn_finite(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "Connection ended early");
            }
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, once there is a place for it. A system without descriptors is waited out.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (tokio::net::TcpStream, impl Sized + Send + use<>) {
    let place = Arc::clone(places).acquire_owned().await;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                return (stream, place);
            }
            Err(error) => {
                tracing::warn!(%error, "Connection not accepted");
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
}
