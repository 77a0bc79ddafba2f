//! The suite as it runs everywhere: a puller and a web beside it, on free ports, with one checkout between them.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::{
    http::{self, Response},
    process::{Line, Program, Running},
    repository::Repository,
};

/// A running puller and a running web.
#[derive(Debug)]
pub struct Suite {
    /// The sidecar.
    pub puller: Running,
    /// The pages.
    pub web: Running,
    folder: TempDir,
    url: String,
}

impl Suite {
    /// Starts the suite on a repository, and waits until its last commit is served.
    ///
    /// # Panics
    /// When that does not happen, as all of these methods.
    pub fn of(repository: &Repository) -> Self {
        let suite = Self::start(&repository.url());
        suite.wait_for_revision(&repository.head());
        suite
    }

    /// Starts the suite and waits for nothing but its ports.
    pub fn start(url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let puller = puller(url, &folder.path().join("root")).start();
        let web = web(&folder.path().join("root/current")).start();
        let url = format!("http://{}", web.address("public"));
        Self { puller, web, folder, url }
    }

    /// The puller's folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// The link that is published.
    pub fn link(&self) -> PathBuf {
        self.root().join("current")
    }

    /// Where the site is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> Response {
        http::get(&format!("{}{path}", self.url)).expect("an answer")
    }

    /// Waits until web serves a commit.
    pub fn wait_for_revision(&self, commit: &str) -> Line {
        self.web.lines().wait_for("Revision live", |line| line.text("revision") == commit)
    }

    /// Ends web and starts it again, on another port.
    pub fn restart_web(&mut self) {
        self.web = web(&self.link()).start();
        self.url = format!("http://{}", self.web.address("public"));
    }
}

/// A puller of `url` into `root`, quick enough for tests.
pub fn puller(url: &str, root: &std::path::Path) -> Program {
    Program::service("repo-puller")
        .env("GITSYNC_REPO", url)
        .env("GITSYNC_ROOT", root.display())
        .env("GITSYNC_LINK", "current")
        .env("GITSYNC_PERIOD", "100ms")
        .env("HOST", "127.0.0.1")
        .env("PORT", 0)
        .env("ADMIN_PORT", 0)
        .env("DRAIN_SECONDS", 0)
}

/// A web of the checkout at `link`.
pub fn web(link: &std::path::Path) -> Program {
    Program::service("web")
        .env("SITE_CHECKOUT", link.display())
        .env("HOST", "127.0.0.1")
        .env("PORT", 0)
        .env("ADMIN_PORT", 0)
        .env("DRAIN_SECONDS", 0)
}
