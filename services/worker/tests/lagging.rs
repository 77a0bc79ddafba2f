//! The worker's checkout is behind the api: the job waits at no charge, and gives way to a newer one.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use contract::{jobs::JobState, revisions::RevisionState};
use harness::repository::Repository;

use crate::{
    checkout::Checkout,
    house::{House, until},
};

/// A puller that hears one request, and tells what it heard.
fn puller() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let (tell, heard) = mpsc::channel();
    thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("a connection");
        let (mut request, mut part) = (Vec::new(), [0; 1024]);
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = connection.read(&mut part).expect("read");
            request.extend_from_slice(&part[..count]);
        }
        connection.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").expect("answered");
        tell.send(String::from_utf8_lossy(&request).into_owned()).expect("heard");
    });
    (url, heard)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkout_that_is_behind_is_waited_for_and_its_puller_told() {
    let repository = Repository::with(&[("a.md", "# A\n\nfirst\n")]);
    let (house, checkout, (url, heard)) = (House::new(), Checkout::of(&repository), puller());
    let worker = house.worker(&checkout.link(), &[("PULLER_URL", &url), ("PULLER_TOKEN", "a-secret")]).await;
    let commit = repository.publish(&[("a.md", "# A\n\nsecond\n")]);
    let revision = house.announce(&commit).await;
    let request = heard.recv_timeout(Duration::from_secs(30)).expect("told");
    assert!(request.starts_with("POST /-/sync HTTP/1.1"), "{request}");
    assert!(request.contains("authorization: Bearer a-secret"), "{request}");
    // It snoozes at least once before the tree comes.
    until("a snooze", async || {
        worker.context.metrics().to_text().contains(r#"kind="index_revision",outcome="snoozed"} 1"#).then_some(())
    })
    .await;
    checkout.show(&repository, &commit);
    house.settled(revision, RevisionState::Live).await;
    assert_eq!(house.search("second").await, ["/a#a"]);
    worker.stop().await;
    for job in house.jobs().await {
        assert_eq!((job.state, job.attempt), (JobState::Completed, 1), "{job:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_that_is_superseded_before_its_tree_comes_is_let_go() {
    let repository = Repository::with(&[("a.md", "# A\n\nfirst\n")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let worker = house.worker(&checkout.link(), &[]).await;
    let skipped = house.announce(&"0".repeat(40)).await;
    until("a wait", async || {
        let jobs = house.jobs().await;
        (jobs[0].state == JobState::Running).then_some(())
    })
    .await;
    let revision = house.announce(&repository.head()).await;
    house.settled(revision, RevisionState::Live).await;
    until("the end of the first job", async || (house.jobs().await[0].state == JobState::Completed).then_some(()))
        .await;
    house.settled(skipped, RevisionState::Superseded).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkout_that_is_not_there_at_all_is_no_failure() {
    let (house, checkout) = (House::new(), Checkout::new());
    let worker = house.worker(&checkout.link(), &[]).await;
    house.announce(&"0".repeat(40)).await;
    until("a snooze", async || worker.context.metrics().to_text().contains(r#"outcome="snoozed"}"#).then_some(()))
        .await;
    worker.stop().await;
    let job = house.jobs().await.remove(0);
    assert_eq!((job.state, job.attempt, job.problem), (JobState::Available, 0, None));
}
