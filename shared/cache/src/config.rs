//! Which Redis, and how much is remembered (factor III).

use chassis::config::{Live, Seconds, Secret};

chassis::section! {
    /// What is remembered.
    pub struct CacheConfig {
        /// Where Redis is: `redis://:password@host:6379/0`. Absent: every process remembers and limits for itself alone.
        pub redis_url: Option<Live<Secret>>,
        /// What every key in Redis begins with, so that several deployments can share one.
        pub redis_prefix: String = String::from("dozen:"),
        /// How long Redis keeps an answer that nobody asks for again. No answer ever becomes wrong.
        pub redis_keep_seconds: Live<Seconds> = Live::new(Seconds::new(6 * 3600)),
        /// Memory for answers in this process, in MiB.
        pub answer_cache_mib: u64 = 16,
    }
}
