//! Which lines are written, in the syntax of `RUST_LOG`, and how that changes while the process runs.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
    subscriber::Interest,
};
use tracing_subscriber::{
    EnvFilter,
    layer::{Context, Filter},
};

use crate::config::{Env, Value};

/// A valid filter: `info`, or `warn,web=debug`.
#[derive(Clone, Debug)]
pub struct LogFilter(String);

impl Default for LogFilter {
    fn default() -> Self {
        Self(String::from("info"))
    }
}

impl LogFilter {
    /// The filter in `RUST_LOG`, or the default where it is absent or wrong.
    pub(super) fn lenient(env: &Env) -> Self {
        env.value("RUST_LOG").and_then(Self::parse).unwrap_or_default()
    }
}

impl Value for LogFilter {
    const KIND: &'static str = "log filter";

    fn parse(text: &str) -> Option<Self> {
        EnvFilter::try_new(text).is_ok().then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// The filter in force. Clones share it; a line costs no lock.
#[derive(Clone)]
pub(super) struct InForce(Arc<ArcSwap<EnvFilter>>);

impl InForce {
    pub(super) fn new(filter: LogFilter) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(EnvFilter::new(filter.0))))
    }

    /// Puts another filter in force, at once and for every thread.
    pub(super) fn replace(&self, filter: &LogFilter) {
        self.0.store(Arc::new(EnvFilter::new(&filter.0)));
        tracing::callsite::rebuild_interest_cache();
    }
}

/// Whatever is asked, the filter in force answers.
impl<S: Subscriber> Filter<S> for InForce {
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        Filter::enabled(&**self.0.load(), metadata, context)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        Filter::<S>::callsite_enabled(&**self.0.load(), metadata)
    }

    fn event_enabled(&self, event: &Event<'_>, context: &Context<'_, S>) -> bool {
        Filter::event_enabled(&**self.0.load(), event, context)
    }

    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        Filter::<S>::max_level_hint(&**self.0.load())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        Filter::on_new_span(&**self.0.load(), attributes, id, context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        Filter::on_record(&**self.0.load(), id, values, context);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_enter(&**self.0.load(), id, context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_exit(&**self.0.load(), id, context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        Filter::on_close(&**self.0.load(), id, context);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tracing_subscriber::layer::{Layer, SubscriberExt as _};

    use super::*;

    #[derive(Clone, Default)]
    struct Targets(Arc<Mutex<Vec<&'static str>>>);

    impl<S: Subscriber> Layer<S> for Targets {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            self.0.lock().expect("whole").push(event.metadata().target());
        }
    }

    #[test]
    fn a_replaced_filter_holds_for_events_that_were_told_and_for_those_that_were_not() {
        let (seen, filter) = (Targets::default(), InForce::new(LogFilter("info,quiet=off".into())));
        let subscriber = tracing_subscriber::registry().with(seen.clone().with_filter(filter.clone()));
        let say = || {
            tracing::info!(target: "quiet", "Said");
            tracing::info!(target: "loud", "Said");
        };
        tracing::subscriber::with_default(subscriber, || {
            say();
            filter.replace(&LogFilter("info,loud=off".into()));
            say();
        });
        assert_eq!(*seen.0.lock().expect("whole"), ["loud", "quiet"]);
    }
}
