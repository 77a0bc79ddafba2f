//! `api migrate`: the schema, brought up to this program's by one process at a time. Safe to run again.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use chassis::process::{Arguments, Context};
use store::{Error, Store};

use super::Config;

/// How long to wait for Postgres where nothing is said, and between two looks.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(500);

/// Ours first, then the queue's, under one lock.
pub(super) async fn run(config: Config, _: Context, arguments: Arguments) -> anyhow::Result<()> {
    let patience = match arguments.text("--wait") {
        Some(_) => Duration::from_secs(arguments.parse("--wait")?),
        None => PATIENCE,
    };
    let (store, _) = super::open(&config)?;
    wait(&store, patience).await?;
    store.migrate(async |pool| queue::migrate(pool).await.context("the queue's schema")).await?;
    let schema = store.schema().await?;
    tracing::info!(%schema, "Schema migrated");
    store.close().await;
    Ok(())
}

/// Waits until Postgres answers, and says what it waits for.
async fn wait(store: &Store, patience: Duration) -> anyhow::Result<()> {
    let deadline = Instant::now() + patience;
    let mut is_waiting = false;
    loop {
        let error = match store.schema().await {
            Ok(_) => return Ok(()),
            Err(error @ Error::Unavailable(_)) => anyhow::Error::from(error),
            Err(error) => return Err(error.into()),
        };
        if Instant::now() >= deadline {
            return Err(
                error.context(format!("Postgres (DATABASE_URL) cannot be used within {} s", patience.as_secs()))
            );
        }
        if !std::mem::replace(&mut is_waiting, true) {
            tracing::warn!(seconds = patience.as_secs(), error = format!("{error:#}"), "Waiting for Postgres");
        }
        tokio::time::sleep(PAUSE).await;
    }
}
