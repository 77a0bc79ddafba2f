//! What makes asking twice cheap (factor IV): an answer remembered in this process and in Redis, and limits that
//! replicas share. Hides redis.
//!
//! Redis holds nothing that cannot be lost. It may be absent from the start, die or hang at any time: then this process
//! remembers and limits for itself alone, no request waits for it, and it is used again as soon as it answers again.
//!
//! What is remembered never changes: a key names everything that its answer is made of, the revision above all, so a new
//! revision has new keys and nothing is ever invalidated. Memory and Redis forget only to make room.
//!
//! A way through the code: a request asks for an answer (`answers`), from memory, else from Redis (`shared`), which one
//! task watches (`watch`), else from whoever can make it.

mod config;
mod error;

mod answers;

mod shared;
mod watch;

mod limit;

mod metrics;

pub use answers::{Cache, Made};
pub use config::CacheConfig;
pub use error::Error;
pub use limit::{Limit, Rate, Refused};
