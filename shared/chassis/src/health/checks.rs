//! Checks: each is set by the code that knows, and read by the probes. A probe does no work of its own.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::Serialize;

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not known yet.
    Starting,
    /// Good.
    Pass,
    /// Not good.
    Fail,
}

/// One check as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Reading {
    /// The check's name.
    pub name: &'static str,
    /// How it stands.
    pub state: State,
    /// Whether the process is not ready without it.
    pub gates: bool,
    /// For how long it has stood so, in seconds.
    pub age_seconds: f64,
    /// What is good or wrong, for people.
    pub detail: String,
}

struct Entry {
    name: &'static str,
    gates: bool,
    state: State,
    since: Instant,
    confirmed: Instant,
    stale_after: Option<Duration>,
    detail: String,
}

/// All checks of a process. Clones share them.
#[derive(Clone, Default)]
pub struct Health(Arc<Mutex<Vec<Entry>>>);

impl Health {
    /// A check that the process is not ready without.
    pub fn check(&self, name: &'static str) -> Check {
        self.add(name, true, None)
    }

    /// A check that fails by itself when it was not confirmed for longer than `stale_after`.
    pub fn check_fresh(&self, name: &'static str, stale_after: Duration) -> Check {
        self.add(name, true, Some(stale_after))
    }

    /// A check that is shown and gates nothing.
    pub fn note(&self, name: &'static str) -> Check {
        self.add(name, false, None)
    }

    /// Every check as it stands, in the order they were added.
    pub fn readings(&self) -> Vec<Reading> {
        self.entries().iter().map(Entry::reading).collect()
    }

    /// Whether every check that gates is good.
    pub fn is_ready(&self) -> bool {
        self.readings().iter().all(|reading| !reading.gates || reading.state == State::Pass)
    }

    fn add(&self, name: &'static str, gates: bool, stale_after: Option<Duration>) -> Check {
        let now = Instant::now();
        let mut entries = self.entries();
        entries.push(Entry {
            name,
            gates,
            state: State::Starting,
            since: now,
            confirmed: now,
            stale_after,
            detail: String::new(),
        });
        Check { health: self.clone(), index: entries.len() - 1 }
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn reading(&self) -> Reading {
        let quiet = self.confirmed.elapsed();
        let is_stale = self.state == State::Pass && self.stale_after.is_some_and(|limit| quiet > limit);
        let (standing, detail) = if is_stale {
            (State::Fail, format!("not confirmed for {:.0} s: {}", quiet.as_secs_f64(), self.detail))
        } else {
            (self.state, self.detail.clone())
        };
        Reading {
            name: self.name,
            state: standing,
            gates: self.gates,
            age_seconds: self.since.elapsed().as_secs_f64(),
            detail,
        }
    }
}

/// The handle with which the code that knows sets one check.
#[derive(Clone)]
pub struct Check {
    health: Health,
    index: usize,
}

impl Check {
    /// It is good. Saying so again confirms it.
    pub fn pass(&self, detail: impl Into<String>) {
        self.set(State::Pass, detail.into());
    }

    /// It is not good.
    pub fn fail(&self, reason: impl Into<String>) {
        self.set(State::Fail, reason.into());
    }

    fn set(&self, state: State, detail: String) {
        let now = Instant::now();
        let mut entries = self.health.entries();
        let entry = &mut entries[self.index];
        if entry.state != state {
            entry.since = now;
        }
        (entry.state, entry.confirmed, entry.detail) = (state, now, detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_gates_until_it_passes_and_a_note_never_does() {
        let health = Health::default();
        let revision = health.check("revision");
        health.note("api").fail("away");
        assert!(!health.is_ready());
        revision.pass("abc");
        assert!(health.is_ready());
        revision.fail("gone");
        assert!(!health.is_ready());
    }

    #[test]
    fn a_fresh_check_fails_once_nobody_confirms_it() {
        let health = Health::default();
        health.check_fresh("synced", Duration::ZERO).pass("abc");
        assert!(!health.is_ready());
        assert!(health.readings()[0].detail.contains("not confirmed"));
    }
}
