//! Indexing: shared by many workers, with every effect once.

use std::sync::Arc;

use contract::revisions::RevisionState;
use store::{
    bodies::Body,
    revisions::{Basis, Ending, NewPage, Started},
};
use tokio::{sync::Barrier, task::JoinSet};

use crate::fixture::{announce, commit, finish, main_ref, migrated, page, start};

/// So many pages, each with something of its own.
fn pages(count: u32) -> Vec<(NewPage, Body)> {
    (0..count).map(|number| page(&format!("p{number:03}.md"), "A page", &[&format!("text number{number}")])).collect()
}

fn bodies(pages: &[(NewPage, Body)]) -> Vec<Body> {
    pages.iter().map(|(_, body)| body.clone()).collect()
}

#[tokio::test]
async fn new_pages_are_cut_into_batches_and_the_last_batch_goes_live() {
    let store = migrated();
    let pages = pages(7);
    let id = store.announced(1).await;
    assert_eq!(store.start(id, &pages, 3).await, Started::Batches(3));
    assert_eq!(store.revision(id).await.pages, Some(7));
    let mut paths = Vec::new();
    for batch in 0..3 {
        let found = store.revisions().batch(id, batch).await.expect("asked").expect("open");
        assert!(found.len() <= 3);
        paths.extend(found.into_iter().map(|page| page.path));
    }
    assert_eq!(paths, pages.iter().map(|(page, _)| page.path.clone()).collect::<Vec<_>>());
    store.bodies().write(&bodies(&pages)).await.expect("written");
    assert_eq!(store.finish(id, 1).await, Ending::Left(2));
    assert_eq!(store.finish(id, 1).await, Ending::Not, "counted before");
    assert_eq!(store.finish(id, 0).await, Ending::Left(1));
    assert_eq!(store.revision(id).await.state, RevisionState::Indexing);
    assert_eq!(store.finish(id, 2).await, Ending::Live);
    let revision = store.revision(id).await;
    assert_eq!(revision.state, RevisionState::Live);
    assert!(revision.live_at.is_some_and(|live| live >= revision.announced_at));
    assert_eq!(store.revisions().batch(id, 2).await.expect("asked"), None);
}

#[tokio::test]
async fn only_what_changed_is_indexed_again() {
    let store = migrated();
    let mut pages = pages(5);
    store.publish(1, &pages).await;
    pages[2] = page("p002.md", "A page", &["changed"]);
    let second = store.announced(2).await;
    assert_eq!(store.start(second, &pages, 10).await, Started::Batches(1));
    let batch = store.revisions().batch(second, 0).await.expect("asked").expect("open");
    assert_eq!(batch.iter().map(|page| page.path.as_str()).collect::<Vec<_>>(), ["p002.md"]);
    let third = store.announced(3).await;
    pages.remove(2);
    assert_eq!(store.start(third, &pages, 10).await, Started::Live);
    assert_eq!(store.revision(third).await.state, RevisionState::Live);
}

#[tokio::test]
async fn a_page_that_is_there_twice_is_indexed_once_and_a_title_is_its_own() {
    let store = migrated();
    let same = [page("a.md", "A", &["same"]), page("b.md", "A", &["same"]), page("c.md", "C", &["same"])];
    let id = store.announced(1).await;
    store.start(id, &same, 10).await;
    let batch = store.revisions().batch(id, 0).await.expect("asked").expect("open");
    let found: Vec<(&str, &str)> = batch.iter().map(|page| (page.path.as_str(), page.title.as_str())).collect();
    assert_eq!(found, [("a.md", "A"), ("c.md", "C")]);
    store.bodies().write(&bodies(&same)).await.expect("written");
    store.finish(id, 0).await;
    let list = store.pages().list(Some(&main_ref()), None, None, 10).await.expect("asked").expect("live");
    assert_eq!(list.pages.iter().map(|page| page.title.as_str()).collect::<Vec<_>>(), ["A", "A", "C"]);
}

#[tokio::test]
async fn a_superseded_revision_ends_at_once_and_never_goes_live() {
    let store = migrated();
    let pages = pages(4);
    let old = store.announced(1).await;
    store.start(old, &pages, 2).await;
    store.finish(old, 0).await;
    let new = store.announced(2).await;
    assert_eq!(store.revisions().batch(old, 1).await.expect("asked"), None);
    assert_eq!(store.finish(old, 1).await, Ending::Not);
    assert_eq!(store.revision(old).await.state, RevisionState::Superseded);
    assert!(!store.revisions().is_target(old).await.expect("asked"));
    assert_eq!(store.start(new, &[], 2).await, Started::Live);
    assert_eq!(store.revisions().refs().await.expect("refs")[0].live, Some(commit(2)));
}

#[tokio::test]
async fn a_revision_that_was_superseded_before_it_started_is_not_started() {
    let store = migrated();
    let old = store.announced(1).await;
    store.announced(2).await;
    assert_eq!(store.start(old, &pages(1), 1).await, Started::Not(RevisionState::Superseded));
}

#[tokio::test]
async fn a_failed_revision_says_why_and_the_live_one_stays() {
    let store = migrated();
    store.publish(1, &[]).await;
    let id = store.announced(2).await;
    store.start(id, &pages(2), 1).await;
    let mut tx = store.begin().await.expect("a transaction");
    assert!(store.revisions().fail(&mut tx, id, "cannot be\0read").await.expect("failed"));
    assert!(!store.revisions().fail(&mut tx, id, "again").await.expect("asked"));
    store.commit(tx).await.expect("committed");
    let revision = store.revision(id).await;
    assert_eq!((revision.state, revision.problem.as_deref()), (RevisionState::Failed, Some("cannot be read")));
    assert_eq!(store.finish(id, 0).await, Ending::Not);
    assert_eq!(store.revisions().refs().await.expect("refs")[0].live, Some(commit(1)));
    assert_eq!(store.told().await.last(), Some(&("revision.failed".to_owned(), 2)));
}

