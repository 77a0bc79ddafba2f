//! Logs (factor XI): one JSON object a line on stdout, and traces to a collector where one is named.

mod filter;
mod line;
mod otlp;
mod panics;
pub(crate) mod sampling;
mod trace_context;
mod writer;

pub use filter::LogFilter;
pub use trace_context::{linked, traceparent};
pub use writer::dropped_lines;

use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::{Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    config::{Env, Live},
    process::Context,
};

crate::section! {
    /// What a process tells of itself. Other `OTEL_*` variables hold as the standard says.
    pub struct Telemetry {
        /// Which log lines are written: a level, or levels by target.
        pub rust_log: Live<LogFilter> = Live::new(LogFilter::default()),
        /// Collector that takes traces over OTLP; without one there are no traces.
        pub otel_exporter_otlp_endpoint: Option<String>,
        /// The same, for traces alone.
        pub otel_exporter_otlp_traces_endpoint: Option<String>,
        /// Which exporter takes traces: `otlp` or `none`.
        pub otel_traces_exporter: Option<String>,
        /// Turns traces off.
        pub otel_sdk_disabled: bool = false,
        /// Which requests are traced: `parentbased_always_on`, `parentbased_traceidratio`, `always_off` and their kin.
        pub otel_traces_sampler: Option<String>,
        /// The share of requests that are traced when the sampler wants one, from 0 to 1.
        pub otel_traces_sampler_arg: Option<f64>,
        /// The service's name in traces, where it is not its own.
        pub otel_service_name: Option<String>,
    }
}

/// How long the last spans and lines may take to leave.
const FLUSH_DEADLINE: Duration = Duration::from_secs(3);

/// The running telemetry of a process.
pub(crate) struct Reporting {
    writer: writer::Writer,
    traces: Option<SdkTracerProvider>,
    filter: filter::InForce,
}

impl Reporting {
    /// Starts logging, so that even a bad variable is a JSON line, and tracing if a collector is named.
    ///
    /// Reads its variables leniently: the configuration's report tells what is wrong with them.
    pub(crate) fn start(service: &'static str, env: &Env) -> Self {
        let writer = writer::Writer::start(std::io::stdout());
        let filter = filter::InForce::new(LogFilter::lenient(env));
        let lines = line::JsonLines::new(service, writer.clone()).with_filter(filter.clone());
        let traces = otlp::Settings::from_env(service, env).and_then(otlp::Settings::start);
        let spans = traces.as_ref().map(|traces| {
            let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer(service));
            layer
                .with_location(false)
                .with_threads(false)
                .with_tracked_inactivity(false)
                .with_filter(otlp::spans_of_ours())
        });
        // A second start in one process, as in a test, keeps the first.
        let _ = tracing_subscriber::registry().with(spans).with(lines).try_init();
        panics::log();
        Self { writer, traces, filter }
    }

    /// Keeps to `rust_log` from here on, whatever it becomes.
    pub(crate) fn keep_to(&self, rust_log: &Live<LogFilter>, context: &Context) {
        let (filter, shutdown) = (self.filter.clone(), context.shutdown().clone());
        let mut changes = rust_log.changes();
        filter.replace(&rust_log.load());
        context.tasks().spawn("log-filter", async move {
            loop {
                tokio::select! {
                    () = shutdown.requested() => return,
                    next = changes.next() => {
                        filter.replace(&next);
                        tracing::info!("Log filter replaced");
                    }
                }
            }
        });
    }

    /// Sends what is left, within a deadline. Called off the runtime, after everything else has ended.
    pub(crate) fn finish(self) {
        if let Some(traces) = self.traces
            && let Err(error) = traces.shutdown_with_timeout(FLUSH_DEADLINE)
        {
            tracing::warn!(%error, "Last spans not sent");
        }
        self.writer.finish(FLUSH_DEADLINE);
    }
}
