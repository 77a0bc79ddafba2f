//! The pod that serves pages: a puller and a web beside it, on free ports, with one checkout between them.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::{
    http::{self, Response},
    plan::Plan,
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
    plan: Plan,
    api_url: Option<String>,
    folder: TempDir,
    url: String,
}

impl Suite {
    /// Starts the suite on a repository, and waits until its last commit is served.
    ///
    /// # Panics
    /// When that does not happen, as all of these methods.
    pub fn of(repository: &Repository) -> Self {
        let suite = Self::planned(&Plan::of(repository), None);
        suite.wait_for_revision(&repository.head());
        suite
    }

    /// Starts the suite as planned, with an api if there is one, and waits for nothing but its ports.
    pub fn planned(plan: &Plan, api_url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("root");
        let puller = plan.puller(&root, api_url).start();
        let web = plan.web(&root.join("current"), api_url).start();
        let url = format!("http://{}", web.address("public"));
        Self { puller, web, plan: plan.clone(), api_url: api_url.map(str::to_owned), folder, url }
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

    /// How the puller is started.
    pub fn puller_program(&self) -> Program {
        self.plan.puller(&self.root(), self.api_url.as_deref())
    }

    /// How web is started.
    pub fn web_program(&self) -> Program {
        self.plan.web(&self.link(), self.api_url.as_deref())
    }

    /// Ends the puller, however it is, and starts it again.
    pub fn restart_puller(&mut self) {
        self.puller = self.puller_program().start();
    }

    /// Ends web and starts it again, on another port.
    pub fn restart_web(&mut self) {
        self.web = self.web_program().start();
        self.url = format!("http://{}", self.web.address("public"));
    }
}

/// A web alone, of the checkout at `link`, with nothing else around it.
pub fn web(link: &std::path::Path) -> Program {
    Program::service("web")
        .env("SITE_CHECKOUT", link.display())
        .env("HOST", "127.0.0.1")
        .env("PORT", 0)
        .env("ADMIN_PORT", 0)
        .env("DRAIN_SECONDS", 0)
}
