//! Admin processes (XII): one-off work runs from the same executable with the same configuration.

use harness::{
    backing::{Template, postgres},
    house::House,
    plan::Plan,
    process::Program,
    suite,
};
use rustix::process::Signal;

use crate::{PROCESSES, said, small};

#[test]
fn every_process_explains_itself() {
    for name in PROCESSES {
        for argument in ["--help", "--version", "config"] {
            let (status, text) = said(name, &[argument]);
            assert!(status.success() && !text.is_empty(), "{name} {argument}: {text}");
        }
    }
}

#[test]
fn a_word_that_nobody_knows_is_refused_by_name() {
    let (status, lines) = Program::service("web").arg("sevre").finish();
    assert_eq!(status.code(), Some(64));
    assert!(lines.err().contains("sevre"), "{}", lines.err());
}

#[test]
fn healthcheck_asks_the_process_that_runs_with_the_same_environment() {
    let web = suite::web("/nowhere/x".as_ref()).start();
    let port = web.address("public").rsplit(':').next().expect("a port").to_owned();
    let check =
        |port: &str| Program::service("web").env("HOST", "127.0.0.1").env("PORT", port).arg("healthcheck").finish();
    let (status, lines) = check(&port);
    assert!(status.success(), "{}", lines.tail());
    drop(web);
    let (status, lines) = check(&port);
    assert_eq!(status.code(), Some(1));
    assert!(lines.err().contains(&port), "{}", lines.err());
}

#[test]
fn migrations_run_as_a_process_of_their_own_as_often_as_one_likes_and_at_once() {
    let house = House::of(&small());
    let both = [(); 2].map(|()| house.plan.admin(&["migrate"]).start());
    for mut migrate in both {
        assert!(migrate.wait().success(), "{}", migrate.lines().tail());
    }
    house.wait_until_searchable(&house.search("home").1);
}

#[test]
fn the_first_migrations_may_come_together() {
    let nothing = Template { fingerprint: b"an empty house", fill: |_| Ok(()) };
    let database = postgres().expect("a Postgres").database(nothing).expect("a database");
    let plan = Plan { database_url: database.url().to_owned(), ..Plan::of(&small()) };
    for mut migrate in [(); 3].map(|()| plan.admin(&["migrate"]).start()) {
        assert!(migrate.wait().success(), "{}", migrate.lines().tail());
    }
}

#[test]
fn an_index_is_made_anew_by_an_admin_process_and_a_worker_drained_by_another() {
    let repository = small();
    let house = House::of(&repository);
    let (link, worker) = (house.web().link(), &house.workers[0].worker);
    let drain = |seconds| {
        let drain = house.plan.worker(&link, "http://127.0.0.1:9").arg("drain").arg("--seconds");
        drain.arg(seconds).finish()
    };
    house.query("truncate bodies cascade");
    worker.signal(Signal::STOP);
    let (status, lines) = house.plan.admin(&["reindex"]).finish();
    assert!(status.success(), "{}", lines.tail());
    assert!(!drain("0").0.success(), "drained by nobody");
    worker.signal(Signal::CONT);
    let (status, lines) = drain("30");
    assert!(status.success(), "{}", lines.tail());
    assert_eq!(house.search("home").0, ["/#home"]);
}

#[test]
fn an_admin_process_without_its_database_ends_with_a_clear_word() {
    let migrate = Program::service("api").env("DATABASE_URL", "not-a-url").arg("migrate");
    let (status, lines) = migrate.finish();
    assert!(!status.success());
    assert!(lines.tail().contains("DATABASE_URL"), "{}", lines.tail());
}
