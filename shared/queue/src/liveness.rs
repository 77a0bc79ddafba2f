//! Who is alive: every worker holds a lock in Postgres, on a session of its own. The lock goes when the worker does, and
//! then the others take its jobs, within seconds and at the price of an attempt.
//!
//! River itself knows a dead worker by the time its jobs take; that stays as the second net. A worker whose session broke
//! takes the lock again at once: nobody is thought dead before two looks, a beat apart, found no lock.
//! A worker that is thought dead and is not may still be at a job that another has begun: handlers bear that.

use std::{
    collections::HashSet,
    fmt,
    time::{Duration, Instant},
};

use chassis::health::Check;
use sqlx::{Connection as _, PgConnection, PgPool};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{Error, handler::Chain, instruments::Instruments, river};

/// Between two looks for the dead.
const BEAT: Duration = Duration::from_millis(1500);

/// Before a session is opened again.
const PAUSE: Duration = Duration::from_millis(250);

/// How long Postgres may take for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two counts of the queue.
const COUNTING: Duration = Duration::from_secs(15);

/// How long a worker with a free hand may go without asking for jobs.
const CLAIMING: Duration = Duration::from_secs(10);

/// Postgres ends a session whose worker's machine is gone within about ten seconds.
const KEEPALIVE: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "4"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "2"),
    ("tcp_user_timeout", "8000"),
];

/// A worker's name: as River writes it beside the jobs it claims, and as the number of its lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name(pub(crate) u32);

impl Name {
    pub(crate) fn new() -> Self {
        let random = Uuid::new_v4();
        let [a, b, c, d, ..] = random.into_bytes();
        Self(u32::from_be_bytes([a, b, c, d]))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "worker@{:08x}", self.0)
    }
}

/// A worker's sign of life, and its look at the others.
pub(crate) struct Liveness {
    pub(crate) name: Name,
    pub(crate) pool: PgPool,
    pub(crate) check: Check,
    pub(crate) instruments: Instruments,
    pub(crate) slots: usize,
    session: Option<PgConnection>,
    suspects: HashSet<String>,
    counted: Option<Instant>,
}

impl Liveness {
    pub(crate) fn new(pool: PgPool, check: Check, instruments: Instruments, slots: usize) -> Self {
        let (name, suspects) = (Name::new(), HashSet::new());
        Self { name, pool, check, instruments, slots, session: None, suspects, counted: None }
    }

    /// Waits until the lock is held and River's tables are there.
    pub(crate) async fn begin(&mut self) {
        while let Err(error) = self.beat().await {
            self.check.fail(Chain(&error).to_string());
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Keeps the lock, looks for the dead and tells whether this worker claims jobs, for ever.
    pub(crate) async fn keep(&mut self) {
        let mut beaten = Instant::now();
        loop {
            let claims = self.instruments.is_claiming(CLAIMING, self.slots);
            if claims {
                self.check.pass("claims jobs");
            } else {
                self.check.fail("does not claim jobs");
            }
            tokio::time::sleep(if claims { BEAT } else { PAUSE }).await;
            if beaten.elapsed() < BEAT {
                continue;
            }
            if let Err(error) = self.beat().await {
                self.check.fail(Chain(&error).to_string());
                tracing::warn!(error = %Chain(&error), "Sign of life lost");
                self.begin().await;
            }
            beaten = Instant::now();
        }
    }

    /// Shows that this worker lives, and takes the jobs of those that were without a lock at the last beat too.
    async fn beat(&mut self) -> Result<(), Error> {
        let outcome = timeout(PATIENCE, self.look()).await;
        let outcome = outcome.unwrap_or_else(|late| Err(Error::Unavailable(Box::new(late))));
        if outcome.is_err() {
            self.session = None;
        }
        outcome
    }

    async fn look(&mut self) -> Result<(), Error> {
        let session = match &mut self.session {
            Some(session) => session,
            none => {
                // Those that lost their session together with this worker are given a beat to come back.
                self.suspects.clear();
                none.insert(open(&self.pool, self.name).await?)
            }
        };
        let suspects: Vec<String> = self.suspects.drain().collect();
        let look = river::rescue(session, &suspects).await?;
        if look.rescued > 0 {
            tracing::warn!(jobs = look.rescued, workers = suspects.join(","), "Jobs of dead workers made available");
            self.instruments.note_rescued(look.rescued);
        }
        self.suspects = look.suspects;
        if self.counted.is_none_or(|counted| counted.elapsed() >= COUNTING) {
            self.instruments.note_depth(river::depth(session).await?);
            self.counted = Some(Instant::now());
        }
        Ok(())
    }
}

/// A session that holds the worker's lock.
async fn open(pool: &PgPool, name: Name) -> Result<PgConnection, Error> {
    let options = (*pool.connect_options()).clone().options(KEEPALIVE);
    let mut session = PgConnection::connect_with(&options).await?;
    river::hold(&mut session, name.0).await?;
    Ok(session)
}
