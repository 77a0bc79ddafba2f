//! Announcements: what a ref is to show, however many pullers tell it.

use contract::revisions::RevisionState;
use store::revisions::Basis;
use tokio::task::JoinSet;

use crate::fixture::{announce, commit, main_ref, migrated, number};

fn event(kind: &str, number: u32) -> (String, u32) {
    (format!("revision.{kind}"), number)
}

#[tokio::test]
async fn the_first_announcement_creates_the_ref() {
    let store = migrated();
    let outcome = store.announce(Basis::Commit(commit(9)), 1).await;
    assert!(outcome.announced.accepted);
    assert_eq!(outcome.announced.target, commit(1));
    let revision = store.revision(outcome.to_index.expect("to index")).await;
    assert_eq!((revision.ref_name, revision.commit, revision.state), (main_ref(), commit(1), RevisionState::Announced));
    let refs = store.revisions().refs().await.expect("refs");
    assert_eq!((refs.len(), refs[0].target.as_ref(), refs[0].live.as_ref()), (1, Some(&commit(1)), None));
    assert_eq!(store.told().await, [event("announced", 1)]);
}

#[tokio::test]
async fn an_announcement_of_the_target_changes_nothing() {
    let store = migrated();
    store.announce(Basis::Nothing, 1).await;
    for basis in [Basis::Nothing, Basis::Commit(commit(1)), Basis::Commit(commit(7)), Basis::Target] {
        let outcome = store.announce(basis, 1).await;
        assert_eq!((outcome.announced.accepted, outcome.announced.target, outcome.to_index), (false, commit(1), None));
    }
    assert_eq!(store.told().await, [event("announced", 1)]);
}

#[tokio::test]
async fn an_announcement_from_the_target_is_accepted_forward_and_back() {
    let store = migrated();
    let first = store.announce(Basis::Nothing, 1).await.to_index;
    store.announce(Basis::Commit(commit(1)), 2).await;
    let back = store.announce(Basis::Commit(commit(2)), 1).await;
    assert!(back.announced.accepted);
    assert_eq!(back.to_index, first, "one commit of one ref is one revision");
    let expected = [("announced", 1), ("announced", 2), ("superseded", 1), ("announced", 1), ("superseded", 2)];
    assert_eq!(store.told().await, expected.map(|(kind, number)| event(kind, number)));
}

#[tokio::test]
async fn a_late_announcement_of_the_past_is_not_accepted() {
    let store = migrated();
    store.announce(Basis::Nothing, 1).await;
    store.announce(Basis::Commit(commit(1)), 2).await;
    for basis in [Basis::Nothing, Basis::Commit(commit(1)), Basis::Commit(commit(8))] {
        let outcome = store.announce(basis, 1).await;
        assert_eq!((outcome.announced.accepted, outcome.announced.target), (false, commit(2)));
    }
}

#[tokio::test]
async fn a_commit_that_was_never_seen_is_accepted_whatever_it_builds_on() {
    let store = migrated();
    store.announce(Basis::Nothing, 1).await;
    assert!(store.announce(Basis::Commit(commit(8)), 2).await.announced.accepted);
    assert!(store.announce(Basis::Nothing, 3).await.announced.accepted);
}

#[tokio::test]
async fn a_puller_that_cannot_say_what_it_had_is_believed() {
    let store = migrated();
    store.announce(Basis::Nothing, 1).await;
    store.announce(Basis::Commit(commit(1)), 2).await;
    assert!(store.announce(Basis::Target, 1).await.announced.accepted);
}

#[tokio::test]
async fn a_commit_belongs_to_each_ref_on_its_own() {
    let store = migrated();
    store.announce(Basis::Nothing, 1).await;
    let mut tx = store.begin().await.expect("a transaction");
    let other = "next".parse().expect("a name");
    let outcome =
        store.revisions().announce(&mut tx, &other, Basis::Nothing, &commit(1), None).await.expect("announced");
    store.commit(tx).await.expect("committed");
    assert!(outcome.announced.accepted);
    let names: Vec<String> = store
        .revisions()
        .of_commit(&commit(1))
        .await
        .expect("found")
        .iter()
        .map(|found| found.ref_name.to_string())
        .collect();
    assert_eq!(names, ["next", "main"]);
}

#[tokio::test]
async fn going_back_to_what_is_still_live_needs_no_indexing() {
    let store = migrated();
    let live = store.publish(1, &[]).await;
    store.announce(Basis::Commit(commit(1)), 2).await;
    let back = store.announce(Basis::Commit(commit(2)), 1).await;
    assert_eq!((back.announced.accepted, back.to_index), (true, None));
    assert_eq!(store.revision(live).await.state, RevisionState::Live);
    assert!(store.revisions().is_target(live).await.expect("asked"));
}

#[tokio::test]
async fn what_is_not_committed_never_happened() {
    let store = migrated();
    let mut tx = store.begin().await.expect("a transaction");
    let revisions = store.revisions();
    revisions.announce(&mut tx, &main_ref(), Basis::Nothing, &commit(1), None).await.expect("announced");
    drop(tx);
    assert_eq!(store.told().await, []);
    assert_eq!(store.revisions().refs().await.expect("refs"), []);
}

#[tokio::test]
async fn revisions_are_listed_page_by_page_the_latest_first() {
    let store = migrated();
    for number in 1..=5 {
        store.announce(Basis::Target, number).await;
    }
    store.announce(Basis::Target, 2).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let list = store.revisions().list(after, 2).await.expect("a list");
        seen.extend(list.revisions.iter().map(|revision| number(&revision.commit)));
        after = list.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [2, 5, 4, 3, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pullers_that_announce_one_commit_at_once_cause_one_revision() {
    let store = migrated();
    let mut pullers = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        pullers.spawn(async move { announce(&store, Basis::Nothing, 1).await.expect("announced") });
    }
    let outcomes = pullers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.announced.accepted).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.to_index.is_some()).count(), 1);
    assert_eq!(store.told().await, [event("announced", 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pullers_that_announce_different_commits_at_once_agree_on_one_story() {
    let store = migrated();
    let mut pullers = JoinSet::new();
    for puller in 0..6 {
        let store = store.clone();
        pullers.spawn(async move {
            for step in 0..10 {
                let basis = if step % 2 == 0 { Basis::Target } else { Basis::Nothing };
                announce(&store, basis, 1 + (puller * 7 + step) % 12).await.expect("announced");
            }
        });
    }
    pullers.join_all().await;
    let told = store.told().await;
    let announced: Vec<u32> =
        told.iter().filter(|(kind, _)| kind == "revision.announced").map(|(_, commit)| *commit).collect();
    let superseded: Vec<u32> =
        told.iter().filter(|(kind, _)| kind == "revision.superseded").map(|(_, commit)| *commit).collect();
    assert_eq!(superseded, announced[..announced.len() - 1], "each was superseded by the one after it");
    let refs = store.revisions().refs().await.expect("refs");
    assert_eq!(refs[0].target.as_ref().map(number), announced.last().copied());
}
