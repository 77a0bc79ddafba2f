//! A commit becomes searchable: whole, once, by whoever is there.

use contract::{jobs::JobState, revisions::RevisionState};
use harness::repository::Repository;

use crate::{checkout::Checkout, house::House};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_make_a_commit_searchable() {
    let repository = Repository::with(&[
        ("README.md", "# Home\n\nWelcome, aardvark.\n"),
        ("guide/one.md", "# One\n\n## Deep down\n\nA badger digs.\n"),
        ("guide/two.md", "# Two\n\n{{#include ../part.txt}}\n"),
        ("part.txt", "An included caracal."),
        ("plain.html", "<h1>Plain</h1><h2 id=deer>Deer</h2><p>A dormouse sleeps.</p>"),
        ("unread.txt", "An elephant in a file that is no page."),
    ]);
    let (house, checkouts) = (House::new(), [(); 2].map(|()| Checkout::of(&repository)));
    let workers = [house.worker(&checkouts[0].link(), &[]).await, house.worker(&checkouts[1].link(), &[]).await];
    let revision = house.announce(&repository.head()).await;
    assert_eq!(house.settled(revision, RevisionState::Live).await.pages, Some(4));
    for (word, urls) in [
        ("aardvark", vec!["/#home"]),
        ("badger", vec!["/guide/one#deep-down"]),
        ("caracal", vec!["/guide/two#two"]),
        ("dormouse", vec!["/plain.html#deer"]),
        ("elephant", vec![]),
    ] {
        assert_eq!(house.search(word).await, urls, "{word}");
    }
    let [one, two] = workers;
    one.stop().await;
    two.stop().await;
    let jobs = house.jobs().await;
    let told: Vec<_> = jobs.iter().map(|job| (job.kind.as_str(), job.state, job.attempt)).collect();
    let done = |kind| (kind, JobState::Completed, 1);
    assert_eq!(told, [done("index_revision"), done("index_batch"), done("index_batch")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_changed_is_read_again() {
    let repository =
        Repository::with(&[("a.md", "# A\n\none\n"), ("b.md", "# B\n\ntwo\n"), ("c.md", "# C\n\nthree\n")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let worker = house.worker(&checkout.link(), &[]).await;
    let first = house.announce(&repository.head()).await;
    house.settled(first, RevisionState::Live).await;
    let commit = repository.publish(&[("b.md", "# B\n\nchanged\n"), ("d.md", "# A\n\none\n")]);
    checkout.show(&repository, &commit);
    let second = house.announce(&commit).await;
    house.settled(second, RevisionState::Live).await;
    assert_eq!((house.search("changed").await, house.search("two").await), (vec!["/b#b".to_owned()], vec![]));
    assert_eq!(house.search("one").await, ["/a#a", "/d#a"]);
    let text = worker.context.metrics().to_text();
    assert!(text.contains("worker_indexed_pages_total 4\n"), "{text}");
    assert!(text.contains("worker_revision_seconds_count 2\n"), "{text}");
    // Back to the first commit: everything is known.
    let third = house.announce(&repository.git(&["rev-parse", "HEAD~1"])).await;
    house.settled(third, RevisionState::Live).await;
    assert_eq!(house.search("two").await, ["/b#b"]);
    assert!(worker.context.metrics().to_text().contains("worker_indexed_pages_total 4\n"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_cannot_be_read_is_left_out() {
    let repository = Repository::with(&[("a.md", "# A\n\none\n"), ("large.md", &"large ".repeat(500))]);
    std::os::unix::fs::symlink("/etc/passwd", repository.work().join("away.md")).expect("linked");
    let commit = repository.push("A link to another place");
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let worker = house.worker(&checkout.link(), &[("PAGE_LIMIT_KIB", "1")]).await;
    let revision = house.announce(&commit).await;
    assert_eq!(house.settled(revision, RevisionState::Live).await.pages, Some(1));
    assert_eq!(house.search("one").await, ["/a#a"]);
    assert!(worker.context.metrics().to_text().contains("worker_left_out_pages_total 2\n"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tree_is_that_of_the_commit_also_when_the_checkout_moved_on() {
    let repository = Repository::with(&[("a.md", "# A\n\nolder\n")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let older = repository.head();
    let newer = repository.publish(&[("a.md", "# A\n\nnewer\n")]);
    checkout.show(&repository, &newer);
    let worker = house.worker(&checkout.link(), &[]).await;
    let revision = house.announce(&older).await;
    house.settled(revision, RevisionState::Live).await;
    assert_eq!((house.search("older").await.len(), house.search("newer").await.len()), (1, 0));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_is_told_what_a_book_leads_to() {
    let repository = Repository::with(&[
        ("2018/papaya.md", "# Papaya\n"),
        ("src/SUMMARY.md", "[Fruits](fruits.md)\n"),
        ("src/fruits.md", "# Fruits\n"),
    ]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let worker = house.worker(&checkout.link(), &[]).await;
    let revision = house.announce(&repository.head()).await;
    house.settled(revision, RevisionState::Live).await;
    assert_eq!(house.count("select count(*) from pages where is_listed and path = 'src/fruits.md'").await, 1);
    assert_eq!(house.count("select count(*) from pages where not is_listed and path = '2018/papaya.md'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_of_a_subdirectory_without_pages_is_live_at_once() {
    let repository = Repository::with(&[("README.md", "# Home\n"), ("site/data.bin", "x")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let worker = house.worker(&checkout.link(), &[("SITE_SUBDIRECTORY", "site")]).await;
    let revision = house.announce(&repository.head()).await;
    assert_eq!(house.settled(revision, RevisionState::Live).await.pages, Some(0));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_fails_with_the_last_attempt_of_its_job() {
    let repository = Repository::with(&[("a.md", "# A\n")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let revision = house.announce(&repository.head()).await;
    house.execute("update river.river_job set max_attempts = 1").await;
    house.execute("alter table pages rename to elsewhere").await;
    let worker = house.worker(&checkout.link(), &[]).await;
    let failed = house.settled(revision, RevisionState::Failed).await;
    assert_eq!(failed.problem.as_deref(), Some("the database refused"));
    worker.stop().await;
}
