//! The plan of a house: how each process of the suite is started, and what they have to know of each other.

use std::path::{Path, PathBuf};

use crate::{executables, process::Program, repository::Repository};

/// What the processes have in common. Each is started by its own method, with free ports and no pause at the end.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The folder of the executables.
    pub bin: PathBuf,
    /// What is published.
    pub repo: String,
    /// The ref that is followed.
    pub reference: String,
    /// How often the remote is looked at.
    pub period: String,
    /// The one token of this house: announces, reads, operates, and pokes a sidecar.
    pub token: String,
    /// Postgres, for a house that has an api and a worker.
    pub database_url: String,
    /// Redis, if there is one.
    pub redis_url: Option<String>,
}

impl Plan {
    /// A plan for tests: the debug build, and a quick look at the remote. No backing service yet.
    pub fn of(repository: &Repository) -> Self {
        Self {
            bin: executables::folder(),
            repo: repository.url(),
            reference: "main".to_owned(),
            period: "100ms".to_owned(),
            token: "a-token-for-tests".to_owned(),
            database_url: String::new(),
            redis_url: None,
        }
    }

    /// A process of the suite, with nothing but what all of them have.
    fn process(&self, name: &str) -> Program {
        Program::at(self.bin.join(name))
            .env("HOST", "127.0.0.1")
            .env("PORT", 0)
            .env("ADMIN_PORT", 0)
            .env("DRAIN_SECONDS", 0)
    }

    /// The sidecar, with its folder; it announces to the api at `api_url`.
    pub fn puller(&self, root: &Path, api_url: Option<&str>) -> Program {
        let puller = self.process("repo-puller");
        let puller = puller
            .env("GITSYNC_REPO", &self.repo)
            .env("GITSYNC_REF", &self.reference)
            .env("GITSYNC_ROOT", root.display())
            .env("GITSYNC_LINK", "current")
            .env("GITSYNC_DEPTH", 0)
            .env("GITSYNC_PERIOD", &self.period)
            .env("GITSYNC_MAX_FAILURES", -1)
            .env("GITSYNC_SYNC_TOKEN", &self.token);
        match api_url {
            Some(url) => puller.env("API_URL", url).env("API_TOKEN", &self.token),
            None => puller,
        }
    }

    /// The pages of the checkout at `link`.
    pub fn web(&self, link: &Path, api_url: Option<&str>) -> Program {
        let web = self.process("web").env("SITE_CHECKOUT", link.display());
        match api_url {
            Some(url) => web.env("API_URL", url),
            None => web,
        }
    }

    /// The worker on the checkout at `link`, whose sidecar is at `puller_url`.
    pub fn worker(&self, link: &Path, puller_url: &str) -> Program {
        self.process("worker")
            .env("DATABASE_URL", &self.database_url)
            .env("SITE_CHECKOUT", link.display())
            .env("PULLER_URL", puller_url)
            .env("PULLER_TOKEN", &self.token)
    }

    /// The api.
    pub fn api(&self) -> Program {
        let api = self
            .process("api")
            .env("DATABASE_URL", &self.database_url)
            .env("API_READ_TOKENS", &self.token)
            .env("API_ANNOUNCE_TOKENS", &self.token)
            .env("API_OPERATE_TOKENS", &self.token)
            .env("HOOK_SECRETS", &self.token);
        match &self.redis_url {
            Some(url) => api.env("REDIS_URL", url),
            None => api,
        }
    }

    /// An admin process of the api: `migrate`, `jobs retry 1`.
    pub fn admin(&self, arguments: &[&str]) -> Program {
        arguments.iter().fold(self.api(), |program, argument| program.arg(argument))
    }
}
