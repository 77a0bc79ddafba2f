//! Limits: so many at once, so many in the long run, for each key; shared by all replicas while Redis is there.
//!
//! The rule is the generic cell rate algorithm: a key remembers when it will be even again, and each one moves that time
//! on by the interval. Refused is what would move it further ahead than the burst allows.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use redis::Script;

use crate::{Cache, shared::Shared};

/// How many keys are remembered in this process before those that are even again are forgotten.
const MOST_KEYS: usize = 100_000;

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// One each, in the long run.
    pub every: Duration,
    /// So many at once.
    pub burst: u32,
}

/// A limit by key. Clones share it.
#[derive(Clone)]
pub struct Limit {
    name: &'static str,
    rate: Rate,
    shared: Option<Arc<Shared>>,
    script: Arc<Script>,
    own: Arc<Mutex<HashMap<String, Instant>>>,
}

/// It would be too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// When it would no longer be.
    pub retry_after: Duration,
}

impl Cache {
    /// A limit called `name`, which no other limit is.
    pub fn limit(&self, name: &'static str, rate: Rate) -> Limit {
        let script = Arc::new(Script::new(include_str!("limit/gcra.lua")));
        Limit { name, rate, shared: self.shared.clone(), script, own: Arc::default() }
    }
}

impl Limit {
    /// Counts one for `key`, or refuses it. While Redis is away each process counts for itself.
    ///
    /// # Errors
    /// [`Refused`] when it would be too often; it does not count then.
    pub async fn count(&self, key: &str) -> Result<(), Refused> {
        let wait = match self.by_redis(key).await {
            Some(wait) => wait,
            None => self.by_memory(key, Instant::now()),
        };
        if wait.is_zero() { Ok(()) } else { Err(Refused { retry_after: wait }) }
    }

    async fn by_redis(&self, key: &str) -> Option<Duration> {
        let shared = self.shared.as_ref()?;
        let mut call = self.script.key(format!("{}v1:limit:{}:{key}", shared.prefix, self.name));
        call.arg(micros(self.rate.every)).arg(micros(self.rate.every * self.rate.burst));
        shared.run(&call).await.map(Duration::from_micros)
    }

    fn by_memory(&self, key: &str, now: Instant) -> Duration {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.len() >= MOST_KEYS {
            own.retain(|_, due| *due > now);
        }
        let due = own.get(key).map_or(now, |due| now.max(*due)) + self.rate.every;
        let wait = due.saturating_duration_since(now).saturating_sub(self.rate.every * self.rate.burst);
        if wait.is_zero() {
            own.insert(key.to_owned(), due);
        }
        wait
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
