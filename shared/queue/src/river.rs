//! Every statement of ours that names a table of River's.

use std::collections::{BTreeMap, HashSet};

use contract::jobs::{JobState, JobSummary};
use jiff_sqlx::Timestamp;
use serde::{Deserialize as _, de::IntoDeserializer as _};
use sqlx::{PgConnection, PgPool};

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
            case when errors[cardinality(errors)] ->> 'error' = 'job discarded by worker'
                then metadata ->> 'problem' else errors[cardinality(errors)] ->> 'error' end as problem
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
            case when errors[cardinality(errors)] ->> 'error' = 'job discarded by worker'
                then metadata ->> 'problem' else errors[cardinality(errors)] ->> 'error' end as problem
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

pub(crate) async fn is_open(pool: &PgPool, part: &serde_json::Value) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"select exists (
            select from river.river_job
            where args @> $1 and state in ('available', 'pending', 'retryable', 'running', 'scheduled')
        ) as "is_open!""#,
        part,
    );
    Ok(found.fetch_one(pool).await?)
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

/// The first number of a worker's lock; the second is the worker's own.
const ALIVE: i32 = 0x646f_7a66;

/// Takes a worker's lock, for as long as the session lasts. Waits for a session of the same worker that is dying.
pub(crate) async fn hold(session: &mut PgConnection, worker: u32) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_lock($1, $2)", ALIVE, worker.cast_signed()).execute(session).await?;
    Ok(())
}

/// What a look at the workers found.
pub(crate) struct Look {
    /// Workers that have jobs, or lead, and hold no lock.
    pub(crate) suspects: HashSet<String>,
    /// How many jobs were taken from those that were suspects before.
    pub(crate) rescued: u64,
}

/// Looks which workers hold no lock. Those of them that were `suspects` before are dead: their jobs are available again,
/// after a pause that grows with every attempt, or discarded when none is left; and whoever of them led does no more.
pub(crate) async fn rescue(session: &mut PgConnection, suspects: &[String]) -> Result<Look, Error> {
    let rows = sqlx::query!(
        r#"with named as (
            select attempted_by[cardinality(attempted_by)] as worker from river.river_job where state = 'running'
            union
            select leader_id from river.river_leader
        ), lost as materialized (
            select worker from named where worker ~ '^worker@[0-9a-f]{8}$' and not exists (
                select from pg_locks
                where locktype = 'advisory' and granted and objsubid = 2 and classid = $1::int::oid
                    and objid = ('x' || right(worker, 8))::bit(32)::int::oid
                    and database = (select oid from pg_database where datname = current_database())
            )
        ), dead as (
            select worker from lost where worker = any ($2)
        ), rescued as (
            update river.river_job set
                state = (case when attempt < max_attempts then 'available' else 'discarded' end)::river.river_job_state,
                scheduled_at = case when attempt < max_attempts
                    then now() + (attempt - 1) ^ 2 * interval '1 second' else scheduled_at end,
                finalized_at = case when attempt < max_attempts then null else now() end,
                errors = array_append(errors, jsonb_build_object(
                    'at', now(), 'attempt', attempt, 'error', 'the worker died', 'trace', ''
                ))
            where state = 'running' and attempted_by[cardinality(attempted_by)] in (select worker from dead)
            returning queue
        ), deposed as (
            delete from river.river_leader where leader_id in (select worker from dead)
        ), told as (
            select pg_notify('river.river_insert', json_build_object('queue', queue)::text), jobs
            from (select queue, count(*) as jobs from rescued group by queue) as queues
        )
        select array(select worker from lost) as "suspects!", (select coalesce(sum(jobs), 0) from told)::bigint as "rescued!""#,
        ALIVE,
        suspects,
    );
    let row = rows.fetch_one(session).await?;
    Ok(Look { suspects: row.suspects.into_iter().collect(), rescued: row.rescued.unsigned_abs() })
}

/// How many jobs of a kind are in a state, and for how long the oldest of them might have started.
pub(crate) struct Depth {
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) count: i64,
    pub(crate) oldest_seconds: Option<f64>,
}

/// The jobs that are not done.
pub(crate) async fn depth(session: &mut PgConnection) -> Result<Vec<Depth>, Error> {
    let rows = sqlx::query_as!(
        Depth,
        r#"select kind, state::text as "state!", count(*) as "count!",
            extract(epoch from now() - min(scheduled_at) filter (where state = 'available' and scheduled_at <= now()))::float8
                as oldest_seconds
        from river.river_job
        where state in ('available', 'scheduled', 'retryable', 'running', 'discarded')
        group by kind, state"#
    );
    Ok(rows.fetch_all(session).await?)
}
