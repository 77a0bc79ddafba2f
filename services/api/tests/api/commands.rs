//! What operators call: real processes with the configuration of the api.

use std::net::TcpListener;

use contract::jobs::Prune;
use harness::{
    backing::{Data, Postgres, Template, postgres},
    process::Program,
};

use crate::fixture::{Fixture, Settings, commit};

fn api(database_url: &str, arguments: &[&str]) -> Program {
    let program = Program::at(env!("CARGO_BIN_EXE_api").into()).env("DATABASE_URL", database_url);
    arguments.iter().fold(program, |program, argument| program.arg(argument))
}

#[test]
fn the_schema_is_made_by_two_at_once_and_again_by_a_third() {
    let server = postgres().expect("a server");
    let empty = server.database(Template { fingerprint: b"empty", fill: |_| Ok(()) }).expect("a database");
    let both = [(); 2].map(|()| api(empty.url(), &["migrate"]).start());
    for mut migrate in both {
        assert!(migrate.wait().success(), "{}", migrate.lines().tail());
        migrate.lines().wait_for("Schema migrated", |line| line.text("schema").starts_with("schema "));
    }
    assert!(api(empty.url(), &["migrate"]).finish().0.success());
}

#[test]
fn migrate_waits_for_a_postgres_that_is_late() {
    let server = Postgres::start(Data::Temporary).expect("a server");
    server.stop().expect("stopped");
    let mut migrate = api(server.url(), &["migrate"]).start();
    migrate.lines().wait_for("Waiting for Postgres", |_| true);
    server.start_again().expect("started");
    assert!(migrate.wait().success(), "{}", migrate.lines().tail());
}

#[test]
fn migrate_gives_up_on_a_postgres_that_never_comes_and_tells_no_secret() {
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
    let (status, lines) = api(&format!("postgres://app:s3cret@{nobody}/app"), &["migrate", "--wait", "0"]).finish();
    assert_eq!(status.code(), Some(1));
    let failed = lines.logged().into_iter().find(|line| line.text("message") == "Process failed").expect("a line");
    assert!(failed.text("error").contains("DATABASE_URL"), "{}", failed.text("error"));
    assert!(!lines.out().concat().contains("s3cret"), "{}", lines.tail());
    assert_eq!(api("postgres://app@h/app", &["migrate", "--wait", "long"]).finish().0.code(), Some(64));
}

impl Fixture {
    async fn indexed(&self) -> Vec<String> {
        let jobs = self.queue.list(None, Some("index_revision"), None, 100).await.expect("jobs").jobs;
        jobs.iter().map(|job| job.payload["commit"].as_str().expect("a commit").to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reindex_begins_every_target_anew_and_search_shows_what_it_showed() {
    let settings = Settings::new();
    let url = settings.database_url.clone();
    let house = settings.start().await;
    house.publish(1, &[("a.md", "One thing.")]).await;
    let run = |arguments: &'static [&'static str]| api(&url, arguments).finish();
    assert!(run(&["reindex"]).0.success());
    assert_eq!(house.indexed().await, [commit(1).to_string()]);
    let revision = house.get(&format!("/v1/revisions/{}", commit(1))).await.json();
    assert_eq!(revision["state"], "announced");
    assert_eq!(house.get("/v1/search?q=thing").await.json()["hits"].as_array().map(Vec::len), Some(1));
    assert!(run(&["reindex", "--ref", "refs/heads/main"]).0.success());
    assert_eq!(house.indexed().await.len(), 2);
    let (status, lines) = run(&["reindex", "--ref", "other"]);
    assert_eq!(status.code(), Some(1));
    assert!(lines.tail().contains("never announced"), "{}", lines.tail());
    assert_eq!(run(&["reindex", "--ref", "a..b"]).0.code(), Some(64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_listed_and_run_again() {
    let settings = Settings::new();
    let url = settings.database_url.clone();
    let house = settings.start().await;
    let mut tx = house.store.begin().await.expect("begun");
    house.queue.enqueue(&mut tx, &Prune {}).await.expect("enqueued");
    house.store.commit(tx).await.expect("committed");
    let (status, lines) = api(&url, &["jobs", "list"]).finish();
    assert!(status.success(), "{}", lines.tail());
    let listed = lines.wait_for("Job", |line| line.number("id") == 1);
    assert_eq!((listed.text("kind"), listed.text("state")), ("prune", "available"));
    let (_, none) = api(&url, &["jobs", "list", "--state", "discarded"]).finish();
    assert!(none.logged().iter().all(|line| line.text("message") != "Job"));
    assert!(api(&url, &["jobs", "retry", "1"]).finish().0.success());
    let (status, lines) = api(&url, &["jobs", "retry", "9"]).finish();
    assert_eq!(status.code(), Some(1));
    assert!(lines.tail().contains("no job 9"), "{}", lines.tail());
    for wrong in [&["jobs", "retry", "x"], &["jobs", "list", "--state"]] {
        assert_eq!(api(&url, wrong).finish().0.code(), Some(64), "{wrong:?}");
    }
}
