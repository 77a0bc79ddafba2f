//! The reference of a configuration: what `NAME config` prints.

use std::fmt::Write as _;

use serde_json::json;

use super::Field;

/// A Markdown table with a row per variable.
pub fn as_markdown(fields: &[Field]) -> String {
    let mut table = String::from("| variable | kind | default | live | meaning |\n|---|---|---|---|---|\n");
    for field in fields {
        let default = match &field.default {
            Some(default) => format!("`{default}`"),
            None if field.required => String::from("required"),
            None => String::new(),
        };
        let file =
            if field.secret { format!(" Or the file named by `{}_FILE`.", field.variable) } else { String::new() };
        let live = if field.live { "yes" } else { "" };
        let _ =
            writeln!(table, "| `{}` | {} | {default} | {live} | {}{file} |", field.variable, field.kind, field.about);
    }
    table
}

/// A JSON list with an object per variable, for programs.
pub fn as_json(fields: &[Field]) -> String {
    let list: Vec<_> = fields
        .iter()
        .map(|field| {
            json!({
                "variable": field.variable, "kind": field.kind, "default": field.default,
                "required": field.required, "secret": field.secret, "live": field.live, "about": field.about,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(list))
}
