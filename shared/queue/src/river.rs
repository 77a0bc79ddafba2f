//! Every statement of ours that names a table of River's.

use std::collections::BTreeMap;

use contract::jobs::{JobState, JobSummary};
use jiff_sqlx::Timestamp;
use serde::{Deserialize as _, de::IntoDeserializer as _};
use sqlx::PgPool;

use crate::Error;

/// The schema of the tables.
pub(crate) const SCHEMA: &str = "river";

/// Makes the schema, where it is missing.
pub(crate) async fn create_schema(pool: &PgPool) -> Result<(), Error> {
    sqlx::query!("create schema if not exists river").execute(pool).await?;
    Ok(())
}

struct Row {
    id: i64,
    kind: String,
    state: String,
    payload: Option<serde_json::Value>,
    attempt: i16,
    max_attempts: i16,
    created_at: Timestamp,
    scheduled_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    problem: Option<String>,
}

pub(crate) async fn find(pool: &PgPool, id: i64) -> Result<Option<JobSummary>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, kind, state::text as "state!", args as payload, attempt, max_attempts, created_at as "created_at: _",
            scheduled_at as "scheduled_at: _", attempted_at as "started_at: _", finalized_at as "finished_at: _",
            coalesce(metadata ->> 'problem', errors[cardinality(errors)] ->> 'error') as problem
        from river.river_job where id = $1"#,
        id,
    );
    row.fetch_optional(pool).await?.map(summary).transpose()
}

pub(crate) async fn list(
    pool: &PgPool,
    state: Option<JobState>,
    kind: Option<&str>,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<JobSummary>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, kind, state::text as "state!", args as payload, attempt, max_attempts, created_at as "created_at: _",
            scheduled_at as "scheduled_at: _", attempted_at as "started_at: _", finalized_at as "finished_at: _",
            coalesce(metadata ->> 'problem', errors[cardinality(errors)] ->> 'error') as problem
        from river.river_job
        where ($1::text is null or state = $1::text::river.river_job_state) and ($2::text is null or kind = $2)
            and ($3::bigint is null or id < $3)
        order by id desc limit $4"#,
        state.map(state_name),
        kind,
        after,
        limit,
    );
    rows.fetch_all(pool).await?.into_iter().map(summary).collect()
}

pub(crate) async fn counts(pool: &PgPool) -> Result<BTreeMap<JobState, u64>, Error> {
    let rows =
        sqlx::query!(r#"select state::text as "state!", count(*) as "count!" from river.river_job group by state"#);
    let rows = rows.fetch_all(pool).await?;
    rows.into_iter().map(|row| Ok((state_of(&row.state)?, row.count.unsigned_abs()))).collect()
}

fn summary(row: Row) -> Result<JobSummary, Error> {
    Ok(JobSummary {
        id: row.id,
        kind: row.kind,
        state: state_of(&row.state)?,
        payload: row.payload.unwrap_or_default(),
        attempt: u32::from(row.attempt.unsigned_abs()),
        max_attempts: u32::from(row.max_attempts.unsigned_abs()),
        created_at: row.created_at.to_jiff(),
        scheduled_at: row.scheduled_at.to_jiff(),
        started_at: row.started_at.map(Timestamp::to_jiff),
        finished_at: row.finished_at.map(Timestamp::to_jiff),
        problem: row.problem,
    })
}

/// A state by its name, which is the same in River and on the wire.
fn state_of(name: &str) -> Result<JobState, Error> {
    let found: Result<_, serde::de::value::Error> = JobState::deserialize(name.into_deserializer());
    found.map_err(|error| Error::Failed(Box::new(error)))
}

/// The name of a state.
fn state_name(state: JobState) -> &'static str {
    match state {
        JobState::Available => "available",
        JobState::Scheduled => "scheduled",
        JobState::Running => "running",
        JobState::Retryable => "retryable",
        JobState::Completed => "completed",
        JobState::Discarded => "discarded",
        JobState::Cancelled => "cancelled",
        JobState::Pending => "pending",
    }
}
