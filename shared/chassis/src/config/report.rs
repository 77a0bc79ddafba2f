//! Everything that is wrong with a configuration, in one sentence.

use std::fmt;

/// One variable and what is wrong with it. Never holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable's name.
    pub variable: String,
    /// What is wrong, to be read after the name: "is required and not set".
    pub reason: String,
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
