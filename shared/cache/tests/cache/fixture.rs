//! A process with a cache, and words for what tests do to it.

use std::{
    convert::Infallible,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use cache::{Cache, CacheConfig, Made};
use chassis::{
    config::{Live, Seconds, Secret},
    health::{Reading, State},
    process::Context,
    version::Version,
};

/// Tells this run from any other that used the same Redis.
static RUN: LazyLock<i128> = LazyLock::new(|| chassis::clock::now().as_nanosecond());

/// A process that remembers.
pub(crate) struct Fixture {
    pub(crate) cache: Cache,
    pub(crate) context: Context,
    made: Arc<AtomicUsize>,
}

pub(crate) fn config(url: Option<&str>, prefix: &str) -> CacheConfig {
    CacheConfig {
        redis_url: url.map(|url| Live::new(Secret::new(url))),
        redis_prefix: format!("{prefix}-{}:", *RUN),
        redis_keep_seconds: Live::new(Seconds::new(60)),
        answer_cache_mib: 4,
    }
}

pub(crate) fn context(commit: &'static str) -> Context {
    Context::new(Version { name: "test", version: "0", commit, build: "debug" })
}

impl Fixture {
    /// A process that waits for nothing.
    pub(crate) fn start(url: Option<&str>, prefix: &str) -> Self {
        Self::of_commit("none", url, prefix)
    }

    /// A process of a certain build.
    pub(crate) fn of_commit(commit: &'static str, url: Option<&str>, prefix: &str) -> Self {
        let context = context(commit);
        let cache = Cache::attach(&config(url, prefix), &context).expect("attached");
        Self::around(cache, context)
    }

    /// A process with this cache.
    pub(crate) fn around(cache: Cache, context: Context) -> Self {
        Self { cache, context, made: Arc::default() }
    }

    /// A process that found its Redis.
    pub(crate) async fn with_redis(url: &str, prefix: &str) -> Self {
        let process = Self::start(Some(url), prefix);
        process.wait_for(State::Pass).await;
        process
    }

    /// The answer for `key`, which is made of the key where nobody remembers it.
    pub(crate) async fn answer(&self, key: &str) -> Bytes {
        let make = async {
            self.made.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(Made::Lasting(Bytes::from(format!("<{key}>"))))
        };
        self.cache.answer(key, make).await.expect("an answer")
    }

    /// How many answers this process had to make.
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// A line of the metrics, by its beginning.
    pub(crate) fn metric(&self, name: &str) -> String {
        let text = self.context.metrics().to_text();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned()).unwrap_or_default()
    }

    /// What is noted of Redis.
    pub(crate) fn reading(&self) -> Option<Reading> {
        self.context.health().readings().into_iter().find(|reading| reading.name == "redis")
    }

    /// Asks for answers for as long as a change needs to be tried, and finds Redis well after each.
    pub(crate) async fn stays_well(&self) {
        let end = tokio::time::Instant::now() + Duration::from_millis(600);
        while tokio::time::Instant::now() < end {
            self.answer("steady").await;
            assert_eq!(self.reading().expect("a note").state, State::Pass);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until Redis is noted to stand so.
    pub(crate) async fn wait_for(&self, state: State) {
        let watch = async {
            while self.reading().is_none_or(|reading| reading.state != state) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), watch).await.expect("the state in time");
    }
}
