//! A migrated database for one test, and words for what tests do to it.

use std::{ops::Deref, path::Path};

use anyhow::Context as _;
use chassis::config::{Live, Seconds, Secret};
use contract::{
    Commit, RefName,
    events::Event,
    revisions::{Revision, RevisionId},
};
use harness::backing::{Database, Template, postgres};
use store::{
    Error, Store, StoreConfig,
    bodies::{Body, Section},
    revisions::{Basis, NewPage, Outcome, Started},
};

/// A store with a database of its own.
pub(crate) struct Fixture {
    store: Store,
    _database: Database<'static>,
}

impl Deref for Fixture {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A store on a migrated database.
pub(crate) fn migrated() -> Fixture {
    let migrations = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).expect("migrations");
    let mut files: Vec<_> = migrations.flatten().map(|file| file.path()).collect();
    files.sort();
    let text: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).expect("a migration")).collect();
    on(postgres().and_then(|server| server.database(Template { fingerprint: &text, fill })).expect("a database"))
}

/// A store on a database with nothing in it.
pub(crate) fn empty() -> Fixture {
    let template = Template { fingerprint: b"empty", fill: |_| Ok(()) };
    on(postgres().and_then(|server| server.database(template)).expect("a database"))
}

fn on(database: Database<'static>) -> Fixture {
    Fixture { store: open(database.url()), _database: database }
}

/// A store on the database of this URL.
pub(crate) fn open(url: &str) -> Store {
    let config = StoreConfig {
        database_url: Live::new(Secret::new(url)),
        database_connections: 12,
        database_wait_seconds: Seconds::new(10),
    };
    Store::open(&config, "test").expect("a store")
}

/// Migrates from outside the test's own runtime, and leaves no connection open.
fn fill(url: &str) -> anyhow::Result<()> {
    let url = url.to_owned();
    let work = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let store = open(&url);
            store.migrate(async |_| Ok::<(), Error>(())).await?;
            store.close().await;
            anyhow::Ok(())
        })
    });
    work.join().map_err(|_| anyhow::anyhow!("the migration panicked"))?.context("cannot migrate")
}

/// The ref of these tests.
pub(crate) fn main_ref() -> RefName {
    "main".parse().expect("a name")
}

/// A commit for every number.
pub(crate) fn commit(number: u32) -> Commit {
    format!("{number:040x}").parse().expect("a commit")
}

/// A page with one section for each text. The same texts make the same hash.
pub(crate) fn page(path: &str, title: &str, texts: &[&str]) -> (NewPage, Body) {
    let hash = texts.join("\u{0}").into_bytes();
    let sections = (0..).zip(texts).map(|(number, text)| Section {
        anchor: (number > 0).then(|| format!("part-{number}")),
        headings: (number > 0).then(|| format!("Part {number}")).into_iter().collect(),
        text: (*text).to_owned(),
    });
    let body = Body { hash: hash.clone(), title: title.to_owned(), sections: sections.collect() };
    let url = format!("/{}", path.trim_end_matches(".md"));
    (NewPage { path: path.to_owned(), url, title: title.to_owned(), hash, is_listed: true }, body)
}

impl Fixture {
    /// Announces a commit in a transaction of its own.
    pub(crate) async fn announce(&self, basis: Basis, to: u32) -> Outcome {
        announce(&self.store, basis, to).await.expect("announced")
    }

    /// Announces a commit from the target, and returns its revision.
    pub(crate) async fn announced(&self, to: u32) -> RevisionId {
        self.announce(Basis::Target, to).await.to_index.expect("a revision to index")
    }

    /// Starts a revision in a transaction of its own.
    pub(crate) async fn start(&self, id: RevisionId, pages: &[(NewPage, Body)], batch_size: u32) -> Started {
        start(&self.store, id, pages, batch_size).await.expect("started")
    }

    /// Finishes a batch in a transaction of its own.
    pub(crate) async fn finish(&self, id: RevisionId, batch: u32) -> store::revisions::Ending {
        finish(&self.store, id, batch).await.expect("finished")
    }

    /// Takes a commit all the way to the reader.
    pub(crate) async fn publish(&self, to: u32, pages: &[(NewPage, Body)]) -> RevisionId {
        let id = self.announced(to).await;
        if let Started::Batches(batches) = self.start(id, pages, 10).await {
            let bodies: Vec<Body> = pages.iter().map(|(_, body)| body.clone()).collect();
            self.bodies().write(&bodies).await.expect("written");
            for batch in 0..batches {
                self.finish(id, batch).await;
            }
        }
        id
    }

    /// A revision as it stands.
    pub(crate) async fn revision(&self, id: RevisionId) -> Revision {
        self.revisions().find(id).await.expect("asked").expect("there")
    }

    /// The kinds and commits of all events, the commits as the numbers they were made of.
    pub(crate) async fn told(&self) -> Vec<(String, u32)> {
        self.events().after(0, 10_000).await.expect("events").events.iter().map(told).collect()
    }
}

/// An event's kind, and its commit's number.
fn told(event: &Event) -> (String, u32) {
    use contract::events::Change;
    let number = match &event.change {
        Change::Push(push) => push.commit.as_ref().map_or(0, number),
        Change::Announced(change) | Change::Live(change) | Change::Failed(change) | Change::Superseded(change) => {
            number(&change.commit)
        }
    };
    (event.change.kind().to_owned(), number)
}

/// The number that [`commit`] made a commit of.
pub(crate) fn number(commit: &Commit) -> u32 {
    u32::from_str_radix(&commit.as_str()[32..], 16).expect("a number")
}

pub(crate) async fn announce(store: &Store, basis: Basis, to: u32) -> Result<Outcome, Error> {
    let mut tx = store.begin().await?;
    let outcome = store.revisions().announce(&mut tx, &main_ref(), basis, &commit(to), None).await?;
    store.commit(tx).await?;
    Ok(outcome)
}

pub(crate) async fn start(
    store: &Store,
    id: RevisionId,
    pages: &[(NewPage, Body)],
    batch_size: u32,
) -> Result<Started, Error> {
    let pages: Vec<NewPage> = pages.iter().map(|(page, _)| page.clone()).collect();
    let mut tx = store.begin().await?;
    let started = store.revisions().start(&mut tx, id, &pages, batch_size).await?;
    store.commit(tx).await?;
    Ok(started)
}

pub(crate) async fn finish(store: &Store, id: RevisionId, batch: u32) -> Result<store::revisions::Ending, Error> {
    let mut tx = store.begin().await?;
    let ending = store.revisions().finish_batch(&mut tx, id, batch).await?;
    store.commit(tx).await?;
    Ok(ending)
}
