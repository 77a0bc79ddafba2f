//! Which Postgres, and how much of it (factor III).

use chassis::config::{Live, Seconds, Secret};

chassis::section! {
    /// The one durable truth.
    pub struct StoreConfig {
        /// Where Postgres is: `postgres://user:password@host:5432/name`.
        pub database_url: Live<Secret>,
        /// The most connections that a process holds.
        pub database_connections: u32 = 8,
        /// How long a request waits for a free connection before it is told to come back later.
        pub database_wait_seconds: Seconds = Seconds::new(2),
    }
}
