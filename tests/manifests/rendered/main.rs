//! What kustomize renders: every overlay, every component alone, in pairs and all together, read as a 1.32 cluster reads it.

mod kinds;
mod links;
mod render;
mod restricted;

use std::{collections::BTreeSet, sync::OnceLock};

use render::{Set, sets};
use serde_json::Value;

/// Hands every set with its documents to `check`. They are rendered once.
fn each(check: impl Fn(&Set, &[Value])) {
    static RENDERED: OnceLock<Vec<(Set, Vec<Value>)>> = OnceLock::new();
    let render = |set: Set| {
        let documents = set.render();
        (set, documents)
    };
    for (set, documents) in RENDERED.get_or_init(|| sets().into_iter().map(render).collect()) {
        check(set, documents);
    }
}

#[test]
fn every_combination_is_what_a_cluster_knows() {
    each(|set, documents| {
        let mut seen = BTreeSet::new();
        for document in documents {
            if let Err(problem) = kinds::check(document) {
                panic!("{set}: {}: {problem}", kinds::name(document));
            }
            assert!(seen.insert(kinds::name(document)), "{set}: {} is there twice", kinds::name(document));
        }
        assert!(documents.len() > 15, "{set}");
    });
}

#[test]
fn every_name_leads_to_something() {
    each(|set, documents| links::check(documents).unwrap_or_else(|problem| panic!("{set}: {problem}")));
}

#[test]
fn every_container_is_restricted_and_bounded() {
    each(|set, documents| restricted::check(documents).unwrap_or_else(|problem| panic!("{set}: {problem}")));
}

#[test]
fn a_misspelt_field_is_found() {
    let document = serde_json::json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web" }, "spec": { "selectors": { "a": "b" } },
    });
    let problem = kinds::check(&document).expect_err("a misspelling");
    assert!(problem.contains("selectors"), "{problem}");
}
