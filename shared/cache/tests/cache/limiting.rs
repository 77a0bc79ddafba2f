//! Limits hold for all processes together, and for each alone while Redis is away.

use std::time::Duration;

use cache::{Limit, Rate};
use chassis::health::State;
use harness::backing::Redis;

use crate::fixture::Fixture;

/// Five at once, and in this test's life no more.
const FIVE: Rate = Rate { every: Duration::from_hours(1), burst: 5 };

fn url() -> &'static str {
    harness::backing::redis().expect("a server").url()
}

/// How many of ten are allowed.
async fn allowed(limit: &Limit, key: &str) -> usize {
    let mut allowed = 0;
    for _ in 0..10 {
        allowed += usize::from(limit.count(key).await.is_ok());
    }
    allowed
}

#[tokio::test]
async fn processes_share_a_limit_through_redis() {
    let first = Fixture::with_redis(url(), "limit").await;
    let second = Fixture::with_redis(url(), "limit").await;
    let limits = [first.cache.limit("push", FIVE), second.cache.limit("push", FIVE)];
    for turn in 0..5 {
        limits[turn % 2].count("main").await.expect("within the limit");
    }
    for limit in &limits {
        let wait = limit.count("main").await.expect_err("too many").retry_after;
        assert!(wait > Duration::from_mins(59) && wait <= Duration::from_hours(1), "{wait:?}");
    }
    assert_eq!(allowed(&limits[0], "other").await, 5, "another key");
    assert_eq!(allowed(&first.cache.limit("other", FIVE), "main").await, 5, "another limit");
}

#[tokio::test]
async fn a_process_without_redis_limits_for_itself_by_the_same_rule() {
    let limit = Fixture::start(None, "alone").cache.limit("push", FIVE);
    assert_eq!(allowed(&limit, "main").await, 5);
    assert_eq!(allowed(&limit, "other").await, 5);
    let wait = limit.count("main").await.expect_err("too many").retry_after;
    assert!(wait > Duration::from_mins(59) && wait <= Duration::from_hours(1), "{wait:?}");
}

#[tokio::test]
async fn what_was_refused_is_allowed_when_its_time_has_come() {
    let rate = Rate { every: Duration::from_millis(100), burst: 1 };
    for process in [Fixture::with_redis(url(), "refill").await, Fixture::start(None, "refill")] {
        let limit = process.cache.limit("push", rate);
        limit.count("main").await.expect("the first");
        let mut refused = 0;
        while let Err(wait) = limit.count("main").await
            && refused < 10
        {
            refused += 1;
            tokio::time::sleep(wait.retry_after).await;
        }
        assert!((1..=3).contains(&refused), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_holds_while_redis_is_away_and_is_shared_again_afterwards() {
    let server = Redis::start().expect("a server");
    let process = Fixture::with_redis(server.url(), "limit").await;
    let limit = process.cache.limit("push", FIVE);
    assert_eq!(allowed(&limit, "main").await, 5);
    server.stop().expect("stopped");
    assert_eq!(allowed(&limit, "main").await, 5, "counted anew, and limited");
    process.wait_for(State::Fail).await;
    server.start_again().expect("started");
    process.wait_for(State::Pass).await;
    assert_eq!(allowed(&limit, "main").await, 5, "the server forgot");
}
