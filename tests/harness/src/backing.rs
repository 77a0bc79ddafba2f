//! Backing services for tests and development (factor X): the real PostgreSQL and Redis, as private children.
//!
//! `DATABASE_URL` and `REDIS_URL` are used where they are set. Else the programs are looked for (`PG_BIN`, Debian's
//! folders, `PATH`), else unpacked from Debian's packages into `target/dev`, without being root and without installing
//! anything. A child listens on loopback only, trusts whoever reaches it there, and does not outlive its parent.

mod cluster;
mod daemon;
mod database;
mod owner;
mod packages;
mod place;
mod postgres;
mod programs;
mod psql;
mod redis;

pub use database::{Database, Template};
pub use postgres::{Data, Postgres};
pub use redis::Redis;

use std::sync::OnceLock;

/// The PostgreSQL of this process: that of `DATABASE_URL`, else a private one that ends with the process.
///
/// # Errors
/// When it cannot be found, or does not start.
pub fn postgres() -> anyhow::Result<&'static Postgres> {
    static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Postgres::given_or(Data::Temporary).map_err(|error| format!("{error:#}")));
    shared.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
}

/// The Redis of this process: that of `REDIS_URL`, else a private one that ends with the process.
///
/// # Errors
/// When it cannot be found, or does not start.
pub fn redis() -> anyhow::Result<&'static Redis> {
    static SHARED: OnceLock<Result<Redis, String>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Redis::given_or_private().map_err(|error| format!("{error:#}")));
    shared.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: Template<'static> = Template { fingerprint: b"harness", fill: |_| Ok(()) };

    #[test]
    fn a_private_postgres_ends_with_its_owner_and_takes_its_data_along() {
        let server = Postgres::start(Data::Temporary).expect("started");
        let folder = server.folder().expect("private").to_owned();
        let pid = server.pid().expect("private");
        assert!(folder.join("data").is_dir());
        drop(server);
        assert!(!folder.exists());
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    }

    #[test]
    fn a_stopped_postgres_starts_again_with_its_data() {
        let server = Postgres::start(Data::Temporary).expect("started");
        server.psql.run(server.url(), "create table kept (id int)").expect("created");
        server.stop().expect("stopped");
        server.psql.run(server.url(), "select 1").expect_err("stopped");
        server.start_again().expect("started");
        assert_eq!(server.psql.run(server.url(), "select count(*) from kept").expect("kept"), "0");
    }

    #[test]
    fn every_test_has_a_database_of_its_own_and_leaves_none() {
        let server = postgres().expect("a server");
        let databases = [(); 3].map(|()| server.database(TEMPLATE).expect("a database"));
        for database in &databases {
            server.psql.run(database.url(), "create table mine (id int)").expect("its own");
        }
        let name = databases[0].name().to_owned();
        drop(databases);
        let left = server.psql.run(server.url(), &format!("select 1 from pg_database where datname = '{name}'"));
        assert_eq!(left.expect("asked"), "");
    }

    #[test]
    fn a_private_redis_answers_and_can_be_stopped_and_started() {
        let server = Redis::start().expect("started");
        server.stop().expect("stopped");
        assert!(server.pid().is_none());
        server.start_again().expect("started");
        assert!(server.pid().is_some());
    }
}
