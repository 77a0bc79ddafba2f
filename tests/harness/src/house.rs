//! The whole house: every service of the suite on real backing services, each behind a wire that can be cut.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    backing::{Database, Redis, Template, postgres},
    http::{self, Response},
    plan::Plan,
    process::{PATIENCE, Running},
    repository::Repository,
    suite::Suite,
    wire::Wire,
};

/// How big a house is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Pods of web and its puller.
    pub webs: usize,
    /// Pods of worker and its puller.
    pub workers: usize,
    /// Whether there is a Redis.
    pub has_redis: bool,
}

impl Default for Size {
    fn default() -> Self {
        Self { webs: 1, workers: 1, has_redis: true }
    }
}

/// A worker and its puller.
#[derive(Debug)]
pub struct WorkerPod {
    /// The sidecar.
    pub puller: Running,
    /// The worker.
    pub worker: Running,
    root: PathBuf,
}

impl WorkerPod {
    /// The link that its puller publishes.
    pub fn link(&self) -> PathBuf {
        self.root.join("current")
    }
}

/// Every service, and what each depends on. Dropping it asserts that no job is left.
#[derive(Debug)]
pub struct House {
    /// How each process is started.
    pub plan: Plan,
    /// Between the services and Postgres.
    pub postgres: Wire,
    /// Between the api and Redis.
    pub redis: Wire,
    /// Between everybody and the api.
    pub api_wire: Wire,
    /// The api.
    pub api: Running,
    /// The workers.
    pub workers: Vec<WorkerPod>,
    /// The webs.
    pub webs: Vec<Suite>,
    database: Database<'static>,
    _redis: Option<Redis>,
    folder: TempDir,
}

impl House {
    /// A house of the smallest size that publishes a repository; returns when its last commit is searchable.
    ///
    /// # Panics
    /// When that does not happen, as all of these methods.
    pub fn of(repository: &Repository) -> Self {
        let house = Self::start(repository, Size::default());
        house.wait_until_searchable(&repository.head());
        house
    }

    /// Starts a house, and waits for nothing but its ports.
    pub fn start(repository: &Repository, size: Size) -> Self {
        Self::planned(Plan::of(repository), size)
    }

    /// Starts a house as planned; where its backing services are, it finds out.
    pub fn planned(mut plan: Plan, size: Size) -> Self {
        let server = postgres().expect("a Postgres");
        let nothing = Template { fingerprint: b"an empty house", fill: |_| Ok(()) };
        let database = server.database(nothing).expect("a database");
        let redis = size.has_redis.then(|| Redis::start().expect("a Redis"));
        let postgres = Wire::to(authority(database.url()));
        let redis_wire = Wire::to(redis.as_ref().map_or("127.0.0.1:9", |redis| authority(redis.url())));
        plan.database_url = database.url().replace(authority(database.url()), &postgres.address());
        plan.redis_url = size.has_redis.then(|| format!("redis://{}", redis_wire.address()));
        let (migrated, lines) = plan.admin(&["migrate"]).finish();
        assert!(migrated.success(), "{}", lines.tail());
        let api = plan.api().start();
        let api_wire = Wire::to(&api.address("public"));
        let mut house = Self {
            plan,
            postgres,
            redis: redis_wire,
            api_wire,
            api,
            workers: Vec::new(),
            webs: Vec::new(),
            database,
            _redis: redis,
            folder: tempfile::tempdir().expect("a folder"),
        };
        for _ in 0..size.workers {
            house.add_worker();
        }
        for _ in 0..size.webs {
            house.webs.push(Suite::planned(&house.plan, Some(&house.api_url())));
        }
        house
    }

