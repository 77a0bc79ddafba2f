//! The worker's side: a handler for every kind, then work until the process is asked to stop.

use std::{marker::PhantomData, time::Duration};

use chassis::{health::Check, process::Context};
use contract::jobs::Job;
use riverqueue::{
    Client, InsertOpts, IntervalSchedule, MaintenanceConfig, PeriodicJob, PeriodicJobOpts, QUEUE_DEFAULT, QueueConfig,
    Retention, UniqueOpts, database::PostgresDatabase,
};

use crate::{
    Error, Handler, Queue,
    instruments::Instruments,
    liveness::Liveness,
    migrations::schema,
    payload::Payload,
    queue::{ATTEMPTS, PACE},
    runner::Runner,
};

/// How long jobs may go on after the process was asked to stop; then they are handed back.
const LAST_HOUR: Duration = Duration::from_secs(10);

/// How long a job that was broken off may take to notice.
const STUCK: Duration = Duration::from_secs(5);

/// After what time a running job is taken for lost if nothing else was noticed: longer than any handler may take.
const LOST: Duration = Duration::from_mins(15);

/// The handlers of a process.
///
/// Every worker has a handler for every kind: one that meets a kind it does not know spoils its jobs.
pub struct Workers {
    queue: Queue,
    handlers: riverqueue::Workers,
    periodic: Vec<PeriodicJob>,
    instruments: Instruments,
    check: Check,
    slots: usize,
    last_hour: Duration,
}

impl Workers {
    /// No handlers yet. Keeps the check `queue`: good while this process claims jobs. `slots` is how many jobs it is at
    /// together, at least one.
    pub fn new(queue: Queue, slots: usize, context: &Context) -> Self {
        Self {
            queue,
            handlers: riverqueue::Workers::new(),
            periodic: Vec::new(),
            instruments: Instruments::new(context.metrics()),
            check: context.health().check("queue"),
            slots: slots.max(1),
            last_hour: LAST_HOUR,
        }
    }

    /// Jobs of kind `J` are done by `handler`.
    ///
    /// # Errors
    /// When the kind has one.
    pub fn register<J: Job>(mut self, handler: impl Handler<J>) -> Result<Self, Error> {
        let runner = Runner { handler, instruments: self.instruments.clone(), kind: PhantomData };
        self.handlers.add::<Payload<J>, _>(runner)?;
        Ok(self)
    }

    /// A job that comes by itself every `period`, once for all workers: it is enqueued by the one that leads.
    ///
    /// # Errors
    /// When the period is none.
    pub fn every<J: Job + Clone>(mut self, period: Duration, job: J) -> Result<Self, Error> {
        let once = InsertOpts::default().with_unique(UniqueOpts::new().with_by_period(period));
        let make = move || Payload::of(&job).ok().map(|payload| (payload, once.clone()));
        let from_the_start = PeriodicJobOpts::new().with_id(J::KIND).with_run_on_start(true);
        let job = PeriodicJob::conditional_with_options(IntervalSchedule::new(period)?, make, from_the_start);
        self.periodic.push(job);
        Ok(self)
    }

    /// Jobs have `period` to go on after the process was asked to stop, instead of ten seconds.
    #[must_use]
    pub fn hand_back_after(mut self, period: Duration) -> Self {
        self.last_hour = period;
        self
    }

    /// Works until a shutdown is requested, lets jobs go on for a while, and hands back the rest.
    ///
    /// Waits for Postgres as long as it is away, before and while it works.
    ///
    /// # Errors
    /// When River gives up, or refuses its settings.
    pub async fn run(self, context: &Context) -> Result<(), Error> {
        let (pool, shutdown) = (self.queue.pool.clone(), context.shutdown().clone());
        let mut liveness = Liveness::new(pool, self.check.clone(), self.instruments.clone(), self.slots);
        // No job is claimed before the lock is held: it would be the job of a dead worker.
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = liveness.begin() => {}
        }
        let client = self.client(&liveness.name.to_string())?;
        let asked = async move { shutdown.requested().await };
        let mut run = client.start_with_graceful_stop(asked)?;
        tokio::select! {
            ended = run.wait() => Ok(ended?),
            () = liveness.keep() => Ok(()),
        }
    }

    fn client(self, name: &str) -> Result<Client, Error> {
        let database = PostgresDatabase::new(self.queue.pool.clone()).with_schema(schema()?);
        let maintenance = MaintenanceConfig::default()
            .with_rescue_after(LOST)
            .with_completed_job_retention(Retention::DeleteAfter(Duration::from_hours(1)));
        let mut client = Client::builder(database)
            .id(name)
            .workers(self.handlers)
            .queue(QUEUE_DEFAULT, QueueConfig::new(self.slots))
            .hook(self.instruments)
            .fetch_cooldown(PACE)
            .default_max_attempts(ATTEMPTS)
            .job_stuck_threshold(STUCK)
            .soft_stop_timeout(self.last_hour)
            .maintenance(maintenance);
        for job in self.periodic {
            client = client.periodic_job(job);
        }
        Ok(client.build()?)
    }
}
