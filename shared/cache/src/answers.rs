//! Answers in two tiers: this process's memory, then Redis; made once where both know nothing.

use std::sync::Arc;

use bytes::Bytes;
use chassis::process::Context;
use moka::future::Cache as Memory;

use crate::{
    CacheConfig, Error,
    metrics::{Instruments, Tier},
    shared::Shared,
};

/// What an entry costs beside its key and its value, in bytes.
const OVERHEAD: usize = 200;

/// The memory of a process. Clones share it.
#[derive(Clone)]
pub struct Cache {
    memory: Memory<String, Bytes>,
    pub(crate) shared: Option<Arc<Shared>>,
    instruments: Instruments,
}

/// An answer that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// What the key's answer is for ever: it is kept.
    Lasting(Bytes),
    /// What the answer is now: it is given to whoever waits for it, and forgotten.
    Passing(Bytes),
}

/// Why there is nothing to keep.
enum Unkept<E> {
    Passing(Bytes),
    Failed(Arc<E>),
}

impl Cache {
    /// Attaches to Redis, if there is to be one, without waiting for it, and notes how it stands as `redis`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `REDIS_URL` is not a URL of Redis.
    pub fn attach(config: &CacheConfig, context: &Context) -> Result<Self, Error> {
        let weight =
            |key: &String, value: &Bytes| u32::try_from(key.len() + value.len() + OVERHEAD).unwrap_or(u32::MAX);
        let memory = Memory::builder().max_capacity(config.answer_cache_mib << 20).weigher(weight).build();
        let instruments = Instruments::register(context.metrics());
        let shared = match &config.redis_url {
            Some(url) => Some(Shared::attach(url, config, &instruments, context)?),
            None => None,
        };
        Ok(Self { memory, shared, instruments })
    }

    /// The answer for `key`, if anybody remembers it.
    pub async fn find(&self, key: &str) -> Option<Bytes> {
        if let Some(bytes) = self.memory.get(key).await {
            self.instruments.answered(Tier::Memory);
            return Some(bytes);
        }
        let bytes = self.remembered(key).await?;
        self.memory.insert(key.to_owned(), bytes.clone()).await;
        self.instruments.answered(Tier::Redis);
        Some(bytes)
    }

    /// The answer for `key`; `make` makes it where nobody remembers it. Whoever asks for the same at the same time waits
    /// for the first.
    ///
    /// # Errors
    /// What `make` says. Nothing is remembered then.
    pub async fn answer<E>(&self, key: &str, make: impl Future<Output = Result<Made, E>>) -> Result<Bytes, Arc<E>>
    where
        E: Send + Sync + 'static,
    {
        if let Some(bytes) = self.memory.get(key).await {
            self.instruments.answered(Tier::Memory);
            return Ok(bytes);
        }
        let mut tier = Tier::Memory;
        // On the heap: making an answer may take a large future, and moka would copy it.
        let find = Box::pin(async {
            tier = Tier::Redis;
            if let Some(bytes) = self.remembered(key).await {
                return Ok(bytes);
            }
            tier = Tier::None;
            match make.await {
                Ok(Made::Lasting(bytes)) => {
                    self.remember(key, &bytes).await;
                    Ok(bytes)
                }
                Ok(Made::Passing(bytes)) => Err(Unkept::Passing(bytes)),
                Err(error) => Err(Unkept::Failed(Arc::new(error))),
            }
        });
        let outcome = self.memory.try_get_with_by_ref(key, find).await;
        self.instruments.answered(tier);
        outcome.or_else(|unkept| match &*unkept {
            Unkept::Passing(bytes) => Ok(bytes.clone()),
            Unkept::Failed(error) => Err(Arc::clone(error)),
        })
    }

    async fn remembered(&self, key: &str) -> Option<Bytes> {
        self.shared.as_ref()?.read(key).await
    }

    async fn remember(&self, key: &str, bytes: &Bytes) {
        if let Some(shared) = &self.shared {
            shared.write(key, bytes).await;
        }
    }
}
