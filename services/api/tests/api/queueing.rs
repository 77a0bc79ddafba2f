//! Jobs, as operators see them.

use axum::http::StatusCode;
use contract::jobs::{JobList, JobState, JobSummary, Prune};

use crate::fixture::{Answer, Fixture, Settings};

impl Fixture {
    async fn enqueue(&self, count: usize) {
        let mut tx = self.store.begin().await.expect("begun");
        self.queue.enqueue_all(&mut tx, &vec![Prune {}; count]).await.expect("enqueued");
        self.store.commit(tx).await.expect("committed");
    }
}

fn job(answer: &Answer) -> JobSummary {
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{}", answer.body);
    serde_json::from_str(&answer.body).expect("a job")
}

async fn listed(api: &Fixture, path: &str) -> JobList {
    let answer = api.get_as("reads", path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("jobs")
}

#[tokio::test]
async fn jobs_are_listed_the_latest_first_and_read_on() {
    let api = Settings::new().start().await;
    api.enqueue(3).await;
    let ids = |list: &JobList| list.jobs.iter().map(|job| job.id).collect::<Vec<_>>();
    let first = listed(&api, "/v1/jobs?limit=2").await;
    let after = first.next.expect("more");
    let rest = listed(&api, &format!("/v1/jobs?limit=2&after={after}")).await;
    assert_eq!((ids(&first), ids(&rest), rest.next), (vec![3, 2], vec![1], None));
    assert_eq!(listed(&api, "/v1/jobs?state=available&kind=prune").await.jobs.len(), 3);
    assert_eq!(listed(&api, "/v1/jobs?state=discarded").await.jobs.len(), 0);
    assert_eq!(listed(&api, "/v1/jobs?kind=other").await.jobs.len(), 0);
}

#[tokio::test]
async fn a_job_is_shown_and_run_again() {
    let api = Settings::new().start().await;
    api.enqueue(1).await;
    let shown = job(&api.get_as("reads", "/v1/jobs/1").await);
    assert_eq!((shown.kind.as_str(), shown.state), ("prune", JobState::Available));
    assert_eq!(job(&api.post_as("operates", "/v1/jobs/1/retry", "").await).state, JobState::Available);
    for (path, token) in [("/v1/jobs/2", "reads"), ("/v1/jobs/2/retry", "operates")] {
        let method = if path.ends_with("retry") { axum::http::Method::POST } else { axum::http::Method::GET };
        let answer = api.send(crate::fixture::request(method, path, Some(token), "")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("no such job"), "{}", answer.body);
    }
    assert_eq!(api.get_as("reads", "/v1/jobs/x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(api.get_as("reads", "/v1/jobs?state=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_status_counts_jobs_and_tells_where_every_ref_stands() {
    let api = Settings::new().start().await;
    assert_eq!(api.get("/v1/status").await.json(), serde_json::json!({ "refs": [], "jobs": {} }));
    api.publish(1, &[("a.md", "One.")]).await;
    api.announce(Some(1), 2).await;
    let status = api.get("/v1/status").await.json();
    assert_eq!(status["jobs"], serde_json::json!({ "available": 1 }));
    let main = &status["refs"][0];
    let commit = |number| crate::fixture::commit(number).to_string();
    assert_eq!((main["target"].as_str(), main["live"].as_str()), (Some(&*commit(2)), Some(&*commit(1))));
}
