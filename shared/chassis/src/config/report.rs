//! Everything that is wrong with a configuration, in one sentence.

use std::fmt;

use super::{Origin, sources::CONFIG_DIR};

/// One variable and what is wrong with it. Never holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable's name.
    pub variable: String,
    /// What is wrong, to be read after the name: "is required and not set".
    pub reason: String,
}

impl Problem {
    /// What is wrong with a value that was found there, or with its absence.
    pub(super) fn of_value(variable: &str, found: Option<Origin>, kind: &str) -> Self {
        let reason = match found {
            None => String::from("is required and not set"),
            Some(Origin::Folder) => format!("in {CONFIG_DIR} is not valid: expected {kind}"),
            Some(_) => format!("is not valid: expected {kind}"),
        };
        Self { variable: variable.to_owned(), reason }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.variable, self.reason)
    }
}

/// Every problem of one configuration.
#[derive(Debug, thiserror::Error)]
pub struct Report(Vec<Problem>);

impl Report {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self(problems)
    }

    /// The problems, in the order of the sections and fields.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(Problem::to_string).collect();
        out.write_str(&lines.join("; "))
    }
}
