//! Redis as this program uses it: asked only while it answers, and never waited for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use chassis::{
    config::{Live, Seconds, Secret},
    process::Context,
};
use redis::{
    Client, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::sync::Notify;

use crate::{CacheConfig, Error, metrics::Instruments, watch};

/// How long a connection may take to be made, and a command to be answered. The client's own defaults would make every
/// request wait for seconds while Redis is away.
const CONNECT: Duration = Duration::from_millis(200);
const RESPOND: Duration = Duration::from_millis(150);

/// A Redis that may be away. While it is, nobody asks it but the task that watches it.
pub(crate) struct Shared {
    manager: ArcSwap<ConnectionManager>,
    url: Live<Secret>,
    /// The breaker: closed by the watching task alone, opened by whoever meets an error first.
    usable: AtomicBool,
    pub(crate) broke: Notify,
    pub(crate) prefix: String,
    /// Answers of another build may have another shape.
    answers: String,
    keep_seconds: Live<Seconds>,
    instruments: Instruments,
}

impl Shared {
    pub(crate) fn attach(
        url: &Live<Secret>,
        config: &CacheConfig,
        instruments: &Instruments,
        context: &Context,
    ) -> Result<Arc<Self>, Error> {
        let changes = url.changes();
        let manager = manager(&url.load())?;
        let version = context.version();
        let shared = Arc::new(Self {
            manager: ArcSwap::from_pointee(manager),
            url: url.clone(),
            usable: AtomicBool::new(false),
            broke: Notify::new(),
            prefix: config.redis_prefix.clone(),
            answers: format!("{}{}-{}:", config.redis_prefix, version.version, version.commit),
            keep_seconds: config.redis_keep_seconds.clone(),
            instruments: instruments.clone(),
        });
        let note = context.health().note("redis");
        let renewing = watch::renew(Arc::clone(&shared), changes, context.shutdown().clone());
        context.tasks().spawn("redis-credentials", renewing);
        context.tasks().spawn("redis", watch::watch(Arc::clone(&shared), note, context.shutdown().clone()));
        Ok(shared)
    }

    /// The answer for `key`, if Redis is there and has it.
    pub(crate) async fn read(&self, key: &str) -> Option<Bytes> {
        let found: Option<Vec<u8>> =
            self.answered(redis::cmd("GET").arg(self.answer(key)).query_async(&mut self.connection())).await?;
        found.map(Bytes::from)
    }

    /// Keeps an answer, if Redis is there.
    pub(crate) async fn write(&self, key: &str, bytes: &Bytes) {
        let mut set = redis::cmd("SET");
        set.arg(self.answer(key)).arg(&bytes[..]).arg("EX").arg(self.keep_seconds.load().duration().as_secs().max(1));
        self.answered::<()>(set.query_async(&mut self.connection())).await;
    }

    /// What a script returns, if Redis is there.
    pub(crate) async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Option<T> {
        self.answered(script.invoke_async(&mut self.connection())).await
    }

    /// What Redis answers, unless it is away.
    async fn answered<T>(&self, answer: impl Future<Output = RedisResult<T>>) -> Option<T> {
        if !self.usable.load(Ordering::Relaxed) {
            return None;
        }
        answer.await.inspect_err(|error| self.note(error)).ok()
    }

    /// Counts an error. A refusal comes from a Redis that answers, and at once; anything else means that it is away.
    fn note(&self, error: &RedisError) {
        tracing::debug!(error = error.category(), "Redis did not do as it was asked");
        self.instruments.failed();
        if !matches!(error.kind(), ErrorKind::Server(_)) {
            self.set_usable(false);
            self.broke.notify_one();
        }
    }

    /// Asks whether Redis is there, whatever was known before.
    pub(crate) async fn ping(&self) -> Result<(), RedisError> {
        let pong = redis::cmd("PING").query_async::<()>(&mut self.connection()).await;
        self.set_usable(pong.is_ok());
        if pong.as_ref().is_err_and(|error| error.kind() == ErrorKind::AuthenticationFailed) {
            self.url.doubt();
        }
        pong
    }

    /// Asks Redis by the URL as it is now, and goes on with that if Redis answers. What is under way ends as it began.
    ///
    /// # Errors
    /// When it does not work: everything stays as it was.
    pub(crate) async fn renew(&self) -> Result<(), Error> {
        let manager = manager(&self.url.load())?;
        let pong = redis::cmd("PING").query_async::<()>(&mut manager.clone()).await;
        pong.map_err(|_| Error::Invalid("REDIS_URL does not lead to a Redis that answers"))?;
        self.manager.store(Arc::new(manager));
        self.broke.notify_one();
        Ok(())
    }

    fn set_usable(&self, usable: bool) {
        self.usable.store(usable, Ordering::Relaxed);
        self.instruments.is_usable(usable);
    }

    /// A connection is a handle: all of them share one, and wait for each other's answers no longer than for their own.
    fn connection(&self) -> ConnectionManager {
        ConnectionManager::clone(&self.manager.load())
    }

    fn answer(&self, key: &str) -> String {
        format!("{}{key}", self.answers)
    }
}

/// A connection that is made when it is needed.
fn manager(url: &Secret) -> Result<ConnectionManager, Error> {
    let client = Client::open(url.reveal()).map_err(|_| Error::Invalid("REDIS_URL is not a URL of Redis"))?;
    let tuned = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(RESPOND));
    let manager = ConnectionManager::new_lazy_with_config(client, tuned);
    manager.map_err(|_| Error::Invalid("REDIS_URL cannot be used"))
}
