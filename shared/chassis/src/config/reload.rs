//! A reload: everything is read and checked first, then every change is made, or none.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::{
    Env, Field, Origin, Problem, Report,
    live::{Change, Setting},
    misspelling,
    sources::{CONFIG_DIR, Sources},
};

/// A hash that tells two texts apart without keeping them.
pub(super) type Fingerprint = [u8; 32];

pub(super) fn fingerprint(text: &str) -> Fingerprint {
    Sha256::digest(text).into()
}

/// A live setting, and what it was last set to.
pub(super) struct Slot {
    pub(super) variable: String,
    pub(super) kind: &'static str,
    pub(super) secret: bool,
    pub(super) setting: Box<dyn Setting>,
    pub(super) applied: Option<Fingerprint>,
}

/// The live part of a configuration, and where it is read again.
pub struct Reload {
    env: Env,
    fields: Vec<Field>,
    slots: Vec<Slot>,
    settled: Sha256,
    seen: Option<Fingerprint>,
}

/// What came of a look at the sources.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing is different from the last look.
    Same,
    /// These variables have new values; what is strange in the folder is said beside.
    Applied { variables: Vec<String>, warnings: Vec<Problem> },
    /// Something is wrong, and every value is what it was.
    Refused(Report),
}

impl Reload {
    pub(super) fn new(env: &Env, fields: Vec<Field>, slots: Vec<Slot>, settled: Sha256) -> Self {
        Self { env: env.clone(), fields, slots, settled, seen: None }
    }

    /// The folders in which something happens when a value changes. None: nothing can change.
    pub(super) fn folders(&self) -> BTreeSet<PathBuf> {
        let secrets = self.slots.iter().filter(|slot| slot.secret);
        let files = secrets.filter_map(|slot| self.env.value(&format!("{}_FILE", slot.variable)));
        let beside = files.filter_map(|file| Some(PathBuf::from(file).parent()?.to_owned()));
        beside.chain(self.env.value(CONFIG_DIR).map(PathBuf::from)).collect()
    }

    /// Has `reader` woken by whoever doubts a value.
    pub(super) fn report_to(&self, reader: &Arc<Notify>) {
        self.slots.iter().for_each(|slot| slot.setting.report_to(reader));
    }

    /// The hash of every setting in force that is no secret: equal hashes mean equal settings.
    pub(super) fn hash(&self) -> String {
        let live = self.slots.iter().filter(|slot| !slot.secret);
        let hash = live.fold(self.settled.clone(), |hash, slot| {
            hash.chain_update(format!("{}={:?}\n", slot.variable, slot.applied))
        });
        hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads everything again and applies it as a whole.
    pub(super) fn check(&mut self) -> Outcome {
        let sources = Sources::read(&self.env);
        let found: Vec<_> = match &sources {
            Ok(sources) => self.slots.iter().map(|slot| sources.text(&slot.variable, slot.secret, true)).collect(),
            Err(problem) => vec![Err(problem.clone())],
        };
        let folder: Vec<_> = sources.iter().flat_map(Sources::folder).collect();
        let seen = Some(fingerprint(&format!("{folder:?}{found:?}")));
        if seen == self.seen {
            return Outcome::Same;
        }
        let warnings = self.strangers(&folder.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        self.seen = seen;
        self.apply(found).map_or_else(
            |problems| Outcome::Refused(Report::new(problems)),
            |variables| Outcome::Applied { variables, warnings },
        )
    }

    /// Stages every text that is new, and lets the changes happen if all of them can.
    fn apply(&mut self, found: Vec<Result<Option<(String, Origin)>, Problem>>) -> Result<Vec<String>, Vec<Problem>> {
        let (mut problems, mut staged) = (Vec::new(), Vec::new());
        for (place, found) in found.into_iter().enumerate() {
            match found.and_then(|found| self.slots[place].stage(found)) {
                Ok(change) => staged.extend(change.map(|change| (place, change))),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let apply = |(place, (applied, change)): (usize, (_, Change))| {
            change();
            self.slots[place].applied = applied;
            self.slots[place].variable.clone()
        };
        Ok(staged.into_iter().map(apply).collect())
    }

    /// What is in the folder and cannot have an effect.
    fn strangers(&self, names: &[&str]) -> Vec<Problem> {
        let at_start = |name: &&str| {
            let of_secret = name.strip_suffix("_FILE");
            let is_followed = self.slots.iter().any(|slot| slot.variable == *name);
            self.fields.iter().any(|field| {
                (!is_followed && field.variable == *name)
                    || (field.secret && Some(field.variable.as_str()) == of_secret)
            })
        };
        let ignored = names.iter().copied().filter(at_start).map(|name| Problem {
            variable: name.to_owned(),
            reason: format!("in {CONFIG_DIR} is ignored: it is read at start, from the environment; restart needed"),
        });
        let names: Env = names.iter().map(|name| ((*name).to_owned(), String::from("set"))).collect();
        ignored.chain(misspelling::suspects(&names, &self.fields)).collect()
    }
}

impl Slot {
    /// The change to this text, if it is another than the last.
    fn stage(&self, found: Option<(String, Origin)>) -> Result<Option<(Option<Fingerprint>, Change)>, Problem> {
        let (text, origin) = found.unzip();
        let applied = text.as_deref().map(fingerprint);
        if applied == self.applied {
            return Ok(None);
        }
        let change = self.setting.stage(text.as_deref());
        change.map(|change| Some((applied, change))).ok_or_else(|| Problem::of_value(&self.variable, origin, self.kind))
    }
}

#[cfg(test)]
mod tests;
