//! The api's events: a push makes us look at once, and again while the forge does not show the commit yet.

use std::time::Duration;

use chassis::lifecycle::{Shutdown, Tasks};
use client::api::Api;
use contract::{Commit, events::Change};
use tokio::sync::watch;

use super::Looked;
use crate::{endpoint::concerns, sync::Wake};

/// When to look again for a commit that is not there yet: a forge's replica may be behind its webhook.
const AGAIN: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// Follows the api's events until it refuses the token.
pub(crate) async fn listen(
    api: Api,
    names: Vec<String>,
    wake: Wake,
    looked: watch::Receiver<Looked>,
    tasks: Tasks,
    shutdown: Shutdown,
) {
    let mut events = api.events();
    loop {
        let event = match events.next().await {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(%error, "Events not followed: the remote is only looked at from time to time");
                return;
            }
        };
        let (name, commit) = match event.change {
            Change::Push(push) => (push.ref_name, push.commit),
            Change::Announced(change) => (change.ref_name, Some(change.commit)),
            _ => continue,
        };
        if !names.iter().any(|followed| concerns(followed, name.as_str())) {
            continue;
        }
        if commit.as_ref().is_some_and(|commit| is_shown(&looked, commit)) {
            continue;
        }
        tracing::info!(from = "event", r#ref = name.as_str(), "Sync requested");
        wake.call();
        if let Some(commit) = commit {
            let (wake, looked, shutdown) = (wake.clone(), looked.clone(), shutdown.clone());
            tasks.spawn_finite(async move {
                tokio::select! {
                    () = insist(&wake, &looked, &commit) => {}
                    () = shutdown.requested() => {}
                }
            });
        }
    }
}

fn is_shown(looked: &watch::Receiver<Looked>, commit: &Commit) -> bool {
    looked.borrow().published.iter().any(|(_, shown)| shown == commit)
}

/// Looks again a few times, until the commit is shown.
async fn insist(wake: &Wake, looked: &watch::Receiver<Looked>, commit: &Commit) {
    for wait in AGAIN {
        tokio::time::sleep(wait).await;
        if is_shown(looked, commit) {
            return;
        }
        wake.call();
    }
}
