//! One stream: first what was written before it began, then what is told.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, stream};
use store::Store;
use tokio::{sync::broadcast::error::RecvError, time::sleep};

use super::feed::{Follower, PAGE, Told};

/// How often a quiet stream says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A stream on its way.
pub(super) struct Reader {
    store: Store,
    follower: Follower,
    /// Everything up to this event was sent, or is in `ready`.
    after: i64,
    /// Whether there may be events after it that the follower did not hear, or does not hear any more.
    is_behind: bool,
    ready: VecDeque<Bytes>,
}

impl Reader {
    /// Begins after the event `after`; without one, or with one that was never written, after the last one.
    ///
    /// # Errors
    /// While Postgres is away.
    pub(super) async fn begin(store: Store, follower: Follower, after: Option<i64>) -> Result<Self, store::Error> {
        let last = store.events().last_id().await?;
        let after = after.unwrap_or(last).min(last);
        // A client learns at once where it stands, so that it misses nothing when it is lost before its first event.
        let hello = Bytes::from(format!("retry: 2000\nid: {after}\n: hello\n\n"));
        Ok(Self { store, follower, after, is_behind: true, ready: VecDeque::from([hello]) })
    }

    /// What the client receives. It ends at shutdown, and when the store is away while it has to read there: the client
    /// then resumes.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, async |mut reader| reader.next().await.map(|bytes| (Ok(bytes), reader)))
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Some(bytes);
            }
            if self.is_behind {
                self.catch_up().await?;
                continue;
            }
            let told = tokio::select! {
                () = self.follower.shutdown.requested() => return None,
                told = self.follower.told.recv() => told,
                () = sleep(HEARTBEAT) => return Some(Bytes::from_static(b":\n\n")),
            };
            self.hear(told)?;
        }
    }

    /// Reads some of what was written. What is told meanwhile waits.
    async fn catch_up(&mut self) -> Option<()> {
        self.follower.told = self.follower.told.resubscribe();
        let events = self.store.events();
        let read = tokio::select! {
            () = self.follower.shutdown.requested() => return None,
            read = events.after(self.after, PAGE) => read.ok()?,
        };
        self.ready.extend(read.events.iter().map(|event| Told::of(event).text));
        (self.after, self.is_behind) = (read.last_id, read.more);
        Some(())
    }

    fn hear(&mut self, told: Result<Arc<Told>, RecvError>) -> Option<()> {
        match told {
            Ok(told) if told.id > self.after => {
                self.after = told.id;
                self.ready.push_back(told.text.clone());
            }
            Ok(_) => {}
            // A slow client takes up no memory: what it could not hear in time it reads later.
            Err(RecvError::Lagged(_)) => {
                self.follower.behind.inc();
                self.is_behind = true;
            }
            Err(RecvError::Closed) => return None,
        }
        Some(())
    }
}
