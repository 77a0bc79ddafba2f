//! A worker process is killed while it indexes, time and again; and the commit is searchable in the end.

use contract::{jobs::JobState, revisions::RevisionState};
use harness::repository::Repository;
use rustix::process::Signal;

use crate::{
    checkout::Checkout,
    house::{House, until},
};

/// Pages enough for some batches, each with a word of its own.
fn pages(count: u32) -> Vec<(String, String)> {
    let text = |number| format!("# Page {number}\n\nword{number} {}\n", "and more of it ".repeat(200));
    (0..count).map(|number| (format!("{number}.md"), text(number))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_is_whole_although_its_workers_are_killed() {
    let pages = pages(60);
    let files: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let repository = Repository::with(&files);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let program = house.process(&checkout.link());
    let mut victim = program.start();
    let revision = house.announce(&repository.head()).await;
    let done = async || {
        let jobs = house.jobs().await;
        jobs.iter().filter(|job| job.state == JobState::Completed).count()
    };
    for kills in 1..=2 {
        until("some work done", async || (done().await >= 8 * kills).then_some(())).await;
        victim.signal(Signal::KILL);
        victim.wait();
        victim = program.start();
    }
    assert_eq!(house.settled(revision, RevisionState::Live).await.pages, Some(60));
    for number in [0, 17, 59] {
        assert_eq!(house.search(&format!("word{number}")).await, [format!("/{number}#page-{number}")]);
    }
    let doubled =
        "select count(*) from (select body, position from section_words group by 1, 2 having count(*) > 1) as x";
    assert_eq!(house.count(doubled).await, 0);
    assert_eq!(house.count("select count(*) from section_words").await, 60);
    assert_eq!(house.count("select count(*) from events where kind = 'revision.live'").await, 1);
    assert_eq!(victim.terminate().code(), Some(0));
}
