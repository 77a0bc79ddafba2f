//! The password of Redis is rotated: what does not work is not put in force, and what does is used without a restart.

use std::time::Duration;

use cache::Cache;
use chassis::{
    config::{Live, Secret},
    health::State,
};
use harness::backing::Redis;
use redis::Client;

use crate::fixture::{Fixture, config, context};

/// Sets the password, and ends every other connection where that is asked for.
async fn set_password(server: &Redis, old: &str, new: &str, and_part: bool) {
    let client = Client::open(url(server, old)).expect("a URL");
    let mut connection = client.get_multiplexed_async_connection().await.expect("connected");
    let mut set = redis::cmd("CONFIG");
    set.arg("SET").arg("requirepass").arg(new).exec_async(&mut connection).await.expect("set");
    if and_part {
        let mut kill = redis::cmd("CLIENT");
        kill.arg("KILL").arg("TYPE").arg("normal").exec_async(&mut connection).await.expect("ended");
    }
}

fn url(server: &Redis, password: &str) -> String {
    let place = server.url().strip_prefix("redis://").expect("a scheme");
    if password.is_empty() { server.url().to_owned() } else { format!("redis://:{password}@{place}") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_is_used_once_redis_takes_it_and_never_before() {
    let server = Redis::start().expect("a server");
    set_password(&server, "", "one", false).await;
    let (secret, context) = (Live::new(Secret::new(url(&server, "one"))), context("none"));
    let mut settings = config(Some(server.url()), "rotation");
    settings.redis_url = Some(secret.clone());
    let cache = Cache::attach(&settings, &context).expect("attached");
    let process = Fixture::around(cache, context);
    process.wait_for(State::Pass).await;

    secret.set(Secret::new(url(&server, "two")));
    process.stays_well().await;
    set_password(&server, "one", "two", true).await;
    until_shared(&process, &Fixture::with_redis(&url(&server, "two"), "rotation").await).await;

    set_password(&server, "two", "three", true).await;
    process.wait_for(State::Fail).await;
    secret.set(Secret::new(url(&server, "three")));
    until_shared(&process, &Fixture::with_redis(&url(&server, "three"), "rotation").await).await;
}

/// Waits until one process remembers what the other made.
async fn until_shared(process: &Fixture, other: &Fixture) {
    let share = async {
        for number in 0.. {
            let (key, made) = (format!("{number}"), process.made());
            other.answer(&key).await;
            process.answer(&key).await;
            if process.made() == made {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), share).await.expect("shared in time");
}
