//! Codebase (factor I): which commit runs here, and how it was built.

use serde::Serialize;

/// What `/version` and `NAME --version` tell.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// The service.
    pub name: &'static str,
    /// The package's version.
    pub version: &'static str,
    /// The commit it was built from, or `unknown` where neither `SOURCE_COMMIT` nor Git told.
    pub commit: &'static str,
    /// The build profile: `debug` or `release`.
    pub build: &'static str,
}

impl Version {
    /// The version of the service called `name`.
    pub const fn of(name: &'static str) -> Self {
        Self {
            name,
            version: env!("CARGO_PKG_VERSION"),
            commit: env!("SOURCE_COMMIT"),
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {} ({}, {})", self.name, self.version, self.commit, self.build)
    }
}
