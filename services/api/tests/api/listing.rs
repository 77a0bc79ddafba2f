//! Revisions and pages: listed, read on, found, and not there.

use axum::http::StatusCode;
use contract::{
    pages::{PageList, PageSummary},
    revisions::{Revision, RevisionList, RevisionState},
};

use crate::fixture::{Answer, Settings, commit};

fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> T {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(!answer.header("etag").is_empty());
    serde_json::from_str(&answer.body).expect("what the contract says")
}

#[tokio::test]
async fn revisions_are_listed_the_latest_first_and_read_on() {
    let api = Settings::new().start().await;
    for number in 1..=3 {
        api.announce(None, number).await;
    }
    let commits =
        |list: &RevisionList| list.revisions.iter().map(|revision| revision.commit.clone()).collect::<Vec<_>>();
    let first: RevisionList = read(&api.get("/v1/revisions?limit=2").await);
    let after = first.next.expect("more").0;
    let rest: RevisionList = read(&api.get(&format!("/v1/revisions?limit=2&after={after}")).await);
    assert_eq!((commits(&first), commits(&rest), rest.next), (vec![commit(3), commit(2)], vec![commit(1)], None));
    assert_eq!(api.get("/v1/revisions?limit=101").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(api.get("/v1/revisions?after=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_revision_is_found_by_its_commit_and_by_its_ref() {
    let api = Settings::new().start().await;
    api.publish(1, &[("a.md", "One.")]).await;
    let found: Revision = read(&api.get(&format!("/v1/revisions/{}", commit(1))).await);
    assert_eq!((found.ref_name.as_str(), found.state, found.pages), ("main", RevisionState::Live, Some(1)));
    let body = serde_json::json!({ "ref": "next", "to": commit(1) });
    api.post_as("announces", "/v1/revisions", &body.to_string()).await;
    let of_ref = async |name: &str| api.get(&format!("/v1/revisions/{}?ref={name}", commit(1))).await;
    assert_eq!(read::<Revision>(&of_ref("next").await).state, RevisionState::Announced);
    assert_eq!(read::<Revision>(&of_ref("main").await).state, RevisionState::Live);
    assert_eq!(of_ref("other").await.status, StatusCode::NOT_FOUND);
    assert_eq!(api.get(&format!("/v1/revisions/{}", commit(9))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(api.get("/v1/revisions/abc").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_are_listed_by_path_and_read_on() {
    let api = Settings::new().start().await;
    assert_eq!(api.get("/v1/pages").await.status, StatusCode::NOT_FOUND);
    api.publish(1, &[("b/c.md", "Two."), ("a.md", "One."), ("z.md", "Three.")]).await;
    let paths = |list: &PageList| list.pages.iter().map(|page| page.path.clone()).collect::<Vec<_>>();
    let first: PageList = read(&api.get("/v1/pages?limit=2").await);
    assert_eq!(
        (paths(&first), first.next.as_deref(), &first.revision),
        (vec!["a.md".into(), "b/c.md".into()], Some("b/c.md"), &commit(1))
    );
    let rest: PageList = read(&api.get("/v1/pages?limit=2&after=b/c.md").await);
    assert_eq!((paths(&rest), rest.next), (vec!["z.md".to_owned()], None));
    assert_eq!(api.get("/v1/pages?limit=1001").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_page_is_found_by_its_file() {
    let api = Settings::new().start().await;
    api.publish(1, &[("b/c d.md", "Two.")]).await;
    api.publish(2, &[("a.md", "One.")]).await;
    let old = format!("/v1/pages/b/c%20d.md?revision={}", commit(1));
    assert_eq!(read::<PageSummary>(&api.get(&old).await).path, "b/c d.md");
    assert_eq!(api.get("/v1/pages/b/c%20d.md").await.status, StatusCode::NOT_FOUND);
    assert_eq!(read::<PageSummary>(&api.get("/v1/pages/a.md?ref=main").await).title, "a");
    assert_eq!(api.get("/v1/pages/a.md?ref=other").await.status, StatusCode::NOT_FOUND);
}
