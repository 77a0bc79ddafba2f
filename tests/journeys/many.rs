//! Two of everything, and workers that are killed in the middle of their work.

use harness::{
    house::{House, Size},
    repository::Repository,
};
use rustix::process::Signal;

/// A site of so many pages that several batches are needed.
fn large(pages: usize) -> Repository {
    let repository = Repository::new();
    for page in 0..pages {
        let words = format!("Words of page {page}. ").repeat(50);
        repository.write(&format!("part-{}/page-{page}.md", page / 50), format!("# Page {page}\n\n{words}\n"));
    }
    repository.push("Add many pages");
    repository
}

/// How often a commit went live: once, whoever did the work.
fn times_live(house: &House, commit: &str) -> String {
    house.query(&format!("select count(*) from events where kind = 'revision.live' and data ->> 'commit' = '{commit}'"))
}

#[test]
fn two_of_everything_show_and_find_the_same() {
    let repository = large(200);
    let house = House::start(&repository, Size { webs: 2, workers: 2, has_redis: true });
    house.wait_until_searchable(&repository.head());
    let commit = repository.publish(&[("news.md", "# News\n\nSomething unheard of.\n")]);
    house.wait_until_searchable(&commit);
    assert_eq!(times_live(&house, &commit), "1");
    for web in &house.webs {
        web.wait_for_revision(&commit);
        assert!(web.get("/-/search?q=unheard").body.contains("href=\"/news#news\""));
    }
    assert_eq!(house.webs[0].get("/news").header("etag"), house.webs[1].get("/news").header("etag"));
    assert_eq!(house.query("select count(*) from bodies where indexed_at is null"), "0");
}

#[test]
fn a_worker_killed_in_the_middle_of_its_work_loses_nothing() {
    let repository = large(400);
    let mut house = House::start(&repository, Size::default());
    // Something is under way: some bodies are there, and not all.
    house.wait_until("indexing has begun", |status| status["jobs"]["running"].as_u64().unwrap_or(0) > 0);
    house.workers[0].worker.signal(Signal::KILL);
    house.workers[0].worker.wait();
    house.restart_worker(0);
    house.wait_until_searchable(&repository.head());
    assert_eq!(times_live(&house, &repository.head()), "1");
    assert_eq!(house.query("select count(*) from pages join bodies on bodies.id = body where indexed_at is null"), "0");
}

#[test]
fn what_a_killed_worker_had_begun_the_other_one_finishes() {
    let repository = large(400);
    let mut house = House::start(&repository, Size { workers: 2, ..Size::default() });
    house.wait_until("indexing has begun", |status| status["jobs"]["running"].as_u64().unwrap_or(0) > 0);
    house.workers[0].worker.signal(Signal::KILL);
    house.workers[0].worker.wait();
    house.wait_until_searchable(&repository.head());
    assert_eq!(times_live(&house, &repository.head()), "1");
}

#[test]
fn a_worker_that_is_asked_to_stop_hands_back_what_it_has_not_done() {
    let repository = large(400);
    let mut house = House::start(&repository, Size::default());
    house.wait_until("indexing has begun", |status| status["jobs"]["running"].as_u64().unwrap_or(0) > 0);
    assert!(house.workers[0].worker.terminate().success());
    house.restart_worker(0);
    house.wait_until_searchable(&repository.head());
    assert_eq!(times_live(&house, &repository.head()), "1");
}
