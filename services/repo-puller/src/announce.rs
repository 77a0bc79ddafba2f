//! The suite's api: told of each commit that is published, and heard, so that one push reaches every replica.
//!
//! Nothing here disturbs the loop: while the api is away, or refuses us, commits are found by looking.

mod listen;

pub(crate) use listen::listen;

use std::{collections::BTreeMap, time::Duration};

use client::{
    Backoff,
    api::{Api, Error},
};
use contract::{Commit, RefName, revisions::Announcement};
use tokio::sync::watch;

use crate::sync::Wake;

/// What the last good look at the remote led to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looked {
    /// How many good looks there were.
    pub(crate) number: u64,
    /// What each ref shows since then.
    pub(crate) published: Vec<(String, Commit)>,
}

/// What the api is to hear of one ref.
#[derive(Debug, Default)]
struct Told {
    /// The commit that the api knows us to show.
    from: Option<Commit>,
    /// The commit that was told last and taken, or refused for a reason that does not go away.
    settled: Option<Commit>,
    /// Not to be told again before so many good looks.
    not_before: u64,
}

/// Tells the api what is published, as long as there is something to tell.
pub(crate) struct Announcer {
    api: Api,
    wake: Wake,
    looked: watch::Receiver<Looked>,
    told: BTreeMap<String, Told>,
    backoff: Backoff,
}

impl Announcer {
    /// An announcer that knows what was published when the process started.
    pub(crate) fn new(api: Api, wake: Wake, looked: watch::Receiver<Looked>, before: Vec<(String, Commit)>) -> Self {
        let told = before.into_iter().map(|(name, commit)| (name, Told { from: Some(commit), ..Told::default() }));
        let backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
        Self { api, wake, looked, told: told.collect(), backoff }
    }

    /// Announces until the api refuses the token.
    pub(crate) async fn run(mut self) {
        while self.looked.changed().await.is_ok() {
            while !self.announce_all().await {
                let wait = self.backoff.failed();
                // Something newer makes the old one pointless, and a moment later it may work.
                let _ = tokio::time::timeout(wait, self.looked.changed()).await;
                tokio::time::sleep(wait.min(Duration::from_secs(1))).await;
            }
            self.backoff.succeeded();
        }
    }

    /// Tells everything that is new. False if it has to be tried again.
    async fn announce_all(&mut self) -> bool {
        let looked = self.looked.borrow_and_update().clone();
        let mut done = true;
        for (name, commit) in looked.published {
            let told = self.told.entry(name.clone()).or_default();
            if told.settled.as_ref() == Some(&commit) || looked.number < told.not_before {
                continue;
            }
            let Ok(ref_name) = name.parse::<RefName>() else { continue };
            let announcement = Announcement { ref_name, from: told.from.clone(), to: commit.clone() };
            match self.api.revisions().announce(&announcement).await {
                Ok(answer) if answer.target == commit => {
                    tracing::info!(r#ref = name, commit = commit.as_str(), "Announced");
                    *told = Told { from: Some(commit.clone()), settled: Some(commit), not_before: 0 };
                }
                Ok(answer) => {
                    tracing::info!(
                        r#ref = name,
                        commit = commit.as_str(),
                        target = answer.target.as_str(),
                        "Api shows another commit"
                    );
                    // The remote decides: whatever it says at the next look is told as what follows the target.
                    if told.not_before == 0 {
                        self.wake.call();
                    }
                    *told = Told { from: Some(answer.target), settled: None, not_before: looked.number + 1 };
                }
                Err(error @ Error::Unavailable { .. }) => {
                    tracing::debug!(%error, "Not announced yet");
                    done = false;
                }
                Err(error) => {
                    tracing::warn!(%error, r#ref = name, commit = commit.as_str(), "Not announced");
                    told.settled = Some(commit);
                }
            }
        }
        done
    }
}
