//! Names that point from one document to another: maps, secrets, accounts, ports, selectors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Secrets that people or operators make (`docs/cluster.md`).
const SECRETS: [&str; 7] = ["database", "postgres", "redis", "api", "puller", "git", "postgres-app"];
/// Policies for pods that are not in every set, or that an operator makes, or that are closed only with network-policies.
const MAY_SELECT_NOTHING: [&str; 5] = ["cloudnative-pg", "postgres", "redis", "external-database", "external-redis"];

/// The pods that the documents make: name, labels, specification.
pub(crate) fn pods(documents: &[Value]) -> Vec<(String, &Value, &Value)> {
    let templates = documents.iter().filter_map(|document| {
        let template = match document["kind"].as_str()? {
            "Deployment" | "StatefulSet" => &document["spec"]["template"],
            "CronJob" => &document["spec"]["jobTemplate"]["spec"]["template"],
            _ => return None,
        };
        Some((crate::kinds::name(document), &template["metadata"]["labels"], &template["spec"]))
    });
    templates.collect()
}

/// Every container of a pod, those that start first included.
pub(crate) fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    ["initContainers", "containers"].into_iter().flat_map(|kind| pod[kind].as_array().into_iter().flatten())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Whether every name that is used is one that is there.
pub(crate) fn check(documents: &[Value]) -> Result<(), String> {
    let of = |kind: &str| -> BTreeSet<&str> {
        let kind = documents.iter().filter(|document| document["kind"] == kind);
        kind.map(|document| text(&document["metadata"]["name"])).collect()
    };
    let (maps, accounts) = (of("ConfigMap"), of("ServiceAccount"));
    let known = |name: &str, known: &BTreeSet<&str>, what: &str| {
        if known.contains(name) { Ok(()) } else { Err(format!("{what} {name} is not there")) }
    };
    for (pod, _, spec) in pods(documents) {
        known(text(&spec["serviceAccountName"]), &accounts, &format!("{pod}: account"))?;
        let mut volumes: BTreeSet<&str> = list(&spec["volumes"]).map(|volume| text(&volume["name"])).collect();
        if pod == "StatefulSet postgres" {
            volumes.insert("data");
        }
        for volume in list(&spec["volumes"]) {
            if volume["configMap"].is_object() {
                known(text(&volume["configMap"]["name"]), &maps, &format!("{pod}: map"))?;
            }
            if volume["secret"].is_object() {
                known(text(&volume["secret"]["secretName"]), &SECRETS.into(), &format!("{pod}: secret"))?;
            }
        }
        for container in containers(spec) {
            for source in list(&container["envFrom"]) {
                known(text(&source["configMapRef"]["name"]), &maps, &format!("{pod}: map"))?;
            }
            let ports: BTreeSet<&str> = list(&container["ports"]).map(|port| text(&port["name"])).collect();
            for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                if container[probe]["httpGet"].is_object() {
                    known(text(&container[probe]["httpGet"]["port"]), &ports, &format!("{pod}: port"))?;
                }
            }
            for mount in list(&container["volumeMounts"]) {
                known(text(&mount["name"]), &volumes, &format!("{pod}: volume"))?;
            }
        }
        distinct_ports(&pod, spec)?;
    }
    selectors(documents)
}

/// Containers of a pod share its addresses.
fn distinct_ports(pod: &str, spec: &Value) -> Result<(), String> {
    let mut seen = BTreeMap::new();
    for container in containers(spec) {
        for port in list(&container["ports"]) {
            if let Some(other) = seen.insert(port["containerPort"].to_string(), text(&container["name"])) {
                return Err(format!("{pod}: {} and {other} both listen on {port}", text(&container["name"])));
            }
        }
    }
    Ok(())
}

/// A selector selects something, and a named port of a Service is a port of what it selects.
fn selectors(documents: &[Value]) -> Result<(), String> {
    let pods = pods(documents);
    for document in documents {
        let (name, spec) = (crate::kinds::name(document), &document["spec"]);
        let selector = match document["kind"].as_str() {
            Some("Service") => serde_json::json!({ "matchLabels": spec["selector"] }),
            Some("PodDisruptionBudget" | "Deployment" | "StatefulSet") => spec["selector"].clone(),
            Some("NetworkPolicy") => spec["podSelector"].clone(),
            _ => continue,
        };
        let selected: Vec<_> = pods.iter().filter(|(_, labels, _)| selects(&selector, labels)).collect();
        if selected.is_empty() && !MAY_SELECT_NOTHING.contains(&text(&document["metadata"]["name"])) {
            return Err(format!("{name} selects nothing"));
        }
        for port in list(&spec["ports"]).filter(|_| document["kind"] == "Service") {
            let has_it = |pod: &Value| {
                containers(pod).any(|container| list(&container["ports"]).any(|of| of["name"] == port["targetPort"]))
            };
            if !selected.iter().any(|(_, _, pod)| has_it(pod)) {
                return Err(format!("{name}: no pod has the port {}", port["targetPort"]));
            }
        }
    }
    Ok(())
}

/// Whether a label selector selects these labels.
fn selects(selector: &Value, labels: &Value) -> bool {
    let wanted = selector["matchLabels"].as_object().into_iter().flatten();
    let all = wanted.into_iter().all(|(key, value)| labels[key] == *value);
    all && list(&selector["matchExpressions"]).all(|rule| {
        let label = &labels[text(&rule["key"])];
        match text(&rule["operator"]) {
            "In" => list(&rule["values"]).any(|value| value == label),
            "Exists" => !label.is_null(),
            other => panic!("a selector by {other}"),
        }
    })
}
