//! The files that are checked, read without the tools that they are for.

use std::{collections::BTreeMap, fs, path::PathBuf};

use harness::executables::workspace;
use serde_json::Value;

/// A file of the workspace, as text.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The documents of a YAML file.
pub(crate) fn documents(path: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The compose file.
pub(crate) fn compose() -> Value {
    documents("docker-compose.yml").remove(0)
}

/// A service of the compose file.
pub(crate) fn compose_service(name: &str) -> Value {
    let service = compose()["services"][name].clone();
    assert!(service.is_object(), "docker-compose.yml has no service {name}");
    service
}

/// The environment of a service of the compose file.
pub(crate) fn compose_environment(name: &str) -> BTreeMap<String, String> {
    let service = compose_service(name);
    let entries = service["environment"].as_object().unwrap_or_else(|| panic!("{name} has no environment"));
    entries.iter().map(|(variable, value)| (variable.clone(), plain(value))).collect()
}

/// A scalar as it reaches an environment.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The lines `VARIABLE=value` of a file of `k8s/base/env`.
pub(crate) fn env_file(name: &str) -> BTreeMap<String, String> {
    let text = text(&format!("k8s/base/env/{name}.env"));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| line.split_once('=').unwrap_or_else(|| panic!("{name}.env: {line}")))
        .map(|(variable, value)| (variable.to_owned(), value.to_owned()))
        .collect()
}

/// Every YAML file below `k8s`.
pub(crate) fn manifests() -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![workspace().join("k8s")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "yaml") {
                found.push(entry);
            }
        }
    }
    assert!(found.len() > 20);
    found
}
