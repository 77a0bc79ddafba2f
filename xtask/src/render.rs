//! Log lines for people: the time, the level, the message, and the rest as `key=value`.

use serde_json::{Map, Value};

/// How lines are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// With colours.
    Colour,
    /// Without.
    Plain,
    /// As they were written.
    Json,
}

const COLOURS: [&str; 5] = ["36", "35", "34", "33", "32"];
/// Said once, by the prefix and the line itself.
const KNOWN: [&str; 5] = ["timestamp", "level", "target", "service", "message"];

/// A line of the process that is the `index`th.
pub(crate) fn line(style: Style, index: usize, name: &str, text: &str) -> String {
    let paint = |code: &str, text: &str| {
        if style == Style::Colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    };
    let prefix = paint(COLOURS[index % COLOURS.len()], &format!("{name:<13}"));
    let parsed = serde_json::from_str::<Map<String, Value>>(text).ok().filter(|_| style != Style::Json);
    let Some(fields) = parsed else { return format!("{prefix} {text}\n") };
    let field = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let time = field("timestamp").get(11..23).unwrap_or_default();
    let level = match field("level") {
        "ERROR" => paint("1;31", "ERROR"),
        "WARN" => paint("33", " WARN"),
        "INFO" => paint("32", " INFO"),
        other => paint("2", &format!("{other:>5}")),
    };
    let rest: Vec<String> = fields
        .iter()
        .filter(|(key, _)| !KNOWN.contains(&key.as_str()))
        .map(|(key, value)| {
            format!("{}={}", paint("2", key), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect();
    format!("{prefix} {} {level} {} {}\n", paint("2", time), field("message"), rest.join(" ")).replace(" \n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"{"timestamp":"2026-01-02T03:04:05.678901Z","level":"INFO","message":"Revision live","pages":3}"#;

    #[test]
    fn a_line_is_shown_in_the_order_one_reads() {
        assert_eq!(line(Style::Plain, 0, "web", LINE), "web           03:04:05.678  INFO Revision live pages=3\n");
        assert_eq!(line(Style::Json, 0, "web", LINE), format!("web           {LINE}\n"));
        assert_eq!(line(Style::Plain, 0, "web", "no json"), "web           no json\n");
        assert!(line(Style::Colour, 0, "web", LINE).contains("\x1b[32m INFO\x1b[0m"));
    }
}
