//! Mistakes in the flags, gathered.

use std::time::Duration;

use crate::flags::GoDuration;

/// Everything that is wrong so far.
#[derive(Default)]
pub(super) struct Mistakes(Vec<String>);

impl Mistakes {
    /// Notes a mistake unless the flag is right.
    pub(super) fn unless(&mut self, is_right: bool, flag: &str, reason: &str) {
        if !is_right {
            let variable = flag.replace('-', "_").to_uppercase();
            self.0.push(format!("--{flag} (GITSYNC_{variable}) {reason}"));
        }
    }

    /// Notes a flag that has to be there and is not.
    pub(super) fn required(&mut self, flag: &str, value: &str) {
        self.unless(!value.is_empty(), flag, "is required and not set");
    }

    /// Notes a duration that is too short.
    pub(super) fn at_least(&mut self, flag: &str, value: GoDuration, least: Duration) {
        self.unless(value.duration() >= least, flag, &format!("must be at least {least:?}"));
    }

    /// What the text stands for; the first choice after noting that it is none of them.
    pub(super) fn choice<T: Copy>(&mut self, flag: &str, text: &str, choices: &[(&str, T)]) -> T {
        let found = choices.iter().find(|(name, _)| *name == text);
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        self.unless(found.is_some(), flag, &format!("must be one of: {}", names.join(", ")));
        found.unwrap_or(&choices[0]).1
    }

    /// All mistakes as one text, if there are any.
    pub(super) fn into_result(self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0.join("; ")) }
    }
}
