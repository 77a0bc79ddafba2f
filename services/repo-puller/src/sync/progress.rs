//! How far the loop is, for whoever asked for a sync and waits for it.

use contract::Commit;
use tokio::sync::watch;

/// What became of a sync: what each ref shows now, or why it does not show what the remote has. Holds no secret.
pub(crate) type Outcome = Result<Vec<(String, Commit)>, String>;

/// Syncs are numbered from one.
#[derive(Debug)]
struct Progress {
    begun: u64,
    ended: u64,
    outcome: Outcome,
}

/// The loop's end.
pub(crate) struct Teller(watch::Sender<Progress>);

/// Everybody else's end. Clones share it.
#[derive(Clone)]
pub(crate) struct Follower(watch::Receiver<Progress>);

/// Both ends.
pub(crate) fn progress() -> (Teller, Follower) {
    let (tell, follow) = watch::channel(Progress { begun: 0, ended: 0, outcome: Ok(Vec::new()) });
    (Teller(tell), Follower(follow))
}

impl Teller {
    pub(super) fn begin(&self) {
        self.0.send_modify(|progress| progress.begun += 1);
    }

    pub(super) fn end(&self, outcome: Outcome) {
        self.0.send_modify(|progress| (progress.ended, progress.outcome) = (progress.begun, outcome));
    }

    /// No sync will change anything any more: every wait is over.
    pub(super) fn rest(&self) {
        self.0.send_modify(|progress| progress.ended = u64::MAX);
    }
}

impl Follower {
    /// Calls for a sync and waits for one that began after that. None if the loop ends before.
    pub(crate) async fn after(&mut self, call: impl FnOnce()) -> Option<Outcome> {
        let before = self.0.borrow().begun;
        call();
        let progress = self.0.wait_for(|progress| progress.ended > before).await;
        progress.ok().map(|progress| progress.outcome.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_sync_that_had_begun_before_the_call_is_not_the_one_that_was_asked_for() {
        let (teller, mut follower) = progress();
        teller.begin();
        let waiting = follower.after(|| teller.end(Err("the one before".to_owned())));
        assert!(tokio::time::timeout(Duration::from_millis(20), waiting).await.is_err());
        let outcome = follower.after(|| {
            teller.begin();
            teller.end(Err("mine".to_owned()));
        });
        assert_eq!(outcome.await, Some(Err("mine".to_owned())));
        teller.rest();
        assert!(follower.after(|| {}).await.is_some());
        let (ended, mut follower) = progress();
        drop(ended);
        assert!(follower.after(|| {}).await.is_none());
    }
}
