//! Postgres or Redis go away and come back: what needs them says so, the rest goes on, nothing stays broken.

use std::time::Duration;

use chassis::health::State;
use harness::backing::{Data, Postgres, Redis};

use crate::fixture::{Fixture, Settings, commit, migrate};

const PATIENCE: Duration = Duration::from_secs(20);

impl Fixture {
    /// Waits until a check stands so.
    async fn wait_for(&self, name: &str, state: State) {
        let is_so = || self.context.health().readings().iter().any(|check| check.name == name && check.state == state);
        let watch = async {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, watch).await.expect("the state in time");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_goes_and_comes_back() {
    let server = Postgres::start(Data::Temporary).expect("a server");
    migrate(server.url()).await.expect("migrated");
    let api = Settings::at(server.url()).start().await;
    api.publish(1, &[("a.md", "One thing.")]).await;
    let search = format!("/v1/search?q=thing&revision={}", commit(1));
    let before = api.get(&search).await;
    server.stop().expect("stopped");
    for path in ["/v1/status", "/v1/revisions", "/v1/pages", "/v1/search?q=other"] {
        let answer = api.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"), "{path}: {}", answer.body);
        assert!(!answer.body.contains("database"), "the cause is for the log: {}", answer.body);
    }
    assert_eq!(api.announce(Some(1), 2).await.status, 503);
    assert_eq!(api.get_as("reads", "/v1/jobs").await.status, 503);
    assert_eq!(api.get_as("reads", "/v1/events").await.status, 503);
    assert_eq!(api.get(&search).await.body, before.body, "what is remembered is still told");
    api.wait_for("postgres", State::Fail).await;
    assert!(!api.context.health().is_ready());
    server.start_again().expect("started");
    api.wait_for("postgres", State::Pass).await;
    assert_eq!(api.announce(Some(1), 2).await.json()["accepted"], true);
    for path in ["/v1/status", "/v1/revisions", "/v1/pages", "/v1/search?q=other"] {
        assert_eq!(api.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_starts_without_its_backing_services_and_uses_them_once_they_come() {
    let (server, redis) = (Postgres::start(Data::Temporary).expect("a server"), Redis::start().expect("a server"));
    migrate(server.url()).await.expect("migrated");
    server.stop().expect("stopped");
    redis.stop().expect("stopped");
    let mut settings = Settings::at(server.url());
    settings.redis_url = Some(redis.url().to_owned());
    let api = settings.start().await;
    assert_eq!(api.get("/v1/status").await.status, 503);
    server.start_again().expect("started");
    api.wait_for("postgres", State::Pass).await;
    assert!(api.context.health().is_ready(), "Redis does not count");
    api.publish(1, &[("a.md", "One thing.")]).await;
    assert_eq!(api.get("/v1/search?q=thing").await.json()["hits"].as_array().map(Vec::len), Some(1));
    redis.start_again().expect("started");
    api.wait_for("redis", State::Pass).await;
    assert_eq!(api.get("/v1/search?q=one").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_shared_through_redis_and_nothing_fails_when_it_goes() {
    let redis = Redis::start().expect("a server");
    let mut settings = Settings::new();
    settings.redis_url = Some(redis.url().to_owned());
    let mut other = Settings::at(&settings.database_url);
    other.redis_url = Some(redis.url().to_owned());
    let (one, two) = (settings.start().await, other.start().await);
    one.publish(1, &[("a.md", "One thing.")]).await;
    for api in [&one, &two] {
        api.wait_for("redis", State::Pass).await;
        assert_eq!(api.get("/v1/search?q=thing").await.status, 200);
    }
    assert!(two.context.metrics().to_text().contains(r#"cache_answers_total{tier="redis"} 1"#));
    redis.stop().expect("stopped");
    for query in ["thing", "one", "other"] {
        assert_eq!(one.get(&format!("/v1/search?q={query}")).await.status, 200, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_while_the_process_begins_misses_nothing() {
    let server = Postgres::start(Data::Temporary).expect("a server");
    migrate(server.url()).await.expect("migrated");
    server.stop().expect("stopped");
    let api = Settings::at(server.url()).start().await;
    api.wait_for("postgres", State::Fail).await;
    assert_eq!(api.get_as("reads", "/v1/events").await.status, 503);
    server.start_again().expect("started");
    let (mut client, _) = api.follow(None).await;
    let id = api.write(1).await;
    assert_eq!(client.event().await.0, id);
    server.stop().expect("stopped");
    server.start_again().expect("started");
    let id = api.write(1).await;
    assert_eq!(client.event().await.0, id, "the stream outlived the outage");
}
