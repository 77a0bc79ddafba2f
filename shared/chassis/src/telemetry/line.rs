//! One event, one flat JSON object, one line.

use std::{error::Error, fmt::Debug, io::Write as _};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::layer::{Context, Layer};

use super::writer::Writer;
use crate::clock;

/// Writes events as lines: `timestamp`, `level`, `target`, `service`, `message` and the event's own fields beside them.
pub(super) struct JsonLines {
    service: &'static str,
    writer: Writer,
}

impl JsonLines {
    pub(super) fn new(service: &'static str, writer: Writer) -> Self {
        Self { service, writer }
    }
}

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut line = Vec::with_capacity(384);
        let head = (clock::now(), metadata.level(), metadata.target());
        let _ = write!(
            line,
            r#"{{"timestamp":"{:.6}","level":"{}","target":"{}","service":"{}""#,
            head.0, head.1, head.2, self.service
        );
        event.record(&mut Fields(&mut line));
        line.extend_from_slice(b"}\n");
        // Access lines may wait for company; anything else is written at once.
        let waits = metadata.target() == "access" && *metadata.level() >= Level::INFO;
        self.writer.push(&line, !waits);
    }
}

/// Appends an event's fields to the line.
struct Fields<'a>(&'a mut Vec<u8>);

impl Fields<'_> {
    fn key(&mut self, field: &Field) {
        let name = field.name();
        let _ = write!(self.0, r#","{}":"#, name.strip_prefix("r#").unwrap_or(name));
    }

    fn text(&mut self, field: &Field, text: &str) {
        self.key(field);
        let _ = serde_json::to_writer(&mut *self.0, text);
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.key(field);
        let _ = write!(self.0, "{value}");
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.key(field);
        let _ = write!(self.0, "{value}");
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.key(field);
        let _ = write!(self.0, "{value}");
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.key(field);
        let _ = serde_json::to_writer(&mut *self.0, &value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field, &value.to_string());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, &format!("{value:?}"));
    }
}
