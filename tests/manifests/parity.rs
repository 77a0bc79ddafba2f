//! Compose and cluster are the same release: the same images, the same majors, and time enough to stop.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    services::SERVICES,
    sources::{compose, compose_environment, compose_service, documents, env_file, manifests, text},
};

/// Every string under a key, anywhere in a document.
fn under<'doc>(key: &str, document: &'doc Value, found: &mut BTreeSet<&'doc str>) {
    match document {
        Value::Object(entries) => {
            found.extend(entries.get(key).and_then(Value::as_str));
            entries.values().for_each(|value| under(key, value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| under(key, value, found)),
        _ => {}
    }
}

/// The images that the manifests name, by name, with their tags.
fn cluster_images() -> BTreeMap<String, String> {
    let mut images = BTreeMap::new();
    for path in manifests() {
        for document in documents(path.to_str().expect("UTF-8")) {
            let mut found = BTreeSet::new();
            under("image", &document, &mut found);
            for image in found {
                let (name, tag) = image.split_once(':').unwrap_or((image, ""));
                images.insert(name.to_owned(), tag.to_owned());
            }
        }
    }
    images
}

#[test]
fn compose_and_cluster_run_the_same_images() {
    let cluster = cluster_images();
    let services = compose()["services"].clone();
    let mut seen = 0;
    for (service, about) in services.as_object().expect("services") {
        let image = about["image"].as_str().unwrap_or_else(|| panic!("{service} has no image"));
        let (name, tag) = image.split_once(':').expect("a tag");
        let Some(in_cluster) = cluster.get(name) else { continue };
        seen += 1;
        if name.starts_with("dozen/") {
            assert_eq!(tag, "${TAG:-dev}", "{service}");
        } else {
            assert_eq!(tag, in_cluster, "{service}");
        }
    }
    assert!(seen >= 8, "{seen}");
    let tags = documents("k8s/base/kustomization.yaml")[0]["images"].clone();
    for (service, _) in SERVICES {
        let name = format!("dozen/{service}");
        let tag = tags.as_array().expect("images").iter().find(|image| image["name"] == name.as_str());
        assert_eq!(tag.expect("an image")["newTag"], "dev", "{name}");
    }
}

#[test]
fn every_deploy_has_the_same_majors_of_postgres_and_redis() {
    let major = |image: &str| image.split([':', '-', '.']).nth(1).expect("a tag").to_owned();
    for backing in ["postgres", "redis"] {
        let service = compose_service(backing);
        let image = service["image"].as_str().expect("an image");
        assert_eq!(major(image), major(&format!("{backing}:{}", cluster_images()[backing])));
        if backing == "postgres" {
            let operated = &documents("k8s/components/cloudnative-pg/cluster.yaml")[0];
            assert_eq!(operated["spec"]["imageCatalogRef"]["major"].to_string(), major(image));
        }
    }
}

#[test]
fn each_image_is_a_stage_of_the_one_dockerfile() {
    let dockerfile = text("Dockerfile");
    for (service, _) in SERVICES {
        assert!(dockerfile.contains(&format!(" AS {service}\n")), "{service} has no stage");
        assert_eq!(compose_service(service)["build"]["target"], service, "{service}");
    }
}

/// Seconds to drain and to finish, of one process.
fn to_stop(environment: &BTreeMap<String, String>) -> f64 {
    let seconds = |variable: &str| {
        let text = environment.get(variable).unwrap_or_else(|| panic!("{variable} is not set"));
        let text = text.split_once(":-").map_or(text.as_str(), |(_, default)| default.trim_end_matches('}'));
        text.parse::<f64>().unwrap_or_else(|_| panic!("{variable}={text}"))
    };
    seconds("DRAIN_SECONDS") + seconds("SHUTDOWN_SECONDS")
}

#[test]
fn whoever_stops_has_time_for_it() {
    let in_cluster = |maps: &[&str]| to_stop(&maps.iter().flat_map(|map| env_file(map)).collect());
    let sidecar = in_cluster(&["process", "repo-puller"]);
    for (service, maps) in SERVICES.into_iter().filter(|(service, _)| *service != "repo-puller") {
        let deployment = documents(&format!("k8s/base/{service}.yaml")).remove(0);
        let has_sidecar = deployment["metadata"]["labels"]["sidecar"] == "repo-puller";
        let grace = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"].as_f64().expect("a grace");
        // A sidecar is stopped after its neighbour, within the same period.
        let needed = in_cluster(maps) + if has_sidecar { sidecar } else { 0.0 };
        assert!(grace > needed, "{service} has {grace} s and needs {needed} s");
        let grace = compose_service(service)["stop_grace_period"].as_str().expect("a grace").to_owned();
        let grace: f64 = grace.trim_end_matches('s').parse().expect("seconds");
        assert!(grace > to_stop(&compose_environment(service)), "{service} has {grace} s in compose");
    }
}
