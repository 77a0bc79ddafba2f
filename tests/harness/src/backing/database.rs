//! A database for each test: a copy of a template that is built once, and gone when the test is.

use std::{
    hash::{DefaultHasher, Hash, Hasher as _},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use super::Postgres;

/// Held while a template is built, so that processes that share a server build it once.
const BUILDING: i64 = 0x6861_726e;

/// What a database begins with.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// What tells this content from any other: the migrations' text.
    pub fingerprint: &'a [u8],
    /// Fills the empty database of this URL, and leaves no connection to it open.
    pub fill: fn(&str) -> anyhow::Result<()>,
}

/// A database of its own.
#[derive(Debug)]
pub struct Database<'a> {
    server: &'a Postgres,
    name: String,
    url: String,
}

impl Postgres {
    /// A fresh copy of `template`, which is built if the server does not have it.
    ///
    /// # Errors
    /// When the server refuses, or the template cannot be filled.
    pub fn database(&self, template: Template<'_>) -> anyhow::Result<Database<'_>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let template = self.template(template)?;
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        self.psql.run(self.url(), &format!("create database {name} template {template} strategy file_copy"))?;
        Ok(Database { server: self, url: self.url_of(&name), name })
    }

    /// The name of the template with this content. It gets its name when it is whole.
    fn template(&self, template: Template<'_>) -> anyhow::Result<String> {
        static KNOWN: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
        let mut hasher = DefaultHasher::new();
        template.fingerprint.hash(&mut hasher);
        let name = format!("template_{:016x}", hasher.finish());
        let key = (self.url().to_owned(), name.clone());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(&key) {
            return Ok(name);
        }
        let _locked = self.psql.lock(self.url(), BUILDING)?;
        if self.psql.run(self.url(), &format!("select 1 from pg_database where datname = '{name}'"))?.is_empty() {
            let half = format!("{name}_half");
            self.psql.run(self.url(), &format!("drop database if exists {half} with (force)"))?;
            self.psql.run(self.url(), &format!("create database {half}"))?;
            (template.fill)(&self.url_of(&half))?;
            self.psql.run(self.url(), &format!("alter database {half} rename to {name}"))?;
        }
        known.push(key);
        Ok(name)
    }
}

impl Database<'_> {
    #[cfg(test)]
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs one statement, and returns what it told: a line for each row.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn ask(&self, statement: &str) -> anyhow::Result<String> {
        self.server.psql.run(&self.url, statement)
    }
}

impl Drop for Database<'_> {
    /// A database of a test that failed stays, to be looked at.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ =
                self.server.psql.run(self.server.url(), &format!("drop database if exists {} with (force)", self.name));
        }
    }
}
