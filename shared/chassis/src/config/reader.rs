//! Reads variables one after the other and notes every mistake instead of stopping at the first.

use sha2::{Digest as _, Sha256};

use super::{
    Field, Origin, Problem, Value,
    reload::{Slot, fingerprint},
    sources::Sources,
};

/// Takes values out of the sources and collects what is wrong.
pub struct Reader<'sources> {
    sources: &'sources Sources<'sources>,
    pub(super) problems: Vec<Problem>,
    pub(super) origins: Vec<(String, Origin)>,
    pub(super) slots: Vec<Slot>,
    /// The settings that are neither live nor secret.
    pub(super) settled: Sha256,
}

impl<'sources> Reader<'sources> {
    pub(super) fn new(sources: &'sources Sources<'sources>) -> Self {
        Self { sources, problems: Vec::new(), origins: Vec::new(), slots: Vec::new(), settled: Sha256::new() }
    }

    /// The reference entry of a field of type `T`.
    pub fn field<T: Value>(field: &str, about: &str, default: Option<T>) -> Field {
        Field {
            variable: field.to_uppercase(),
            kind: T::KIND,
            required: default.is_none() && !T::OPTIONAL,
            default: default.map(|value| value.show()),
            secret: T::SECRET,
            live: T::LIVE,
            about: about.trim().to_owned(),
        }
    }

    /// The value of a field, its default, or none after noting the mistake.
    pub fn value<T: Value>(&mut self, field: &str, default: Option<T>) -> Option<T> {
        let variable = field.to_uppercase();
        let found = self.sources.text(&variable, T::SECRET, T::LIVE);
        let found = found.map_err(|problem| self.problems.push(problem)).ok()?;
        let text = found.as_ref().map(|(text, _)| text.as_str());
        if !T::LIVE && !T::SECRET {
            self.settled.update(format!("{variable}={text:?}\n"));
        }
        let default = default.or_else(T::absent);
        let (value, default) = match text {
            Some(text) => (T::parse(text), default),
            None => (default, None),
        };
        let Some(value) = value else {
            self.problems.push(Problem::of_value(&variable, found.map(|(_, origin)| origin), T::KIND));
            return None;
        };
        if let Some(setting) = value.setting(default.as_ref().or(text.is_none().then_some(&value))) {
            let applied = text.map(fingerprint);
            self.slots.push(Slot { variable: variable.clone(), kind: T::KIND, secret: T::SECRET, setting, applied });
        }
        self.origins.extend(found.map(|(_, origin)| (variable, origin)));
        Some(value)
    }
}
