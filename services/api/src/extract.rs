//! What a request asks, read into types. What cannot be read is a problem that says where.

use axum::{
    extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery},
    http::request::Parts,
};
use chassis::problem::Problem;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The part of the URL after `?`.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        let query = AxumQuery::try_from_uri(&parts.uri);
        query
            .map(|AxumQuery(query)| Self(query))
            .map_err(|error| Problem::new(error.status()).detail(error.body_text()))
    }
}

/// The variable parts of the path.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Problem> {
        let path = AxumPath::from_request_parts(parts, state).await;
        path.map(|AxumPath(path)| Self(path)).map_err(|error| Problem::new(error.status()).detail(error.body_text()))
    }
}

/// How many are asked for: `default` where nothing is said, and never more than `most`.
pub(crate) fn limit(given: Option<u32>, default: u32, most: u32) -> Result<u32> {
    match given.unwrap_or(default) {
        0 => Err(Error::invalid("limit: expected 1 or more")),
        limit if limit > most => Err(Error::invalid(&format!("limit: expected {most} or less"))),
        limit => Ok(limit),
    }
}
