//! A ref that is followed, the link that shows it, and who is told.

use std::path::PathBuf;

use contract::Commit;

use crate::hooks::{Gate, Hook};

/// A ref and the link that shows it.
pub(crate) struct Followed {
    /// A branch, a tag, `HEAD`, or a full commit id.
    pub(crate) name: String,
    /// Absolute.
    pub(crate) link: PathBuf,
    /// Asked when a tree is ready, whether the link may move.
    pub(crate) gate: Option<Gate>,
    /// Told when a tree is ready, before the link moves.
    pub(crate) before: Option<Hook>,
    /// Told when the link has moved.
    pub(crate) after: Vec<Hook>,
}

impl Followed {
    /// The commit, if the ref is one: then it never moves.
    pub(crate) fn commit(&self) -> Option<Commit> {
        self.name.parse().ok()
    }

    /// Whether the ref never moves.
    pub(crate) fn is_fixed(&self) -> bool {
        self.commit().is_some()
    }

    /// Whether the gate refused a commit a short while ago.
    pub(super) fn refuses(&self, commit: &Commit) -> bool {
        self.gate.as_ref().is_some_and(|gate| gate.refuses(commit))
    }

    /// What is refused by the gate, and why.
    pub(super) fn refusal(&self) -> Option<String> {
        Some(format!("{} {}", self.name, self.gate.as_ref()?.refusal()?))
    }

    /// Everybody who is told.
    pub(super) fn hooks(&self) -> impl Iterator<Item = &Hook> {
        self.before.iter().chain(&self.after)
    }

    /// Tells whoever is to know that a commit is shown.
    pub(super) fn tell(&self, commit: &Commit) {
        for hook in &self.after {
            hook.want(commit);
        }
    }
}
