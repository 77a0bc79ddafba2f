//! A variable that is set is one that a service reads, and one that a service needs is set.

use std::collections::BTreeSet;

use crate::{
    services::{SERVICES, names, reference},
    sources::{compose_environment, env_file, text},
};

/// What must be set for a service is among these names.
fn must_have(service: &str, place: &str, given: &BTreeSet<String>) {
    let missing = |variable: &str| !given.contains(variable) && !given.contains(&format!("{variable}_FILE"));
    for (variable, _) in reference(service).iter().filter(|(_, known)| known.required) {
        assert!(!missing(variable), "{service} needs {variable}, which {place} does not set");
    }
}

#[test]
fn the_cluster_sets_what_the_services_read() {
    for (service, maps) in SERVICES {
        let (known, mut given) = (names(service), BTreeSet::new());
        for map in maps {
            for variable in env_file(map).into_keys() {
                assert!(known.contains(&variable), "{map}.env sets {variable}, which {service} does not read");
                given.insert(variable);
            }
        }
        must_have(service, "k8s/base", &given);
    }
}

#[test]
fn compose_sets_what_the_services_read() {
    for (service, _) in SERVICES {
        let (known, given) = (names(service), compose_environment(service));
        for variable in given.keys() {
            assert!(known.contains(variable), "docker-compose.yml sets {variable}, which {service} does not read");
        }
        must_have(service, "docker-compose.yml", &given.into_keys().collect());
    }
}

#[test]
fn what_compose_asks_of_its_environment_is_in_its_page() {
    let (compose, page) = (text("docker-compose.yml"), text("docs/compose.md"));
    let asked: BTreeSet<_> = compose.split("${").skip(1).filter_map(|rest| rest.split([':', '}']).next()).collect();
    assert!(asked.len() > 10);
    for variable in asked {
        assert!(page.contains(&format!("| `{variable}` |")), "docs/compose.md does not tell of {variable}");
    }
}
