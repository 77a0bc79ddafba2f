//! W3C trace context, for what crosses a process boundary other than as a request to this one.

use std::collections::HashMap;

use opentelemetry::{
    Context,
    propagation::TextMapPropagator as _,
    trace::{SpanContext, TraceContextExt as _},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::sampling;

const TRACEPARENT: &str = "traceparent";

/// The current span as a `traceparent` header tells it; none where nothing is traced.
///
/// To be sent with a request, or stored with what will be worked on later and given to [`linked`].
pub fn traceparent() -> Option<String> {
    let span = Some(Span::current()).filter(|span| sampling::is_on() && !span.is_none())?;
    let context = Some(span.context()).filter(|context| context.span().span_context().is_sampled())?;
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut headers);
    headers.remove(TRACEPARENT)
}

/// The span of work that was asked for elsewhere and earlier, such as a job: made by `span` if the work is traced.
///
/// It is part of the trace that `traceparent` names, so that one trace tells the whole way, and linked to it, which
/// tells that it did not wait. Without a `traceparent` chance decides, as for a request. Costs nothing where nothing
/// is traced; a `traceparent` that is not one counts as none.
///
/// ```
/// let span = chassis::telemetry::linked(None, || tracing::info_span!("index_revision", otel.kind = "consumer"));
/// assert!(span.is_none(), "nothing is traced without a collector");
/// ```
pub fn linked(traceparent: Option<&str>, span: impl FnOnce() -> Span) -> Span {
    if !sampling::is_on() {
        return Span::none();
    }
    let origin = traceparent.map(extract).unwrap_or_default();
    let origin_span: SpanContext = origin.span().span_context().clone();
    if !sampling::picks(&origin_span) {
        return Span::none();
    }
    let span = span();
    if origin_span.is_valid() {
        span.add_link(origin_span);
        if let Err(error) = span.set_parent(origin) {
            tracing::debug!(%error, "Span without its parent");
        }
    }
    span
}

fn extract(traceparent: &str) -> Context {
    let headers = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    TraceContextPropagator::new().extract_with_context(&Context::new(), &headers)
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    fn traced(work: impl FnOnce()) -> Vec<opentelemetry_sdk::trace::SpanData> {
        sampling::start(1.0);
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        exporter.get_finished_spans().expect("spans")
    }

    #[test]
    fn a_job_is_part_of_the_trace_that_it_comes_from_and_linked_to_it() {
        let mut stored = None;
        let spans = traced(|| {
            assert_eq!(traceparent(), None, "there is no span yet");
            stored = tracing::info_span!("announce").in_scope(traceparent);
            drop(linked(stored.as_deref(), || tracing::info_span!("job")));
        });
        let [announce, job] = spans.try_into().expect("two spans");
        let (trace, parent) = (announce.span_context.trace_id(), announce.span_context.span_id());
        assert_eq!(stored, Some(format!("00-{trace}-{parent}-01")));
        assert_eq!((job.span_context.trace_id(), job.parent_span_id), (trace, parent));
        assert_eq!(job.links.iter().map(|link| link.span_context.span_id()).collect::<Vec<_>>(), [parent]);
    }

    #[test]
    fn what_was_not_sampled_stays_so_and_nonsense_counts_as_nothing() {
        let spans = traced(|| {
            let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
            assert!(linked(Some(unsampled), || tracing::info_span!("job")).is_none());
            drop(linked(Some("nonsense"), || tracing::info_span!("job")));
        });
        assert!(matches!(spans.as_slice(), [job] if job.links.is_empty()), "{spans:?}");
    }
}
