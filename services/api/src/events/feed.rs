//! The feed: one task per process reads events as they are written, and every stream hears of them.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use chassis::{
    config::Live,
    lifecycle::Shutdown,
    metrics::{Counter, Gauge},
    problem::Problem,
    process::Context,
};
use contract::events::Event;
use store::Store;
use tokio::{
    sync::{broadcast, watch},
    time::{sleep, timeout},
};

use crate::places::{Place, Places};

/// How many events are kept for streams that are slow to hear. A slower one reads what it missed.
const BACKLOG: usize = 256;

/// How many events are read at once.
pub(super) const PAGE: u32 = 500;

/// How often events are looked for when nobody was woken: a wake can be lost.
const LOOK: Duration = Duration::from_secs(5);

/// How long to wait when Postgres is away.
const PAUSE: Duration = Duration::from_millis(250);

/// How long a stream waits for the task to begin.
const PATIENCE: Duration = Duration::from_secs(2);

/// When to come back, in seconds.
const LATER: u32 = 5;

/// An event as every stream sends it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: i64,
    pub(super) text: Bytes,
}

impl Told {
    pub(super) fn of(event: &Event) -> Self {
        let data = serde_json::to_string(event).expect("an event can be written as JSON");
        let text = format!("id: {}\nevent: {}\ndata: {data}\n\n", event.id, event.change.kind());
        Self { id: event.id, text: text.into() }
    }
}

/// Where streams come to. Clones share everything.
#[derive(Clone)]
pub(crate) struct Feed {
    told: broadcast::Sender<Arc<Told>>,
    /// Whether the task knows from where on it tells. Whoever follows earlier may miss what it begins after.
    begun: watch::Sender<bool>,
    places: Places,
    shutdown: Shutdown,
    streams: Gauge,
    behind: Counter,
}

/// A stream's ear, and its place among the streams.
pub(super) struct Follower {
    pub(super) told: broadcast::Receiver<Arc<Told>>,
    pub(super) shutdown: Shutdown,
    pub(super) behind: Counter,
    streams: Gauge,
    _place: Place,
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.streams.dec();
    }
}

impl Feed {
    /// Starts the task, which waits for Postgres as long as it takes.
    pub(crate) fn start(store: &Store, limit: Live<usize>, context: &Context) -> Self {
        let metrics = context.metrics();
        let feed = Self {
            told: broadcast::channel(BACKLOG).0,
            begun: watch::Sender::new(false),
            places: Places::new(limit),
            shutdown: context.shutdown().clone(),
            streams: metrics.register("event_streams", "Streams of events that are open", Gauge::default()),
            behind: metrics.register(
                "event_streams_behind",
                "How often a stream was too slow to hear",
                Counter::default(),
            ),
        };
        let (reading, store) = (feed.clone(), store.clone());
        context.tasks().spawn("events", async move {
            let shutdown = reading.shutdown.clone();
            tokio::select! {
                () = shutdown.requested() => {}
                () = reading.read(&store) => {}
            }
        });
        feed
    }

    /// A place for a stream, which hears what is told from here on.
    ///
    /// # Errors
    /// What to tell the client when every place is taken, when Postgres was never there, and when the process ends.
    pub(super) async fn follow(&self) -> Result<Follower, Problem> {
        let Some(place) = self.places.take() else {
            return Err(Problem::unavailable(LATER).caused_by(anyhow::anyhow!("every place is taken (STREAM_LIMIT)")));
        };
        if self.shutdown.is_requested() {
            return Err(Problem::unavailable(LATER));
        }
        if timeout(PATIENCE, self.begun.subscribe().wait_for(|begun| *begun)).await.is_err() {
            return Err(Problem::unavailable(LATER).caused_by(anyhow::anyhow!("the database cannot be used yet")));
        }
        self.streams.inc();
        let (streams, behind) = (self.streams.clone(), self.behind.clone());
        Ok(Follower { told: self.told.subscribe(), shutdown: self.shutdown.clone(), behind, streams, _place: place })
    }

    /// Tells of every event that is written from now on, in order, whatever happens to Postgres meanwhile.
    async fn read(&self, store: &Store) {
        let mut last = None;
        loop {
            if let Err(error) = self.listen(store, &mut last).await {
                tracing::debug!(%error, "Events cannot be read");
            }
            sleep(PAUSE).await;
        }
    }

    /// Listens first and reads then, so that nothing is written in between.
    async fn listen(&self, store: &Store, last: &mut Option<i64>) -> Result<(), store::Error> {
        let mut wakes = store.events().wakes().await?;
        loop {
            self.tell(store, last).await?;
            if let Ok(woken) = timeout(LOOK, wakes.next()).await {
                woken?;
            }
        }
    }

    /// Tells of what was written after `last`; of nothing at the first time.
    async fn tell(&self, store: &Store, last: &mut Option<i64>) -> Result<(), store::Error> {
        let Some(mut after) = *last else {
            *last = Some(store.events().last_id().await?);
            self.begun.send_replace(true);
            return Ok(());
        };
        loop {
            let read = store.events().after(after, PAGE).await?;
            for event in &read.events {
                // Nobody listens: nobody misses it.
                let _ = self.told.send(Arc::new(Told::of(event)));
            }
            (after, *last) = (read.last_id, Some(read.last_id));
            if !read.more {
                return Ok(());
            }
        }
    }
}
