//! Configuration (III): the environment, nothing else, and every mistake named in one line.

use std::fs;

use harness::{executables::workspace, process::Program, suite};
use serde_json::Value;

use crate::{SERVICES, said};

#[test]
fn every_missing_and_malformed_variable_is_named_in_one_line_and_no_value_is_echoed() {
    let web = Program::service("web")
        .env("PORT", "eighty-secret")
        .env("PAGE_CACHE_MIB", "-1")
        .env("RUST_LOG", "web=loud-secret");
    let (status, lines) = web.finish();
    assert_eq!(status.code(), Some(78));
    let errors: Vec<_> = lines.logged().into_iter().filter(|line| line.text("level") == "ERROR").collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    for variable in ["PORT", "PAGE_CACHE_MIB", "RUST_LOG", "SITE_CHECKOUT"] {
        assert!(
            errors[0].text("variables").split(',').any(|named| named == variable),
            "{variable} is not in {errors:?}"
        );
    }
    assert!(!lines.out().concat().contains("secret") && !lines.err().contains("secret"), "{}", lines.tail());
}

#[test]
fn a_misspelt_variable_is_warned_of_by_name() {
    let web = suite::web("/nowhere/current".as_ref()).env("SITE_TITEL", "x").start();
    let warning = web.lines().wait_for("SITE_TITEL is unknown: did you mean SITE_TITLE?", |_| true);
    assert_eq!(warning.text("level"), "WARN");
}

#[test]
fn an_empty_variable_is_an_absent_one() {
    let web = suite::web("/nowhere/current".as_ref()).env("PAGE_CACHE_MIB", "").start();
    web.lines().wait_for("Started", |_| true);
}

#[test]
fn a_file_in_the_working_folder_configures_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(".env"), "SITE_CHECKOUT=/srv\nPORT=none\n").expect("written");
    let output = Program::service("web").command().current_dir(folder.path()).output().expect("run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(78));
    assert!(said.contains("SITE_CHECKOUT is required") && !said.contains("PORT"), "{said}");
}

#[test]
fn the_reference_lists_every_variable_with_its_meaning() {
    for name in SERVICES {
        let (status, text) = said(name, &["config", "--json"]);
        assert!(status.success());
        let fields: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        let (_, table) = said(name, &["config"]);
        for field in &fields {
            assert!(!field["about"].as_str().expect("text").is_empty(), "{field}");
            assert!(table.contains(&format!("`{}`", field["variable"].as_str().expect("text"))), "{field}");
        }
    }
}

#[test]
fn the_documented_reference_is_the_one_of_the_types() {
    let page = fs::read_to_string(workspace().join("docs/configuration.md")).expect("a page");
    for name in SERVICES {
        let (_, table) = said(name, &["config"]);
        assert!(
            page.contains(table.trim()),
            "docs/configuration.md does not have what `{name} config` prints:\n{table}"
        );
    }
}

#[test]
fn the_example_environment_names_known_variables_and_all_required_ones() {
    let example = fs::read_to_string(workspace().join(".env.example")).expect("an example");
    let read: Vec<Value> = SERVICES
        .iter()
        .flat_map(|name| serde_json::from_str::<Vec<Value>>(&said(name, &["config", "--json"]).1).expect("JSON"))
        .collect();
    let (_, puller) = said("repo-puller", &["config"]);
    let named = example.lines().filter_map(|line| line.trim_start_matches("# ").split_once('=').map(|(name, _)| name));
    for name in named {
        let is_known = read.iter().any(|field| field["variable"] == name) || puller.contains(&format!("`{name}`"));
        assert!(is_known, ".env.example names {name}, which nobody reads");
    }
    for field in read.iter().filter(|field| field["required"] == true) {
        let variable = field["variable"].as_str().expect("text");
        assert!(example.contains(&format!("{variable}=")), ".env.example does not name {variable}");
    }
}
