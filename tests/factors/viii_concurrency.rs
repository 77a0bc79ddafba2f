//! Concurrency (VIII): more of the same process is more of the same service; nobody counts them.

use harness::{
    house::{House, Size},
    http,
    repository::Repository,
    suite::{self, Suite},
};

use crate::small;

#[test]
fn three_webs_beside_one_puller_all_follow_a_push() {
    let repository = small();
    let suite = Suite::of(&repository);
    let others = [suite::web(&suite.link()).start(), suite::web(&suite.link()).start()];
    for web in &others {
        web.lines().wait_for("Revision live", |_| true);
    }
    let commit = repository.publish(&[("one.md", "# Changed\n")]);
    suite.wait_for_revision(&commit);
    for web in &others {
        web.lines().wait_for("Revision live", |line| line.text("revision") == commit);
        assert!(
            http::get(&format!("http://{}/one", web.address("public"))).expect("an answer").body.contains("Changed")
        );
    }
}

#[test]
fn a_second_puller_in_the_same_folder_is_refused_and_the_first_goes_on() {
    let repository = small();
    let mut suite = Suite::of(&repository);
    let (status, lines) = suite.puller_program().finish();
    assert!(!status.success(), "{}", lines.tail());
    assert!(lines.tail().contains("lock"), "{}", lines.tail());
    assert!(suite.puller.is_running());
}

#[test]
fn two_workers_share_a_revision_and_every_effect_is_applied_once() {
    let repository = Repository::new();
    let house = House::start(&repository, Size { workers: 2, ..Size::default() });
    for pod in &house.workers {
        let ready = format!("http://{}/readyz", pod.worker.address("public"));
        house.wait_until("a worker claims jobs", |_| http::get(&ready).is_ok_and(|answer| answer.status == 200));
    }
    for page in 0..400 {
        repository.write(&format!("page-{page}.md"), format!("# Page {page}\n\nWords of page {page}.\n"));
    }
    let commit = repository.push("Add many pages");
    house.wait_until_searchable(&commit);
    let shared = "select count(distinct attempted_by[1]) from river.river_job where kind = 'index_batch'";
    assert_eq!(house.query(shared), "2");
    let live = "select count(*) from events where kind = 'revision.live'";
    assert_eq!(house.query(live), "1");
    assert_eq!(house.query("select count(*) from pages"), "400");
    assert_eq!(house.query("select count(*) from bodies where indexed_at is not null"), "400");
}
