//! Whether the database can be used: asked all the time by one task, read by the probes.

use std::time::Duration;

use chassis::{health::Check, lifecycle::Shutdown};

use crate::Store;

/// How often Postgres is asked while all is well, and while it is not.
const CALM: Duration = Duration::from_secs(2);
const UNEASY: Duration = Duration::from_millis(250);

/// Keeps `check` up to date until `shutdown`.
pub(crate) async fn watch(store: Store, check: Check, shutdown: Shutdown) {
    loop {
        let pause = if look(&store, &check).await { CALM } else { UNEASY };
        tokio::select! {
            () = shutdown.requested() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Asks once. Whether all is well.
async fn look(store: &Store, check: &Check) -> bool {
    match store.schema().await {
        Ok(schema) if schema.is_usable() => {
            check.pass(schema.to_string());
            true
        }
        Ok(schema) => {
            check.fail(schema.to_string());
            false
        }
        Err(error) => {
            check.fail(reason(&error));
            false
        }
    }
}

/// An error with what is behind it, in one line.
fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
