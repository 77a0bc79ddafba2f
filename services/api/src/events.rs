//! Events: `/v1/events`, as they happen, and from where a client left off.

mod feed;
mod stream;

pub(crate) use feed::Feed;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chassis::problem::Problem;
use contract::events::Event;

use crate::{error::Result, service::App, tokens::EventReader};
use stream::Reader;

/// Follow what happens
///
/// Server-sent events. Each has the event's `id`, its kind as `event`, and all of it as JSON in `data`. The stream begins
/// after the event that `Last-Event-ID` names, else with what happens from now on. A comment comes every 15 seconds.
#[utoipa::path(get, path = "/v1/events", tag = "events", security(("token" = [])),
    params(("Last-Event-ID" = Option<i64>, Header, description = "The last event that was seen.")),
    responses((status = 200, body = Event, content_type = "text/event-stream")))]
pub(crate) async fn stream(_: EventReader, State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let after = last_seen(&headers)?;
    let follower = app.feed.follow().await?;
    let reader = Reader::begin(app.store.clone(), follower, after).await?;
    let kind = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((kind, Body::from_stream(reader.into_stream())).into_response())
}

/// The last event that the client saw, if it says so.
fn last_seen(headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(value) = headers.get("last-event-id").filter(|value| !value.is_empty()) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|text| text.parse().ok()).filter(|id| *id >= 0);
    let problem = || Problem::new(StatusCode::BAD_REQUEST).detail("Last-Event-ID: expected a number");
    id.map(Some).ok_or_else(|| problem().into())
}
