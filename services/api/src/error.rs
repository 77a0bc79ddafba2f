//! What can go wrong in a request, and what the client is told of it.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chassis::problem::Problem;

/// When to ask again, in seconds, while Postgres is away.
const LATER: u32 = 2;

/// A request that failed.
#[derive(Debug)]
pub(crate) struct Error(Problem);

/// What a handler returns.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A number or a text that is out of bounds.
    pub(crate) fn invalid(detail: &str) -> Self {
        Self(Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail(detail))
    }

    /// A body that is not what it should be.
    pub(crate) fn unread(error: &serde_json::Error) -> Self {
        let status = if error.is_data() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
        Self(Problem::new(status).detail(error.to_string()))
    }

    /// An error that several requests share, because they waited for the same answer.
    pub(crate) fn from_shared(error: Arc<store::Error>) -> Self {
        let problem = match &*error {
            store::Error::Unavailable(_) => Problem::unavailable(LATER),
            store::Error::Invalid(detail) => return Self::invalid(detail),
            store::Error::Failed(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR),
        };
        Self(problem.caused_by(error))
    }

    /// There is no such thing.
    pub(crate) fn not_found(detail: &str) -> Self {
        Self(Problem::not_found().detail(detail))
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::from_shared(Arc::new(error))
    }
}

impl From<queue::Error> for Error {
    fn from(error: queue::Error) -> Self {
        Self(match error {
            queue::Error::Unavailable(_) => Problem::unavailable(LATER).caused_by(error),
            queue::Error::Failed(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).caused_by(error),
        })
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
