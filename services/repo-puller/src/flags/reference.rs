//! The table, written for people and for programs.

use serde_json::json;

use super::{
    declare::{Class, Flag},
    table::TABLE,
};

const ABOUT: &str = "Keeps a directory in step with one ref of a Git repository.";

/// What `--help` prints.
pub(crate) fn help() -> String {
    let mut text = format!(
        "{ABOUT}

Usage: repo-puller [serve] [FLAGS]
       repo-puller healthcheck      ask the process on HOST and PORT whether it is alive
       repo-puller config [--json]  print every flag and variable, with default and meaning

"
    );
    for flag in TABLE.iter().filter(|flag| matches!(flag.class, Class::Both | Class::Line)) {
        let kind = if flag.bare.is_some() { String::new() } else { format!(" {}", flag.kind) };
        let short = match flag.field {
            "verbose" => "-v, ",
            "help" => "-h, ",
            _ => "    ",
        };
        let default = if flag.default.is_empty() || flag.bare.is_some() && flag.default == "false" {
            String::new()
        } else {
            format!(" (default {})", flag.default)
        };
        text.push_str(&format!("  {short}--{:<46} {}{default}\n", format!("{}{kind}", flag.name()), flag.about.trim()));
    }
    text.push_str("\nEach flag has a variable: --one-time is GITSYNC_ONE_TIME. The flag wins.\n");
    text
}

/// What `--man` prints.
pub(crate) fn manual() -> String {
    let mut text = format!("REPO-PULLER\n\nNAME\n    repo-puller - {ABOUT}\n\nOPTIONS\n");
    for flag in TABLE.iter().filter(|flag| flag.class != Class::Retired) {
        let title = match flag.class {
            Class::Environment => format!("${}", flag.variable().unwrap_or_default()),
            _ => format!("--{} <{}>{}", flag.name(), flag.kind, suffix(flag)),
        };
        text.push_str(&format!("    {title}\n        {}\n", flag.about.trim()));
        if !flag.default.is_empty() {
            text.push_str(&format!("        Default: {}.\n", flag.default));
        }
        text.push('\n');
    }
    text
}

fn suffix(flag: &Flag) -> String {
    flag.variable().map(|name| format!(", ${name}")).unwrap_or_default()
}

/// What `config` prints.
pub(crate) fn as_markdown() -> String {
    let mut text = "| flag | variable | kind | default | meaning |\n|---|---|---|---|---|\n".to_owned();
    for flag in TABLE {
        let named = if flag.class == Class::Environment { String::new() } else { format!("`--{}`", flag.name()) };
        let variables: Vec<_> =
            flag.variable().iter().map(String::as_str).chain(flag.old.iter().copied()).map(code).collect();
        let default = if flag.default.is_empty() { String::new() } else { code(flag.default) };
        let about = flag.about.trim().replace('|', "\\|");
        text.push_str(&format!("| {named} | {} | {} | {default} | {about} |\n", variables.join(" "), flag.kind));
    }
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// What `config --json` prints.
pub(crate) fn as_json() -> String {
    let fields: Vec<_> = TABLE
        .iter()
        .map(|flag| {
            json!({
                "flag": (flag.class != Class::Environment).then(|| flag.name()),
                "variable": flag.variable(),
                "deprecated_variables": flag.old,
                "deprecated": flag.class == Class::Retired,
                "kind": flag.kind,
                "repeats": flag.repeats,
                "default": flag.default,
                "secret": flag.is_secret(),
                "about": flag.about.trim(),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_flags_share_a_name() {
        let mut names: Vec<_> = TABLE.iter().map(Flag::name).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn help_and_manual_name_every_flag_that_is_not_retired() {
        let (help, manual) = (help(), manual());
        for flag in TABLE.iter().filter(|flag| matches!(flag.class, Class::Both | Class::Line)) {
            assert!(help.contains(&format!("--{}", flag.name())), "{}", flag.name());
            assert!(manual.contains(&format!("--{} ", flag.name())), "{}", flag.name());
        }
        assert!(manual.contains("$GITSYNC_PASSWORD") && !help.contains("__env__"));
    }

    #[test]
    fn the_reference_is_one_row_a_flag() {
        assert_eq!(as_markdown().lines().count(), TABLE.len() + 2);
        assert!(as_json().contains("\"GITSYNC_PERIOD\""));
    }
}
