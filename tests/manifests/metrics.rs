//! Dashboards and alerts ask for metrics that the services have.

use std::{collections::BTreeSet, fs, path::Path};

use harness::executables::workspace;
use serde_json::Value;

use crate::sources::{documents, text};

/// Metrics that Prometheus itself makes.
const OF_PROMETHEUS: [&str; 1] = ["up"];
/// Words of queries that look like metrics.
const WORDS: [&str; 12] =
    ["by", "sum", "rate", "max", "min", "count", "time", "increase", "histogram_quantile", "on", "and", "or"];

/// Every query of the rules and the dashboard.
fn queries() -> Vec<String> {
    let dashboard: Value =
        serde_json::from_str(&text("k8s/components/monitoring/dashboards/dozen.json")).expect("JSON");
    let alerts = documents("k8s/components/monitoring/alerts.yaml").remove(0);
    let mut found = Vec::new();
    for document in [&dashboard, &alerts] {
        expressions(document, &mut found);
    }
    assert!(found.len() > 25, "{}", found.len());
    found
}

fn expressions(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::Object(entries) => {
            found.extend(entries.get("expr").and_then(Value::as_str).map(str::to_owned));
            entries.values().for_each(|value| expressions(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| expressions(value, found)),
        _ => {}
    }
}

/// The metrics that a query names: words outside of labels, ranges and strings.
fn metrics(query: &str) -> BTreeSet<String> {
    let mut outside = String::new();
    let mut depth = 0;
    for (place, part) in query.split(['{', '}', '[', ']']).enumerate() {
        depth = if place == 0 { 0 } else { 1 - depth };
        outside.push_str(if depth == 0 { part } else { " " });
    }
    // Labels after `by` are in parentheses of their own.
    let parts = outside.split("by (").enumerate();
    let plain: String = parts
        .map(|(place, part)| if place == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) })
        .collect();
    let words = plain.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words
        .filter(|word| word.starts_with(|letter: char| letter.is_ascii_lowercase()) && !WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}

/// The text of every source below a folder.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, into);
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&fs::read_to_string(&entry).expect("text"));
        }
    }
}

#[test]
fn every_metric_that_is_shown_is_one_that_a_service_has() {
    let mut code = String::new();
    for folder in ["services", "shared"] {
        sources(&workspace().join(folder), &mut code);
    }
    for query in queries() {
        let named = metrics(&query);
        assert!(!named.is_empty(), "{query}");
        for metric in named.iter().filter(|name| !OF_PROMETHEUS.contains(&name.as_str())) {
            let endings = ["", "_total", "_bucket", "_count", "_info"];
            let is_there = endings
                .iter()
                .filter_map(|ending| metric.strip_suffix(ending))
                .any(|name| code.contains(&format!("\"{name}\"")));
            assert!(is_there, "no service has {metric}: {query}");
        }
    }
}

#[test]
fn every_alert_leads_to_a_section_of_the_runbook() {
    let alerts = documents("k8s/components/monitoring/alerts.yaml").remove(0);
    let runbook = text("docs/runbook.md");
    let anchors: BTreeSet<String> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(|title| title.to_lowercase().replace(' ', "-"))
        .collect();
    for group in alerts["spec"]["groups"].as_array().expect("groups") {
        for rule in group["rules"].as_array().expect("rules") {
            let link = rule["annotations"]["runbook"].as_str().expect("a link");
            let anchor = link.strip_prefix("docs/runbook.md#").expect("a section");
            assert!(anchors.contains(anchor), "{}: {link} is no section", rule["alert"]);
        }
    }
}
