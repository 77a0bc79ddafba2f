//! `POST /-/sync`: whoever knows the secret makes it look at the remote at once, and may wait for what comes of it.
//! Webhooks of forges may be sent here.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use chassis::{config::Secret, problem::Problem};
use contract::{Commit, forge};
use serde::Deserialize;
use serde_json::json;

use crate::{
    flags::GoDuration,
    sync::{Follower, Wake},
};

/// Calls that may come at once; after that, one in each [`REFILL`].
const BURST: u32 = 10;
const REFILL: Duration = Duration::from_secs(1);
/// What whoever does not wait, or not long enough, is told.
const SYNCING: &str = "Syncing\n";
/// How long a caller may wait for the sync.
const LONGEST: Duration = Duration::from_mins(1);

/// The secret and what it is good for.
#[derive(Clone)]
pub(crate) struct Trigger {
    token: Secret,
    /// A file with the secret, read at each call so that it can be rotated.
    file: Option<PathBuf>,
    wake: Wake,
    follower: Follower,
    names: Arc<Vec<String>>,
    bucket: Arc<Mutex<Bucket>>,
}

struct Bucket {
    left: u32,
    filled: Instant,
}

impl Trigger {
    /// A trigger of `wake` for pushes to one of these refs.
    pub(crate) fn new(token: &str, file: Option<PathBuf>, wake: Wake, follower: Follower, names: Vec<String>) -> Self {
        let bucket = Arc::new(Mutex::new(Bucket { left: BURST, filled: Instant::now() }));
        Self { token: Secret::new(token), file, wake, follower, names: Arc::new(names), bucket }
    }

    /// The route, or none without a secret: then nobody may call.
    pub(crate) fn routes(self) -> Router {
        if self.token.reveal().is_empty() && self.file.is_none() {
            return Router::new();
        }
        Router::new().route("/-/sync", post(sync)).with_state(self)
    }

    fn is_authentic(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let file = self.file.as_ref().and_then(|file| fs::read_to_string(file).ok());
        let secrets = [self.token.reveal(), file.as_deref().unwrap_or_default().trim_end()];
        forge::is_authentic(|name| headers.get(name)?.to_str().ok(), body, secrets)
    }

    /// Whether a call means one of the refs that are followed. One that names none means all.
    fn concerns_us(&self, body: &[u8]) -> bool {
        let Ok(Some(push)) = forge::push(body) else { return true };
        self.names.iter().any(|name| concerns(name, push.ref_name.as_str()))
    }

    fn may_call(&self, now: Instant) -> bool {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        while bucket.left < BURST && now.duration_since(bucket.filled) >= REFILL {
            bucket.left += 1;
            bucket.filled += REFILL;
        }
        if bucket.left == BURST {
            bucket.filled = now;
        }
        let may = bucket.left > 0;
        bucket.left -= u32::from(may);
        may
    }
}

/// Whether a push to `pushed` may move the followed ref `name`. `HEAD` may be any branch.
pub(crate) fn concerns(name: &str, pushed: &str) -> bool {
    let short = |name: &str| {
        let parts = ["refs/heads/", "refs/tags/", "heads/", "tags/"];
        parts.iter().find_map(|part| name.strip_prefix(part)).unwrap_or(name).to_owned()
    };
    name == "HEAD" || short(name) == short(pushed)
}

/// What may stand behind the path.
#[derive(Deserialize)]
struct Asked {
    /// How long to wait for the sync, as Go writes it; none for not at all.
    wait: Option<String>,
}

impl Asked {
    fn patience(&self) -> Option<Duration> {
        let wait = self.wait.as_deref().map_or(Some(Duration::ZERO), |wait| Some(GoDuration::parse(wait)?.duration()));
        wait.filter(|wait| *wait <= LONGEST)
    }
}

async fn sync(State(trigger): State<Trigger>, Query(asked): Query<Asked>, headers: HeaderMap, body: Bytes) -> Response {
    if !trigger.is_authentic(&headers, &body) {
        return Problem::new(StatusCode::UNAUTHORIZED).into_response();
    }
    if !trigger.concerns_us(&body) {
        return (StatusCode::OK, "Not a ref that is followed here\n").into_response();
    }
    let Some(patience) = asked.patience() else {
        return Problem::new(StatusCode::BAD_REQUEST)
            .detail("wait is a duration such as 10s, up to 1m")
            .into_response();
    };
    if !trigger.may_call(Instant::now()) {
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")], "Too many calls\n").into_response();
    }
    tracing::info!(from = "request", "Sync requested");
    if patience.is_zero() {
        trigger.wake.call();
        return (StatusCode::ACCEPTED, SYNCING).into_response();
    }
    let mut follower = trigger.follower.clone();
    let synced = follower.after(|| trigger.wake.call());
    match tokio::time::timeout(patience, synced).await {
        Err(_) => (StatusCode::ACCEPTED, SYNCING).into_response(),
        Ok(Some(Ok(published))) => Json(shown(&published)).into_response(),
        Ok(Some(Err(reason))) => Problem::new(StatusCode::FAILED_DEPENDENCY).detail(reason).into_response(),
        Ok(None) => Problem::unavailable(1).into_response(),
    }
}

/// What each ref shows, for the caller.
fn shown(published: &[(String, Commit)]) -> serde_json::Value {
    let refs = published.iter().map(|(name, commit)| json!({ "ref": name, "commit": commit.as_str() }));
    json!({ "published": refs.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::progress;

    #[test]
    fn a_push_concerns_whoever_follows_its_ref_by_any_name() {
        for (name, pushed) in [("main", "main"), ("refs/heads/main", "main"), ("HEAD", "any"), ("v1", "refs/tags/v1")] {
            assert!(concerns(name, pushed), "{name} {pushed}");
        }
        assert!(!concerns("main", "maintenance"));
    }

    #[test]
    fn calls_are_limited_and_come_back_with_time() {
        let trigger = Trigger::new("secret", None, Wake::default(), progress().1, vec!["main".to_owned()]);
        let start = Instant::now();
        assert!((0..BURST).all(|_| trigger.may_call(start)));
        assert!(!trigger.may_call(start));
        assert!(trigger.may_call(start + REFILL));
        assert!(!trigger.may_call(start + REFILL));
    }
}
