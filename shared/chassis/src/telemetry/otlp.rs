//! Traces over OTLP. Without an endpoint nothing of this runs.

use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::sampling;
use crate::config::Env;

/// What the environment says of traces.
pub(super) struct Settings {
    service: String,
    share: f64,
}

impl Settings {
    /// None when no endpoint is named, or traces are turned off.
    pub(super) fn from_env(service: &str, env: &Env) -> Option<Self> {
        let named = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
        let endpoint = named.iter().any(|name| env.value(name).is_some());
        let disabled = env.value("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let exporter = env.value("OTEL_TRACES_EXPORTER") != Some("none");
        (endpoint && !disabled && exporter).then(|| Self {
            service: env.value("OTEL_SERVICE_NAME").unwrap_or(service).to_owned(),
            share: share(env.value("OTEL_TRACES_SAMPLER"), env.value("OTEL_TRACES_SAMPLER_ARG")),
        })
    }

    /// Starts the exporter's thread. A collector that cannot be used is logged, and the process goes on without traces.
    pub(super) fn start(self) -> Option<SdkTracerProvider> {
        // One provider for all; a second call in one process keeps the first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let exporter = SpanExporter::builder().with_http().build();
        let exporter = exporter.inspect_err(|error| tracing::error!(%error, "Traces cannot be exported")).ok()?;
        let resource = Resource::builder().with_service_name(self.service).build();
        // Which requests are traced is decided before a span is made; what gets here is wanted.
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_sampler(Sampler::AlwaysOn);
        sampling::start(self.share);
        Some(provider.with_resource(resource).build())
    }
}

/// The share of requests to trace when their sender did not decide.
fn share(sampler: Option<&str>, argument: Option<&str>) -> f64 {
    match sampler {
        Some("always_off" | "parentbased_always_off") => 0.0,
        Some("traceidratio" | "parentbased_traceidratio") => argument.and_then(|text| text.parse().ok()).unwrap_or(1.0),
        _ => 1.0,
    }
}

/// Spans of the services, without those of the exporter's own client: they would feed themselves.
pub(super) fn spans_of_ours() -> Targets {
    let theirs = ["hyper", "hyper_util", "reqwest", "h2", "opentelemetry", "opentelemetry_sdk", "opentelemetry_otlp"];
    theirs.iter().fold(Targets::new().with_default(LevelFilter::INFO), |targets, target| {
        targets.with_target(*target, LevelFilter::OFF)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_traces_without_an_endpoint_or_when_turned_off() {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
        assert!(Settings::from_env("web", &Env::default()).is_none());
        assert!(Settings::from_env("web", &Env::from([endpoint, ("OTEL_SDK_DISABLED", "true")])).is_none());
        assert!(Settings::from_env("web", &Env::from([endpoint, ("OTEL_TRACES_EXPORTER", "none")])).is_none());
        assert!(Settings::from_env("web", &Env::from([endpoint])).is_some());
    }

    #[test]
    fn the_share_follows_the_sampler() {
        assert!(share(Some("always_off"), None) < f64::EPSILON);
        assert!((share(Some("parentbased_traceidratio"), Some("0.25")) - 0.25).abs() < f64::EPSILON);
        assert!((share(None, None) - 1.0).abs() < f64::EPSILON);
    }
}