    /// Where the services find the api.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.api_wire.address())
    }

    /// The first web's pages.
    pub fn web(&self) -> &Suite {
        &self.webs[0]
    }

    /// One more worker, with a puller of its own.
    pub fn add_worker(&mut self) {
        let root = self.folder.path().join(format!("worker-{}", self.workers.len()));
        let puller = self.plan.puller(&root, Some(&self.api_url())).start();
        let url = format!("http://{}", puller.address("public"));
        let worker = self.plan.worker(&root.join("current"), &url).start();
        self.workers.push(WorkerPod { puller, worker, root });
    }

    /// Ends a worker, however it is, and starts it again beside its puller.
    pub fn restart_worker(&mut self, index: usize) {
        let pod = &self.workers[index];
        let url = format!("http://{}", pod.puller.address("public"));
        self.workers[index].worker = self.plan.worker(&pod.link(), &url).start();
    }

    /// Ends the api, however it is, and starts it again behind the same wire.
    pub fn restart_api(&mut self) {
        self.api = self.plan.api().start();
        self.api_wire.lead_to(&self.api.address("public"));
    }

    /// Asks the api, with the token.
    pub fn ask(&self, path: &str) -> Response {
        self.try_ask(path).expect("an answer")
    }

    fn try_ask(&self, path: &str) -> anyhow::Result<Response> {
        let token = format!("Bearer {}", self.plan.token);
        http::get_with(&format!("http://{}{path}", self.api.address("public")), &[("authorization", &token)])
    }

    /// Posts to the api, with the token.
    pub fn tell(&self, path: &str, body: &Value) -> Response {
        let token = format!("Bearer {}", self.plan.token);
        let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
        http::post(&format!("http://{}{path}", self.api.address("public")), &headers, &body.to_string())
            .expect("an answer")
    }

    /// The urls that a search finds, each with its anchor, and the revision that was searched.
    pub fn search(&self, query: &str) -> (Vec<String>, String) {
        let answer = self.ask(&format!("/v1/search?q={}", query.replace(' ', "%20").replace('"', "%22")));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let results: Value = serde_json::from_str(&answer.body).expect("JSON");
        let place = |hit: &Value| match hit["anchor"].as_str() {
            Some(anchor) => format!("{}#{anchor}", hit["url"].as_str().unwrap_or_default()),
            None => hit["url"].as_str().unwrap_or_default().to_owned(),
        };
        let hits = results["hits"].as_array().expect("hits").iter().map(place).collect();
        (hits, results["revision"].as_str().unwrap_or_default().to_owned())
    }

    /// Waits until search shows a commit.
    pub fn wait_until_searchable(&self, commit: &str) {
        self.wait_until(&format!("{commit} is searchable"), |status| {
            status["refs"].as_array().is_some_and(|refs| refs.iter().any(|one| one["live"] == commit))
        });
    }

    /// Waits until the api's status is as it should be. An api that is away is waited for.
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let status = self.try_ask("/v1/status").ok().and_then(|answer| serde_json::from_str(&answer.body).ok());
            let status: Value = status.unwrap_or_default();
            if is_so(&status) {
                return;
            }
            assert!(Instant::now() < deadline, "not so: {what}; the api says {status}\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks the database itself.
    pub fn query(&self, statement: &str) -> String {
        self.database.ask(statement).expect("an answer of the database")
    }

    /// The last words of every process.
    pub fn said(&self) -> String {
        let mut text = format!("api:\n{}\n", self.api.lines().tail());
        for pod in &self.workers {
            text.push_str(&format!("puller:\n{}\nworker:\n{}\n", pod.puller.lines().tail(), pod.worker.lines().tail()));
        }
        for pod in &self.webs {
            text.push_str(&format!("puller:\n{}\nweb:\n{}\n", pod.puller.lines().tail(), pod.web.lines().tail()));
        }
        text
    }
}

impl Drop for House {
    /// A story that went well leaves nothing to do.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.postgres.mend();
        self.wait_until("no job is left", |status| {
            let jobs = status["jobs"].as_object();
            jobs.is_some_and(|jobs| jobs.iter().all(|(state, count)| state == "completed" || count == 0))
        });
    }
}

/// The host and port in a URL.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or(rest);
    rest.rsplit('@').next().unwrap_or(rest)
}
