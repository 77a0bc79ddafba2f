//! Pruning: what nobody can ask for goes, and nothing else.

use contract::revisions::RevisionState;
use jiff::Timestamp;
use store::{
    prune::{Keep, Pruned},
    revisions::Basis,
    search::Ask,
};
use tokio::task::JoinSet;

use crate::fixture::{commit, migrated, page};

fn keep(revisions: u32) -> Keep {
    Keep { revisions, events_since: Timestamp::UNIX_EPOCH }
}

#[tokio::test]
async fn old_revisions_go_with_what_only_they_had() {
    let store = migrated();
    let shared = page("shared.md", "Shared", &["shared"]);
    for number in 1..=5 {
        let own = page("own.md", "Own", &[&format!("only in {number}")]);
        store.publish(number, &[shared.clone(), own]).await;
    }
    let pruned = store.prune(keep(2)).await.expect("pruned");
    assert_eq!(pruned, Pruned { revisions: 2, bodies: 2, events: 0 });
    assert_eq!(store.prune(keep(2)).await.expect("pruned"), Pruned::default());
    let find = async |number| {
        let ask = Ask { query: "only ".to_owned(), ref_name: None, commit: Some(commit(number)), offset: 0, limit: 10 };
        store.search(&ask).await.expect("found").revision
    };
    assert_eq!(find(3).await, Some(commit(3)), "still kept");
    assert_eq!(find(2).await, Some(commit(5)), "gone: the live one answers");
    assert!(!store.announce(Basis::Nothing, 1).await.announced.accepted, "it is still known to be old");
}

#[tokio::test]
async fn a_revision_that_comes_back_after_it_was_pruned_is_indexed_again() {
    let store = migrated();
    let first = [page("a.md", "A", &["first"])];
    store.publish(1, &first).await;
    store.publish(2, &[page("a.md", "A", &["second"])]).await;
    store.prune(keep(0)).await.expect("pruned");
    let id = store.publish(1, &first).await;
    assert_eq!(store.revision(id).await.state, RevisionState::Live);
    let ask = Ask { query: "first ".to_owned(), ref_name: None, commit: None, offset: 0, limit: 10 };
    assert_eq!(store.search(&ask).await.expect("found").hits.len(), 1);
}

#[tokio::test]
async fn old_events_go() {
    let store = migrated();
    store.publish(1, &[]).await;
    let now = store.events().after(0, 10).await.expect("read").events.last().expect("an event").at;
    let pruned = store.prune(Keep { revisions: 1, events_since: now }).await.expect("pruned");
    assert_eq!(pruned.events, 1);
    assert_eq!(store.told().await, [("revision.live".to_owned(), 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pruning_while_revisions_come_and_go_takes_nothing_that_is_needed() {
    let store = migrated();
    let mut pruning = JoinSet::new();
    for _ in 0..2 {
        let store = store.clone();
        pruning.spawn(async move {
            loop {
                store.prune(keep(0)).await.expect("pruned");
            }
        });
    }
    let sets: Vec<Vec<_>> = (0..2)
        .map(|set| {
            (0..200).map(|number| page(&format!("{number}.md"), "A", &[&format!("in {set} at {number}")])).collect()
        })
        .collect();
    for round in 0..20 {
        let id = store.publish(1 + round % 6, &sets[round as usize % 2]).await;
        assert_eq!(store.revision(id).await.state, RevisionState::Live);
        let ask = Ask { query: "at ".to_owned(), ref_name: None, commit: None, offset: 0, limit: 300 };
        let results = store.search(&ask).await.expect("found");
        assert_eq!((results.revision, results.hits.len()), (Some(commit(1 + round % 6)), 200), "round {round}");
    }
    pruning.abort_all();
}
