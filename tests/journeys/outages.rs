//! What everything stands on goes away, is cut in the middle of a word, and comes back.

use std::time::{Duration, Instant};

use harness::{
    house::{House, Size},
    process::PATIENCE,
    repository::Repository,
    wire::Wire,
};
use rustix::process::Signal;

fn site() -> Repository {
    Repository::with(&[("README.md", "# Home\n\nHello.\n"), ("one.md", "# One\n\nWords to be found.\n")])
}

/// Every page is served, by one revision or the next.
fn assert_served(house: &House) {
    for path in ["/", "/one", "/-/status", "/sitemap.xml"] {
        let answer = house.web().get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
    assert_eq!(house.web().get("/readyz").status, 200);
}

/// Asks until the answer is as it should be.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "not so: {what}");
        std::thread::yield_now();
    }
}

/// Cuts a wire, pushes, and mends it: pages stay, search says that it is away if it must, and all is whole again.
fn survives(wire: impl Fn(&House) -> Wire, search_needs_it: bool) {
    let repository = site();
    let house = House::of(&repository);
    house.web().wait_for_revision(&repository.head());
    let wire = wire(&house);
    wire.cut();
    if search_needs_it {
        until("search is away", || house.web().get("/-/search?q=found+away").status == 503);
    } else {
        assert_eq!(house.web().get("/-/search?q=found").status, 200);
    }
    assert_served(&house);
    let commit = repository.publish(&[("one.md", "# One\n\nPushed while it was away.\n")]);
    house.web().wait_for_revision(&commit);
    assert!(house.web().get("/one").body.contains("while it was away"));
    wire.mend();
    house.wait_until_searchable(&commit);
    until("search is back", || house.web().get("/-/search?q=pushed").body.contains("href=\"/one#one\""));
}

#[test]
fn without_postgres_every_page_is_served_and_a_push_is_searchable_when_it_is_back() {
    survives(|house| house.postgres.clone(), true);
}

#[test]
fn without_the_api_every_page_is_served_and_a_push_is_searchable_when_it_is_back() {
    survives(|house| house.api_wire.clone(), true);
}

#[test]
fn without_redis_everything_works() {
    survives(|house| house.redis.clone(), false);
}

#[test]
fn the_api_is_not_ready_without_postgres_and_ready_again_with_it() {
    let house = House::of(&site());
    let ready = |house: &House| house.ask("/readyz").status;
    assert_eq!(ready(&house), 200);
    house.redis.cut();
    assert_eq!(ready(&house), 200);
    house.postgres.cut();
    until("not ready", || ready(&house) == 503);
    assert_eq!(house.ask("/healthz").status, 200);
    let answer = house.ask("/v1/revisions");
    assert_eq!(
        (answer.status, answer.header("retry-after").is_empty()),
        (503, false),
        "{}\n{}",
        answer.body,
        house.api.lines().tail()
    );
    house.postgres.mend();
    until("ready again", || ready(&house) == 200);
}

#[test]
fn cut_in_the_middle_of_a_reply_nothing_is_lost() {
    let repository = site();
    let house = House::of(&repository);
    for (round, bytes) in [1, 40, 700, 5_000].into_iter().enumerate() {
        for wire in [&house.postgres, &house.api_wire] {
            wire.cut_after(bytes);
        }
        let commit = repository.publish(&[("one.md", &format!("# One\n\nWord{round} after a cut.\n"))]);
        house.web().wait_for_revision(&commit);
        for wire in [&house.postgres, &house.api_wire] {
            wire.mend();
        }
        house.wait_until_searchable(&commit);
        assert_eq!(house.search(&format!("word{round}")).0, ["/one#one"]);
    }
}

#[test]
fn a_silent_redis_does_not_hold_up_a_search() {
    let house = House::of(&site());
    house.redis.silence();
    let began = Instant::now();
    for round in 0..20 {
        assert_eq!(house.ask(&format!("/v1/search?q=words{round}")).status, 200);
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn a_house_that_never_had_a_redis_is_whole() {
    let repository = site();
    let house = House::start(&repository, Size { has_redis: false, ..Size::default() });
    house.wait_until_searchable(&repository.head());
    assert_eq!(house.search("found").0, ["/one#one"]);
    assert_eq!(house.ask("/readyz").status, 200);
}

#[test]
fn the_remote_is_lost_and_search_goes_on() {
    let repository = site();
    let house = House::of(&repository);
    repository.lose();
    house.workers[0].puller.lines().wait_for("Sync failed", |_| true);
    assert_eq!(house.search("found").0, ["/one#one"]);
    assert_served(&house);
    repository.find();
    let commit = repository.publish(&[("one.md", "# One\n\nReturned.\n")]);
    house.wait_until_searchable(&commit);
}

#[test]
fn the_api_is_killed_and_its_successor_goes_on() {
    let repository = site();
    let mut house = House::of(&repository);
    house.api.signal(Signal::KILL);
    house.api.wait();
    let commit = repository.publish(&[("one.md", "# One\n\nIn between.\n")]);
    house.web().wait_for_revision(&commit);
    house.restart_api();
    house.wait_until_searchable(&commit);
    assert_eq!(house.search("between").0, ["/one#one"]);
}
