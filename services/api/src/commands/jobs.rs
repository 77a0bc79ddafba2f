//! `api jobs list` and `api jobs retry`: a look at the queue, and a second chance.

use anyhow::Context as _;
use chassis::process::{Arguments, Context};
use contract::jobs::JobState;
use serde::{Deserialize as _, de::value::StrDeserializer};

use super::Config;

/// How many jobs are listed.
const MOST: u32 = 100;

pub(super) async fn list(config: Config, _: Context, arguments: Arguments) -> anyhow::Result<()> {
    let state = arguments.text("--state").map(state).transpose()?;
    let (store, queue) = super::open(&config)?;
    for job in queue.list(state, None, None, MOST).await?.jobs {
        let (state, created_at) = (format!("{:?}", job.state).to_lowercase(), job.created_at);
        tracing::info!(
            id = job.id, kind = job.kind, state, attempt = job.attempt, max_attempts = job.max_attempts, %created_at,
            payload = %job.payload, problem = job.problem, "Job"
        );
    }
    store.close().await;
    Ok(())
}

pub(super) async fn retry(config: Config, _: Context, arguments: Arguments) -> anyhow::Result<()> {
    let id = arguments.parse("ID")?;
    let (store, queue) = super::open(&config)?;
    let job = queue.retry(id).await?.with_context(|| format!("there is no job {id} (any more)"))?;
    tracing::info!(id, kind = job.kind, "Job retried");
    store.close().await;
    Ok(())
}

/// A state by its name on the wire.
fn state(name: &str) -> anyhow::Result<JobState> {
    let name: StrDeserializer<'_, serde::de::value::Error> = serde::de::IntoDeserializer::into_deserializer(name);
    JobState::deserialize(name).context("--state")
}
