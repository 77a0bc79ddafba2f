//! What is old goes, and what nobody will bring to an end fails.

use contract::revisions::RevisionState;
use harness::repository::Repository;

use crate::{
    checkout::Checkout,
    house::{House, until},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_prunes_without_being_asked() {
    let repository = Repository::with(&[("a.md", "# A\n\nfirst\n")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let keep = [("KEEP_REVISIONS", "0"), ("KEEP_EVENTS_DAYS", "1")];
    let worker = house.worker(&checkout.link(), &keep).await;
    house.settled(house.announce(&repository.head()).await, RevisionState::Live).await;
    worker.stop().await;
    let commit = repository.publish(&[("a.md", "# A\n\nsecond\n")]);
    checkout.show(&repository, &commit);
    house.execute("update events set at = at - interval '2 days'").await;
    // Within its hour it does not come again by itself.
    house.execute("delete from river.river_job where kind = 'prune'").await;
    let worker = house.worker(&checkout.link(), &keep).await;
    house.settled(house.announce(&commit).await, RevisionState::Live).await;
    house.execute("update river.river_job set scheduled_at = now(), state = 'available', finalized_at = null where kind = 'prune'").await;
    until("one body", async || (house.count("select count(*) from bodies").await == 1).then_some(())).await;
    assert_eq!(house.count("select count(*) from events where at < now() - interval '1 day'").await, 0);
    assert_eq!(house.search("second").await, ["/a#a"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_without_a_job_fails() {
    let repository = Repository::with(&[("a.md", "# A\n")]);
    let (house, checkout) = (House::new(), Checkout::of(&repository));
    let revision = house.announce(&repository.head()).await;
    let given_up = "update river.river_job set state = 'discarded', finalized_at = now()";
    house.execute(given_up).await;
    let worker = house.worker(&checkout.link(), &[]).await;
    let failed = house.settled(revision, RevisionState::Failed).await;
    assert_eq!(failed.problem.as_deref(), Some("its jobs were given up"));
    worker.stop().await;
}
