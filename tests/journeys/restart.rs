//! Things are restarted, killed, and doubled.

use harness::{http, repository::Repository, suite::Suite};
use rustix::process::Signal;

fn site() -> Repository {
    Repository::with(&[("README.md", "# Home\n")])
}

#[test]
fn web_restarts_and_serves_at_once_although_the_remote_is_gone() {
    let repository = site();
    let mut suite = Suite::of(&repository);
    repository.lose();
    suite.restart_web();
    suite.wait_for_revision(&repository.head());
    assert!(suite.get("/").body.contains("Home"));
}

#[test]
fn the_puller_is_killed_and_its_successor_goes_on() {
    let repository = site();
    let mut suite = Suite::of(&repository);
    suite.puller.signal(Signal::KILL);
    suite.puller.wait();
    let commit = repository.publish(&[("README.md", "# While it was away\n")]);
    assert_eq!(suite.get("/").status, 200);
    suite.restart_puller();
    suite.wait_for_revision(&commit);
}

#[test]
fn two_pods_each_with_its_own_checkout_show_the_same() {
    let repository = site();
    let (one, two) = (Suite::of(&repository), Suite::of(&repository));
    let commit = repository.publish(&[("README.md", "# Both\n")]);
    for suite in [&one, &two] {
        suite.wait_for_revision(&commit);
    }
    let (ours, theirs) = (one.get("/"), two.get("/"));
    assert_eq!((&ours.body, ours.header("etag")), (&theirs.body, theirs.header("etag")));
}

#[test]
fn a_reader_in_the_middle_of_a_large_file_gets_all_of_it_while_revisions_change() {
    let repository = site();
    let large = "0123456789abcdef".repeat(1 << 18);
    repository.write("large.txt", &large);
    repository.push("Add a large file");
    let suite = Suite::of(&repository);
    let reading = std::thread::spawn({
        let url = format!("{}/large.txt", suite.url());
        move || (0..5).map(|_| http::get(&url).expect("an answer").body.len()).collect::<Vec<_>>()
    });
    for round in 0..3 {
        let commit = repository.publish(&[("README.md", &format!("# Round {round}\n"))]);
        suite.wait_for_revision(&commit);
    }
    assert_eq!(reading.join().expect("read"), [large.len(); 5]);
}
