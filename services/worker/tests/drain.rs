//! `worker drain`, as a process.

use contract::revisions::RevisionState;
use harness::repository::Repository;

use crate::{checkout::Checkout, house::House};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drain_waits_until_no_job_is_left_and_says_so_by_its_exit_code() {
    let repository = Repository::with(&[("a.md", "# A\n")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let drain = house.process(&checkout.link()).arg("drain").arg("--seconds");
    let revision = house.announce(&repository.head()).await;
    let (status, lines) = drain.clone().arg("0").finish();
    assert_eq!(status.code(), Some(1));
    assert!(lines.tail().contains("1 jobs are left"), "{}", lines.tail());
    let worker = house.worker(&checkout.link(), &[]).await;
    let (status, lines) = drain.arg("30").finish();
    assert_eq!(status.code(), Some(0), "{}", lines.tail());
    house.settled(revision, RevisionState::Live).await;
    worker.stop().await;
}
