//! Open pages hear of new revisions, as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};

use crate::pages::Pages;

/// How often a quiet stream says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// The served revision now, and each one after it, until the process is asked to stop.
pub(crate) async fn events(State(pages): State<Pages>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut revisions = pages.revisions.clone();
    revisions.mark_changed();
    let shutdown = pages.context.shutdown().clone();
    let stream = stream::unfold((revisions, shutdown), async |(mut revisions, shutdown)| {
        loop {
            tokio::select! {
                () = shutdown.requested() => return None,
                changed = revisions.changed() => changed.ok()?,
            }
            let revision = revisions.borrow_and_update().clone();
            if let Some(revision) = revision {
                let event = Event::default().event("revision").data(revision).retry(Duration::from_secs(2));
                return Some((Ok(event), (revisions, shutdown)));
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}
