//! An api with a database of its own, and words for what tests do with it.

use std::{path::Path, time::Duration};

use api::{Access, Api, Limits};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use cache::CacheConfig;
use chassis::{
    config::{Live, Seconds, Secret},
    process::{Context, Service as _},
    version::Version,
};
use contract::Commit;
use harness::backing::{Database, Template, postgres};
use http_body_util::BodyExt as _;
use queue::Queue;
use serde_json::Value;
use store::{
    Store, StoreConfig,
    bodies::{Body as PageBody, Section},
    revisions::{Basis, NewPage, Started},
};
use tower::ServiceExt as _;

/// What an api of these tests is told. Changed before it is started.
pub(crate) struct Settings {
    pub(crate) database_url: String,
    pub(crate) redis_url: Option<String>,
    pub(crate) access: Access,
    pub(crate) limits: Limits,
    database: Option<Database<'static>>,
}

/// A running api: its router, and its backing services from behind.
pub(crate) struct Fixture {
    pub(crate) router: Router,
    pub(crate) context: Context,
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    _database: Option<Database<'static>>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Settings {
    /// A database of its own, no Redis, and a token for every right.
    pub(crate) fn new() -> Self {
        let database = migrated();
        Self { database_url: database.url().to_owned(), database: Some(database), ..Self::at("") }
    }

    /// No database of its own.
    pub(crate) fn at(url: &str) -> Self {
        let secret = |text: &str| Live::new(Some(Secret::new(text)));
        let access = Access {
            api_read_tokens: secret("reads"),
            api_announce_tokens: secret("announces, announces-too"),
            api_operate_tokens: secret("operates"),
            hook_secrets: secret("old\nIt's a Secret to Everybody"),
        };
        let limits = Limits {
            request_limit: Live::new(64),
            request_timeout_seconds: Live::new(Seconds::new(10)),
            stream_limit: Live::new(16),
        };
        Self { database_url: url.to_owned(), redis_url: None, access, limits, database: None }
    }

    /// The configuration as `main` would read it.
    pub(crate) fn config(&self) -> <Api as chassis::process::Service>::Config {
        let cache = CacheConfig {
            redis_url: self.redis_url.as_deref().map(|url| Live::new(Secret::new(url))),
            redis_prefix: format!("{}:", self.database_url),
            redis_keep_seconds: Live::new(Seconds::new(60)),
            answer_cache_mib: 4,
        };
        (store_config(&self.database_url), cache, self.access.clone(), self.limits.clone())
    }

    pub(crate) async fn start(self) -> Fixture {
        let context = Context::new(Version { name: "api", version: "0", commit: "none", build: "debug" });
        let router = Api::build(self.config(), &context).await.expect("built").routes();
        let store = Store::open(&store_config(&self.database_url), "test").expect("a store");
        let queue = Queue::new(store.pool()).expect("a queue");
        Fixture { router, context, store, queue, _database: self.database }
    }
}

pub(crate) fn store_config(url: &str) -> StoreConfig {
    let (database_url, database_wait_seconds) = (Secret::new(url), Seconds::new(1));
    StoreConfig { database_url: Live::new(database_url), database_connections: 4, database_wait_seconds }
}

/// A database with the schema of this program.
fn migrated() -> Database<'static> {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/store/migrations");
    let mut files: Vec<_> =
        std::fs::read_dir(migrations).expect("migrations").flatten().map(|file| file.path()).collect();
    files.sort();
    let text: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).expect("a migration")).collect();
    let fingerprint = [b"api", text.as_slice()].concat();
    let fill = |url: &str| {
        let url = url.to_owned();
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build();
        let work = move || runtime()?.block_on(migrate(&url));
        std::thread::spawn(work).join().map_err(|_| anyhow::anyhow!("the migration panicked"))?
    };
    postgres().and_then(|server| server.database(Template { fingerprint: &fingerprint, fill })).expect("a database")
}

pub(crate) async fn migrate(url: &str) -> anyhow::Result<()> {
    let store = Store::open(&store_config(url), "test")?;
    store.migrate(async |pool| anyhow::Ok(queue::migrate(pool).await?)).await?;
    store.close().await;
    Ok(())
}

/// A commit for every number.
pub(crate) fn commit(number: u32) -> Commit {
    format!("{number:040x}").parse().expect("a commit")
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

impl Fixture {
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = async {
            let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
            (parts, body.collect().await.expect("a body"))
        };
        let (parts, body) = tokio::time::timeout(Duration::from_secs(20), answer).await.expect("in time");
        let body = String::from_utf8(body.to_bytes().to_vec()).expect("text");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, None, "")).await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.send(request(Method::GET, path, Some(token), "")).await
    }

    pub(crate) async fn post_as(&self, token: &str, path: &str, body: &str) -> Answer {
        self.send(request(Method::POST, path, Some(token), body)).await
    }

    /// Announces over HTTP.
    pub(crate) async fn announce(&self, from: Option<u32>, to: u32) -> Answer {
        let from = from.map(commit);
        let body = serde_json::json!({ "ref": "main", "from": from, "to": commit(to) });
        self.post_as("announces", "/v1/revisions", &body.to_string()).await
    }

    /// Takes a commit of `main` all the way to the reader, with a page for each path and text.
    pub(crate) async fn publish(&self, to: u32, pages: &[(&str, &str)]) {
        let pages: Vec<(NewPage, PageBody)> = pages.iter().map(|(path, text)| page(path, text)).collect();
        let (name, revisions) = ("main".parse().expect("a name"), self.store.revisions());
        let mut tx = self.store.begin().await.expect("begun");
        let outcome = revisions.announce(&mut tx, &name, Basis::Target, &commit(to), None).await.expect("announced");
        let id = outcome.to_index.expect("a revision to index");
        let new: Vec<NewPage> = pages.iter().map(|(page, _)| page.clone()).collect();
        let started = revisions.start(&mut tx, id, &new, 100).await.expect("started");
        self.store.commit(tx).await.expect("committed");
        let bodies: Vec<PageBody> = pages.into_iter().map(|(_, body)| body).collect();
        self.store.bodies().write(&bodies).await.expect("written");
        if let Started::Batches(batches) = started {
            for batch in 0..batches {
                let mut tx = self.store.begin().await.expect("begun");
                revisions.finish_batch(&mut tx, id, batch).await.expect("finished");
                self.store.commit(tx).await.expect("committed");
            }
        }
    }
}

pub(crate) fn request(method: Method, path: &str, token: Option<&str>, body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::from(body.to_owned())).expect("a request")
}

fn page(path: &str, text: &str) -> (NewPage, PageBody) {
    let (hash, title) = (text.as_bytes().to_vec(), path.trim_end_matches(".md").to_owned());
    let url = format!("/{title}");
    let section = Section { anchor: None, headings: Vec::new(), text: text.to_owned() };
    let body = PageBody { hash: hash.clone(), title: title.clone(), sections: vec![section] };
    (NewPage { path: path.to_owned(), url, title, hash, is_listed: true }, body)
}
