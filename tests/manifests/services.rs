//! What each service knows: the reference that `NAME config --json` prints, made from the types.

use std::collections::{BTreeMap, BTreeSet};

use harness::{executables, process::Program};
use serde::Deserialize;

/// The services, and the maps that each has its environment from, in the order in which they are read.
pub(crate) const SERVICES: [(&str, &[&str]); 4] = [
    ("web", &["process", "site", "web"]),
    ("api", &["process", "api"]),
    ("worker", &["process", "site", "worker"]),
    ("repo-puller", &["process", "repo-puller"]),
];

/// A variable of a service.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Variable {
    /// None: a flag that no variable sets.
    #[serde(rename = "variable")]
    name: Option<String>,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) secret: bool,
}

/// Every variable that a service reads, by its name.
pub(crate) fn reference(service: &str) -> BTreeMap<String, Variable> {
    let (status, lines) = Program::at(executables::path(service)).arg("config").arg("--json").finish();
    assert!(status.success(), "{service} config --json: {}", lines.tail());
    let all: Vec<Variable> = serde_json::from_str(&lines.out().join("\n"))
        .unwrap_or_else(|error| panic!("{service} config --json: {error}"));
    all.into_iter().filter_map(|known| Some((known.name.clone()?, known))).collect()
}

/// The names that a service listens to: a secret may also come from a file.
pub(crate) fn names(service: &str) -> BTreeSet<String> {
    let known = reference(service);
    let files = known.iter().filter(|(_, known)| known.secret).map(|(name, _)| format!("{name}_FILE"));
    known.keys().cloned().chain(files).collect()
}
