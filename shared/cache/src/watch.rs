//! Whether Redis can be used: asked all the time by one task, so that no request has to find out.

use std::{sync::Arc, time::Duration};

use chassis::{
    config::{Changes, Secret},
    health::Check,
    lifecycle::Shutdown,
};

use crate::shared::Shared;

/// How often Redis is asked while all is well, and while it is not.
const CALM: Duration = Duration::from_secs(2);
const UNEASY: Duration = Duration::from_millis(500);

/// Keeps the breaker and `note` up to date until `shutdown`. Says so once when Redis goes, and once when it comes.
pub(crate) async fn watch(shared: Arc<Shared>, note: Check, shutdown: Shutdown) {
    let mut was_there = None;
    loop {
        let outcome = shared.ping().await;
        let is_there = outcome.is_ok();
        match outcome {
            Ok(()) => note.pass("answers"),
            Err(error) => note.fail(error.category()),
        }
        match (was_there.replace(is_there), is_there) {
            (Some(true) | None, false) => tracing::warn!("Redis is away: every process remembers for itself"),
            (Some(false), true) => tracing::info!("Redis is back"),
            _ => {}
        }
        let pause = async {
            if is_there {
                let _ = tokio::time::timeout(CALM, shared.broke.notified()).await;
            } else {
                tokio::time::sleep(UNEASY).await;
            }
        };
        tokio::select! {
            () = shutdown.requested() => return,
            () = pause => {}
        }
    }
}

/// Goes on with every new URL as soon as Redis answers there, until `shutdown`.
pub(crate) async fn renew(shared: Arc<Shared>, mut changes: Changes<Secret>, shutdown: Shutdown) {
    let work = async {
        loop {
            changes.next().await;
            let mut is_told = false;
            while let Err(error) = shared.renew().await {
                if !is_told {
                    tracing::warn!(%error, "New credentials of Redis do not work yet: the old ones stay");
                    is_told = true;
                }
                tokio::time::sleep(UNEASY).await;
            }
            tracing::info!("Credentials of Redis changed");
        }
    };
    tokio::select! {
        () = shutdown.requested() => {}
        () = work => {}
    }
}
