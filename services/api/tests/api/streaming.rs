//! The stream of events: as they happen, from where a client left off, and to an end.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, StatusCode},
    response::Response,
};
use contract::events::{Change, Event, Push};
use futures_util::StreamExt as _;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::fixture::{Fixture, Settings, commit};

const PATIENCE: Duration = Duration::from_secs(20);

/// A client that reads a stream.
pub(crate) struct Client {
    body: BodyDataStream,
    text: String,
}

impl Client {
    /// The next block of the stream; none at its end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let bytes = timeout(PATIENCE, self.body.next()).await.expect("in time")?.expect("bytes");
            self.text.push_str(std::str::from_utf8(&bytes).expect("text"));
        }
    }

    /// The next event's number and kind, which are told twice.
    pub(crate) async fn event(&mut self) -> (i64, String) {
        let block = self.block().await.expect("an event");
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).expect("a field").to_owned();
        let event: Event = serde_json::from_str(&field("data: ")).expect("JSON");
        assert_eq!((field("id: "), field("event: ")), (event.id.to_string(), event.change.kind().to_owned()));
        (event.id, event.change.kind().to_owned())
    }
}

impl Fixture {
    async fn open(&self, last: Option<&str>) -> Response {
        let request = Request::get("/v1/events").header("authorization", "Bearer reads");
        let request = last.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        self.router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer")
    }

    /// A client, and the event that it is told to begin after.
    pub(crate) async fn follow(&self, last: Option<&str>) -> (Client, String) {
        let response = self.open(last).await;
        assert_eq!(
            (response.status(), &response.headers()["content-type"]),
            (StatusCode::OK, &"text/event-stream".parse().expect("a value"))
        );
        let mut client = Client { body: response.into_body().into_data_stream(), text: String::new() };
        let hello = client.block().await.expect("a greeting");
        let id = hello.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id").to_owned();
        (client, id)
    }

    /// Writes events, and returns the last one's number.
    pub(crate) async fn write(&self, count: u32) -> i64 {
        let mut tx = self.store.begin().await.expect("begun");
        let push =
            |number| Change::Push(Push { ref_name: "main".parse().expect("a name"), commit: Some(commit(number)) });
        let changes: Vec<Change> = (0..count).map(push).collect();
        self.store.events().append(&mut tx, &changes).await.expect("written");
        self.store.commit(tx).await.expect("committed");
        self.store.events().last_id().await.expect("an id")
    }
}

#[tokio::test]
async fn what_happens_is_told_to_everybody_at_once() {
    let api = Settings::new().start().await;
    api.write(3).await;
    let (mut one, begun) = api.follow(None).await;
    let (mut two, _) = api.follow(None).await;
    assert_eq!(begun, "3", "what was before is not told");
    api.announce(None, 1).await;
    for client in [&mut one, &mut two] {
        assert_eq!(client.event().await, (4, "revision.announced".to_owned()));
    }
    let last = api.write(2).await;
    assert_eq!((one.event().await.0, one.event().await.0), (last - 1, last));
}

#[tokio::test]
async fn a_client_resumes_after_the_last_event_that_it_saw_and_misses_none() {
    let api = Settings::new().start().await;
    let (mut other, _) = api.follow(None).await;
    let last = api.write(1200).await;
    // When one has heard of all, nobody hears of them again: the next one has to read them.
    while other.event().await.0 < last {}
    let (mut client, begun) = api.follow(Some("2")).await;
    assert_eq!(begun, "2");
    api.write(1).await;
    for id in 3..=last + 1 {
        assert_eq!(client.event().await.0, id);
    }
}

#[tokio::test]
async fn a_client_of_another_time_begins_now_and_one_that_makes_no_sense_is_told_so() {
    let api = Settings::new().start().await;
    api.write(1).await;
    let (mut client, begun) = api.follow(Some("999")).await;
    assert_eq!(begun, "1");
    api.write(1).await;
    assert_eq!(client.event().await.0, 2);
    assert_eq!(api.open(Some("soon")).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(api.open(Some("-1")).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_slow_client_holds_nobody_up_and_misses_nothing() {
    let api = Settings::new().start().await;
    let (mut slow, _) = api.follow(None).await;
    let (mut quick, _) = api.follow(None).await;
    // With the first event both have read what was before them, and hear.
    api.write(1).await;
    assert_eq!((slow.event().await.0, quick.event().await.0), (1, 1));
    for _ in 0..3 {
        let last = api.write(200).await;
        while quick.event().await.0 < last {}
    }
    for id in 2..=601 {
        assert_eq!(slow.event().await.0, id);
    }
    assert!(api.context.metrics().to_text().contains("event_streams_behind_total 1"));
}

#[tokio::test]
async fn streams_end_when_the_process_is_asked_to_stop() {
    let api = Settings::new().start().await;
    let (mut client, _) = api.follow(None).await;
    api.write(1).await;
    client.event().await;
    api.context.shutdown().request();
    assert_eq!(client.block().await, None);
    assert_eq!(api.open(None).await.status(), StatusCode::SERVICE_UNAVAILABLE, "there is another replica");
    assert!(api.context.tasks().wait(PATIENCE).await);
}

#[tokio::test]
async fn there_are_so_many_streams_and_a_place_is_free_again_when_one_ends() {
    let settings = Settings::new();
    settings.limits.stream_limit.set(2);
    let api = settings.start().await;
    let (first, _) = api.follow(None).await;
    let (_second, _) = api.follow(None).await;
    let refused = api.open(None).await;
    assert_eq!(
        (refused.status(), &refused.headers()["retry-after"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"5".parse().expect("a value"))
    );
    assert!(api.context.metrics().to_text().contains("event_streams 2"));
    drop(first);
    let _third = api.follow(None).await;
    assert!(api.context.metrics().to_text().contains("event_streams 2"));
    assert_eq!(api.get("/v1/status").await.status, StatusCode::OK, "streams take no place of a request");
}