#[tokio::test]
async fn a_path_that_does_not_fit_is_refused_before_anything_is_written() {
    let store = migrated();
    let id = store.announced(1).await;
    let long = [page(&"x".repeat(2001), "Long", &["x"])];
    let error = start(&store, id, &long, 1).await.expect_err("refused");
    assert!(matches!(error, store::Error::Invalid(_)), "{error:?}");
    let twice = [page("a.md", "A", &["x"]), page("a.md", "A", &["y"])];
    start(&store, id, &twice, 1).await.expect_err("refused");
    assert_eq!(store.revision(id).await.state, RevisionState::Announced);
}

#[tokio::test]
async fn text_that_no_text_should_have_is_stored_without_it() {
    let store = migrated();
    let odd = [page("odd.md", "O\0dd\u{1f}", &["nul\0 \u{1f} \u{feff} \u{202e}text", ""])];
    store.publish(1, &odd).await;
    let found = store.pages().find(None, None, "odd.md").await.expect("asked").expect("there");
    assert_eq!(found.title, "O dd ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_runs_twice_at_once_starts_a_revision_once() {
    let store = migrated();
    let id = store.announced(1).await;
    let mut jobs = JoinSet::new();
    for _ in 0..6 {
        let store = store.clone();
        jobs.spawn(async move { start(&store, id, &pages(50), 5).await.expect("started") });
    }
    let outcomes = jobs.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Started::Batches(10)).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Started::Not(RevisionState::Indexing)).count(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_write_the_same_bodies_at_once_write_them_once() {
    let store = migrated();
    let all = pages(200);
    let id = store.announced(1).await;
    store.start(id, &all, 200).await;
    let line = Arc::new(Barrier::new(6));
    let mut workers = JoinSet::new();
    for worker in 0..6 {
        let (store, line, mut all) = (store.clone(), line.clone(), bodies(&all));
        all.rotate_left(worker * 30);
        workers.spawn(async move {
            line.wait().await;
            store.bodies().write(&all).await.expect("written");
        });
    }
    workers.join_all().await;
    let count = sqlx::query_scalar::<_, i64>("select count(*) from sections").fetch_one(store.pool()).await;
    assert_eq!(count.expect("counted"), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_race_for_the_same_batches_apply_every_effect_once() {
    let store = migrated();
    let all = pages(40);
    let id = store.announced(1).await;
    assert_eq!(store.start(id, &all, 2).await, Started::Batches(20));
    let mut workers = JoinSet::new();
    for worker in 0..5 {
        let (store, all) = (store.clone(), all.clone());
        workers.spawn(async move {
            let mut endings = Vec::new();
            for step in 0..20 {
                let batch = (step * 3 + worker) % 20;
                if let Some(open) = store.revisions().batch(id, batch).await.expect("asked") {
                    let of_batch = all.iter().filter(|(page, _)| open.iter().any(|open| open.path == page.path));
                    let of_batch: Vec<Body> = of_batch.map(|(_, body)| body.clone()).collect();
                    store.bodies().write(&of_batch).await.expect("written");
                }
                endings.push(finish(&store, id, batch).await.expect("finished"));
            }
            endings
        });
    }
    let endings: Vec<Ending> = workers.join_all().await.into_iter().flatten().collect();
    let mut left: Vec<u32> =
        endings.iter().filter_map(|ending| if let Ending::Left(left) = ending { Some(*left) } else { None }).collect();
    left.sort_unstable();
    assert_eq!(left, (1..20).collect::<Vec<_>>());
    assert_eq!(endings.iter().filter(|ending| **ending == Ending::Live).count(), 1);
    let live = store.told().await.iter().filter(|(kind, _)| kind == "revision.live").count();
    assert_eq!(live, 1);
    let ask = store::search::Ask { query: "text ".to_owned(), ref_name: None, commit: None, offset: 0, limit: 100 };
    assert_eq!(store.search(&ask).await.expect("found").hits.len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_announcement_that_races_with_the_last_batch_leaves_one_story() {
    let store = migrated();
    for round in 0..30 {
        let (old, new) = (2 * round + 1, 2 * round + 2);
        let id = store.announced(old).await;
        store.start(id, &[page("a.md", "A", &[&format!("round {round}")])], 1).await;
        let line = Arc::new(Barrier::new(2));
        let mut racers = JoinSet::new();
        racers.spawn({
            let (store, line) = (store.clone(), line.clone());
            async move {
                line.wait().await;
                finish(&store, id, 0).await.expect("finished");
            }
        });
        racers.spawn({
            let (store, line) = (store.clone(), line);
            async move {
                line.wait().await;
                announce(&store, Basis::Target, new).await.expect("announced");
            }
        });
        racers.join_all().await;
        let status = &store.revisions().refs().await.expect("refs")[0];
        assert_eq!(status.target, Some(commit(new)));
        let state = store.revision(id).await.state;
        let is_live = status.live == Some(commit(old));
        assert_eq!(is_live, state == RevisionState::Live);
        assert!(is_live || state == RevisionState::Superseded, "{state:?}");
    }
}
