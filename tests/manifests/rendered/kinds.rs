//! A document read as its type and written again: what got lost was never part of it.

use k8s_openapi::{
    DeepMerge,
    api::{
        apps::v1::{Deployment, StatefulSet},
        autoscaling::v2::HorizontalPodAutoscaler,
        batch::v1::CronJob,
        core::v1::{ConfigMap, Namespace, Secret, Service, ServiceAccount},
        networking::v1::{Ingress, NetworkPolicy},
        policy::v1::PodDisruptionBudget,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Kinds that an operator brings: its own definitions check them.
const BROUGHT: [&str; 8] = [
    "gateway.networking.k8s.io/v1 Gateway",
    "gateway.networking.k8s.io/v1 HTTPRoute",
    "keda.sh/v1alpha1 ScaledObject",
    "keda.sh/v1alpha1 TriggerAuthentication",
    "monitoring.coreos.com/v1 PrometheusRule",
    "monitoring.coreos.com/v1 ServiceMonitor",
    "postgresql.cnpg.io/v1 Cluster",
    "postgresql.cnpg.io/v1 ScheduledBackup",
];

/// Kind and name.
pub(crate) fn name(document: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    format!("{} {}", text(&document["kind"]), text(&document["metadata"]["name"]))
}

/// Whether a cluster of this version knows every field.
pub(crate) fn check(document: &Value) -> Result<(), String> {
    let text = |key: &str| document[key].as_str().unwrap_or_default();
    match format!("{} {}", text("apiVersion"), text("kind")).as_str() {
        "apps/v1 Deployment" => round_trip::<Deployment>(document),
        "apps/v1 StatefulSet" => round_trip::<StatefulSet>(document),
        "autoscaling/v2 HorizontalPodAutoscaler" => round_trip::<HorizontalPodAutoscaler>(document),
        "batch/v1 CronJob" => round_trip::<CronJob>(document),
        "networking.k8s.io/v1 Ingress" => round_trip::<Ingress>(document),
        "networking.k8s.io/v1 NetworkPolicy" => round_trip::<NetworkPolicy>(document),
        "policy/v1 PodDisruptionBudget" => round_trip::<PodDisruptionBudget>(document),
        "v1 ConfigMap" => round_trip::<ConfigMap>(document),
        "v1 Namespace" => round_trip::<Namespace>(document),
        "v1 Secret" => round_trip::<Secret>(document),
        "v1 Service" => round_trip::<Service>(document),
        "v1 ServiceAccount" => round_trip::<ServiceAccount>(document),
        brought if BROUGHT.contains(&brought) => Ok(()),
        unknown => Err(format!("{unknown} is no kind that is checked")),
    }
}

fn round_trip<T: DeserializeOwned + Serialize + DeepMerge>(document: &Value) -> Result<(), String> {
    let read: T = serde_json::from_value(document.clone()).map_err(|error| error.to_string())?;
    let written = serde_json::to_value(read).map_err(|error| error.to_string())?;
    lost(document, &written, "")
}

/// The first thing that is in one and not in the other.
fn lost(from: &Value, into: &Value, path: &str) -> Result<(), String> {
    match (from, into) {
        (Value::Object(from), Value::Object(into)) => {
            for (key, value) in from {
                let path = format!("{path}.{key}");
                lost(value, into.get(key).ok_or_else(|| format!("{path} is no field"))?, &path)?;
            }
            Ok(())
        }
        (Value::Array(from), Value::Array(into)) if from.len() == into.len() => {
            let mut items = from.iter().zip(into).enumerate();
            items.try_for_each(|(place, (from, into))| lost(from, into, &format!("{path}[{place}]")))
        }
        _ if from == into => Ok(()),
        _ => Err(format!("{path} is {from} and was read as {into}")),
    }
}
