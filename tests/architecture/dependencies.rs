//! Who may import whom, and which one crate knows each technology.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::{text, workspace};

/// What each crate may import of ours. A crate that is not here may not exist.
const MAY_IMPORT: [(&str, &[&str]); 13] = [
    ("services/web", &["contract", "chassis", "client", "content"]),
    ("services/repo-puller", &["contract", "chassis", "client"]),
    ("services/api", &["contract", "chassis", "store", "queue", "cache"]),
    ("services/worker", &["contract", "chassis", "content", "client", "store", "queue", "cache"]),
    ("shared/contract", &[]),
    ("shared/chassis", &[]),
    ("shared/content", &["contract"]),
    ("shared/client", &["contract", "chassis"]),
    ("shared/store", &["contract", "chassis"]),
    ("shared/queue", &["contract", "chassis", "store"]),
    ("shared/cache", &["contract", "chassis"]),
    ("tests/harness", &[]),
    ("xtask", &["harness"]),
];

/// Who may name a technology. What is not here may be named by anybody.
const KNOWN_BY: [(&str, &[&str]); 10] = [
    ("envy", &["chassis"]),
    ("opentelemetry", &["chassis"]),
    ("opentelemetry-otlp", &["chassis"]),
    ("opentelemetry_sdk", &["chassis"]),
    ("hyper-util", &["chassis"]),
    ("reqwest", &["client"]),
    ("sqlx", &["store", "queue"]),
    ("riverqueue", &["queue"]),
    ("redis", &["cache"]),
    ("comrak", &["content"]),
];

/// Each crate's manifest by its folder.
fn manifests() -> BTreeMap<String, Table> {
    let mut found = BTreeMap::new();
    for path in crate::files("", &["toml"]).into_iter().filter(|path| path.ends_with("Cargo.toml")) {
        let folder = crate::short(path.parent().expect("a folder"));
        if !folder.is_empty() {
            found.insert(folder, text(&path).parse().expect("TOML"));
        }
    }
    found
}

/// The names in a manifest's table of dependencies.
fn dependencies(manifest: &Table, kind: &str) -> Vec<String> {
    manifest.get(kind).and_then(Value::as_table).map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn a_crate_imports_only_what_it_may() {
    let ours: Vec<&str> = MAY_IMPORT.iter().map(|(folder, _)| folder.rsplit('/').next().expect("a name")).collect();
    for (folder, manifest) in
        manifests().iter().filter(|(folder, _)| !folder.starts_with("tests/") || *folder == "tests/harness")
    {
        let allowed =
            MAY_IMPORT.iter().find(|(known, _)| known == folder).unwrap_or_else(|| panic!("{folder} has no rule")).1;
        for dependency in dependencies(manifest, "dependencies") {
            let is_allowed = !ours.contains(&dependency.as_str()) || allowed.contains(&dependency.as_str());
            assert!(is_allowed, "{folder} may not import {dependency}");
        }
    }
}

#[test]
fn one_crate_knows_each_technology() {
    for (folder, manifest) in manifests() {
        let name = folder.rsplit('/').next().expect("a name");
        for dependency in dependencies(&manifest, "dependencies") {
            if let Some((_, knowing)) = KNOWN_BY.iter().find(|(technology, _)| *technology == dependency) {
                assert!(knowing.contains(&name), "{folder} names {dependency}, which belongs to {knowing:?}");
            }
        }
    }
}

#[test]
fn every_crate_inherits_the_lints_and_is_named_after_its_folder() {
    for (folder, manifest) in manifests() {
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
        assert_eq!(inherits, Some(true), "{folder} does not inherit the lints");
        let name = manifest["package"]["name"].as_str().expect("a name");
        assert!(folder.ends_with(name), "{folder} is called {name}");
    }
}

#[test]
fn every_dependency_is_declared_once_in_order_with_a_reason() {
    let root = text(&workspace().join("Cargo.toml"));
    let section = root.split("[workspace.dependencies]").nth(1).expect("a section");
    let outside = section.split("\n\n").next().expect("the first part");
    let lines: Vec<&str> = outside.lines().filter(|line| line.contains(" = ")).collect();
    assert!(lines.len() > 20);
    for line in &lines {
        assert!(line.split_once("# ").is_some_and(|(_, reason)| reason.len() > 10), "no reason: {line}");
    }
    let names: Vec<&str> = lines.iter().filter_map(|line| line.split(" = ").next()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    for (folder, manifest) in manifests() {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(kind).and_then(Value::as_table) else { continue };
            for (name, value) in table {
                assert!(value.get("workspace").is_some(), "{folder} declares {name} by itself");
            }
        }
    }
}

#[test]
fn a_folder_of_tests_is_one_executable() {
    for (folder, manifest) in manifests().iter().filter(|(folder, _)| !folder.starts_with("tests/")) {
        let tests = workspace().join(folder).join("tests");
        let Ok(entries) = std::fs::read_dir(&tests) else { continue };
        if manifest["package"].get("autotests").and_then(Value::as_bool) == Some(false) {
            let named = manifest["test"].as_array().expect("tests named by hand");
            assert_eq!(named.len(), 1, "{folder} has more than one executable of tests");
            assert_eq!(named[0]["path"].as_str(), Some("tests/main.rs"), "{folder}");
            continue;
        }
        for entry in entries.map(|entry| entry.expect("an entry")) {
            assert!(
                entry.path().join("main.rs").is_file(),
                "{} is an executable of its own",
                crate::short(&entry.path())
            );
        }
        assert!(manifest.get("test").is_none(), "{folder} names tests by hand");
    }
}
