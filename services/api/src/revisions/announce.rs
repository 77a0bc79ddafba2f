//! An announcement: accepted and enqueued in one transaction.

use axum::{Json, body::Bytes, extract::State, http::HeaderMap};
use chassis::telemetry::traceparent;
use contract::{
    Commit, RefName,
    jobs::IndexRevision,
    revisions::{Announced, Announcement},
};
use serde::Deserialize;
use store::revisions::Basis;
use utoipa::IntoParams;

use crate::{
    error::{Error, Result},
    extract::Query,
    service::App,
    tokens::Announcer,
};

/// How a stock git-sync tells a commit: with this header and no body.
const GITSYNC_HASH: &str = "gitsync-hash";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Followed {
    /// The ref that a stock git-sync follows. `HEAD` where nothing is said. Without meaning beside a body.
    #[serde(rename = "ref")]
    ref_name: Option<RefName>,
}

/// Announce a revision
///
/// Tells which commit a puller of a ref publishes now, and which it published before. It may be repeated: what is the
/// target already changes nothing. The answer names the target; a puller whose commit is another one looks at its remote
/// again, and announces anew with `from` = `target`.
///
/// A stock git-sync can be pointed here as well (`--webhook-url`, the token as the password in the URL): it sends the
/// header `Gitsync-Hash` and no body, and is believed.
#[utoipa::path(post, path = "/v1/revisions", tag = "revisions", params(Followed), request_body = Option<Announcement>,
    security(("token" = [])), responses((status = 200, body = Announced)))]
pub(crate) async fn announce(
    _: Announcer,
    State(app): State<App>,
    Query(followed): Query<Followed>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Announced>> {
    let (ref_name, basis, to) = match headers.get(GITSYNC_HASH) {
        Some(hash) if body.is_empty() => by_gitsync(followed, hash.to_str().unwrap_or_default())?,
        _ => by_body(&body)?,
    };
    let mut tx = app.store.begin().await?;
    let revisions = app.store.revisions();
    let outcome = revisions.announce(&mut tx, &ref_name, basis, &to, traceparent().as_deref()).await?;
    if let Some(revision) = outcome.to_index {
        let job = IndexRevision { revision, ref_name: ref_name.clone(), commit: to.clone() };
        app.queue.enqueue(&mut tx, &job).await?;
    }
    app.store.commit(tx).await?;
    let Announced { target, accepted } = &outcome.announced;
    tracing::info!(revisions.r#ref = %ref_name, revisions.commit = %to, %target, accepted, "Revision announced");
    Ok(Json(outcome.announced))
}

fn by_body(body: &[u8]) -> Result<(RefName, Basis, Commit)> {
    let announcement = serde_json::from_slice::<Announcement>(body);
    let Announcement { ref_name, from, to } = announcement.map_err(|error| Error::unread(&error))?;
    Ok((ref_name, from.into(), to))
}

fn by_gitsync(followed: Followed, hash: &str) -> Result<(RefName, Basis, Commit)> {
    let invalid = |error: contract::Invalid| Error::invalid(&format!("{GITSYNC_HASH}: {error}"));
    let ref_name = followed.ref_name.map_or_else(|| "HEAD".parse(), Ok).map_err(invalid)?;
    Ok((ref_name, Basis::Target, hash.parse().map_err(invalid)?))
}
