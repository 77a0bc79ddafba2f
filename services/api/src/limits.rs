//! Limits that every request meets until its answer begins: so many at once, and so long each. Streams have their own.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chassis::problem::Problem;
use tokio::{sync::Semaphore, time::timeout};

use crate::config::Limits;

/// When to come back, in seconds.
const LATER: u32 = 1;

/// The places for requests. Clones share them.
#[derive(Clone)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    patience: Duration,
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        let free = Arc::new(Semaphore::new(limits.request_limit));
        Self { free, patience: limits.request_timeout_seconds.duration() }
    }
}

/// Works on a request if there is a place for it, and gives up on it when it takes too long. Nobody queues: a client
/// that is told to come back later does so at a better time, or at another replica.
pub(crate) async fn hold(State(places): State<Places>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.free.try_acquire() else {
        return Problem::unavailable(LATER)
            .caused_by(anyhow::anyhow!("every place is taken (REQUEST_LIMIT)"))
            .into_response();
    };
    let answer = timeout(places.patience, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let cause = anyhow::anyhow!("it took longer than REQUEST_TIMEOUT_SECONDS");
        Problem::unavailable(LATER).caused_by(cause).into_response()
    })
}
