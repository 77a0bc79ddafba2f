//! A migrated database, workers on it, and what the api would do.

use std::{
    ops::Deref,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use chassis::{
    config::{Env, read},
    process::{Context, Service as _},
    version::Version,
};
use client::Trust;
use contract::{
    Commit, RefName,
    jobs::{IndexRevision, JobSummary},
    revisions::{Revision, RevisionId, RevisionState},
};
use harness::{
    backing::{Database, Template, postgres},
    process::Program,
};
use queue::Queue;
use store::{Store, StoreConfig, revisions::Basis, search::Ask};
use worker::{Worker, WorkerConfig};

/// How long anything that is waited for may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A store and a queue with a database of their own.
pub(crate) struct House {
    store: Store,
    pub(crate) queue: Queue,
    database: Database<'static>,
}

impl Deref for House {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A worker of this process.
pub(crate) struct Running {
    pub(crate) context: Context,
}

impl Running {
    pub(crate) async fn stop(self) {
        self.context.shutdown().request();
        assert!(self.context.tasks().wait(PATIENCE).await, "it does not stop");
    }
}

fn open(url: &str) -> Store {
    let (config, _) = read::<StoreConfig>(&Env::from([("DATABASE_URL", url)])).expect("a configuration");
    Store::open(&config, "test").expect("a store")
}

/// Migrates from outside the test's own runtime, and leaves no connection open.
fn fill(url: &str) -> anyhow::Result<()> {
    let url = url.to_owned();
    let work = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let store = open(&url);
            store.migrate(async |pool| anyhow::Ok(queue::migrate(pool).await?)).await?;
            store.close().await;
            anyhow::Ok(())
        })
    });
    work.join().map_err(|_| anyhow::anyhow!("the migration panicked"))?.context("cannot migrate")
}

/// Waits until `look` finds something, and returns it.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) fn main_ref() -> RefName {
    "main".parse().expect("a name")
}

impl House {
    pub(crate) fn new() -> Self {
        let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/store/migrations");
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(migrations).expect("migrations").flatten().map(|file| file.path()).collect();
        files.sort();
        let mut text: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).expect("a migration")).collect();
        text.extend_from_slice(b"queue");
        let template = Template { fingerprint: &text, fill };
        let database = postgres().and_then(|server| server.database(template)).expect("a database");
        let store = open(database.url());
        Self { queue: Queue::new(store.pool()).expect("a queue"), store, database }
    }

    /// What a worker on the checkout at `link` finds in its environment.
    fn environment(&self, link: &Path, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let link = link.display().to_string();
        let all = [("DATABASE_URL", self.database.url()), ("SITE_CHECKOUT", &link), ("INDEX_BATCH_PAGES", "2")];
        all.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Starts a worker in this process.
    pub(crate) async fn worker(&self, link: &Path, more: &[(&str, &str)]) -> Running {
        let environment = self.environment(link, more);
        let env: Env = environment.into_iter().collect();
        let (config, _) = read::<(StoreConfig, WorkerConfig, Trust)>(&env).expect("a configuration");
        let context = Context::new(Version { name: "worker", version: "0", commit: "none", build: "debug" });
        let worker = Worker::build(config, &context).await.expect("built");
        let within = context.clone();
        context.tasks().spawn_finite(async move { worker.run(&within).await.expect("worked") });
        Running { context }
    }

    /// A worker as a process of its own.
    pub(crate) fn process(&self, link: &Path) -> Program {
        let worker = Program::service("worker").env("HOST", "127.0.0.1").env("PORT", 0).env("DRAIN_SECONDS", 0);
        self.environment(link, &[]).iter().fold(worker, |worker, (name, value)| worker.env(name, value))
    }

    /// Announces a commit as the api does: with its job in one transaction.
    pub(crate) async fn announce(&self, commit: &str) -> RevisionId {
        let commit: Commit = commit.parse().expect("a commit");
        let mut tx = self.begin().await.expect("begun");
        let announced = self.revisions().announce(&mut tx, &main_ref(), Basis::Target, &commit, None).await;
        let revision = announced.expect("announced").to_index.expect("something to index");
        let job = IndexRevision { revision, ref_name: main_ref(), commit };
        self.queue.enqueue(&mut tx, &job).await.expect("enqueued");
        self.commit(tx).await.expect("committed");
        revision
    }

    /// Waits until a revision is in a state.
    pub(crate) async fn settled(&self, id: RevisionId, state: RevisionState) -> Revision {
        until(&format!("{state:?}"), async || {
            let revision = self.revisions().find(id).await.expect("asked").expect("there");
            (revision.state == state).then_some(revision)
        })
        .await
    }

    /// The URLs that a search finds, with their anchors.
    pub(crate) async fn search(&self, text: &str) -> Vec<String> {
        let ask = Ask { query: text.to_owned(), ref_name: None, commit: None, offset: 0, limit: 20 };
        let found = self.store.search(&ask).await.expect("searched");
        let urls = found.hits.into_iter().map(|hit| format!("{}#{}", hit.url, hit.anchor.unwrap_or_default()));
        let mut urls: Vec<String> = urls.collect();
        urls.sort();
        urls
    }

    /// All jobs, the first first.
    pub(crate) async fn jobs(&self) -> Vec<JobSummary> {
        let mut jobs = self.queue.list(None, None, None, 1000).await.expect("listed").jobs;
        jobs.retain(|job| job.kind != "prune");
        jobs.reverse();
        jobs
    }

    /// Runs a statement of the test.
    pub(crate) async fn execute(&self, statement: &'static str) {
        sqlx::query(statement).execute(self.pool()).await.expect("executed");
    }

    /// A number that the database knows.
    pub(crate) async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(self.pool()).await.expect("counted")
    }
}
