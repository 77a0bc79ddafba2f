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

    /// What was read, or none after noting the mistakes.
    pub(super) fn take<T>(&mut self, read: Result<T, Vec<(&'static str, String)>>) -> Option<T> {
        let found = read.as_ref().err().into_iter().flatten();
        found.for_each(|(flag, reason)| self.unless(false, flag, reason));
        read.ok()
    }

    /// What was read, unless there is any mistake: then all of them as one text.
    pub(super) fn into_result<T>(self, read: Option<T>) -> Result<T, String> {
        read.filter(|_| self.0.is_empty()).ok_or_else(|| self.0.join("; "))
    }
}
