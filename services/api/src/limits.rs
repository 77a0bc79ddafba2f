//! Limits that every request meets until its answer begins: so many at once, and so long each. Streams have their own.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chassis::{
    config::{Live, Seconds},
    problem::Problem,
};
use tokio::time::timeout;

use crate::{config::Limits, places::Places};

/// When to come back, in seconds.
const LATER: u32 = 1;

/// The limits for requests. Clones share them.
#[derive(Clone)]
pub(crate) struct Hold {
    places: Places,
    patience: Live<Seconds>,
}

impl Hold {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { places: Places::new(limits.request_limit.clone()), patience: limits.request_timeout_seconds.clone() }
    }
}

/// Works on a request if there is a place for it, and gives up on it when it takes too long. Nobody queues: a client
/// that is told to come back later does so at a better time, or at another replica.
pub(crate) async fn hold(State(held): State<Hold>, request: Request, next: Next) -> Response {
    let Some(_place) = held.places.take() else {
        return Problem::unavailable(LATER)
            .caused_by(anyhow::anyhow!("every place is taken (REQUEST_LIMIT)"))
            .into_response();
    };
    let answer = timeout(held.patience.load().duration(), next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let cause = anyhow::anyhow!("it took longer than REQUEST_TIMEOUT_SECONDS");
        Problem::unavailable(LATER).caused_by(cause).into_response()
    })
}
