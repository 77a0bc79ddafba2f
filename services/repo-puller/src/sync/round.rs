//! One round: every ref that is followed is looked at, and published if it has moved.

use std::path::{Path, PathBuf};

use contract::Commit;

use super::{Followed, Puller};
use crate::{
    error::Error,
    hooks::Gate,
    publish::{Mode, link},
    repository::remove,
};

impl Puller {
    /// Brings every link up to date. True if one was.
    pub(super) async fn round(&mut self, is_first: bool) -> Result<bool, Error> {
        let links: Vec<PathBuf> = self.followed.iter().map(|followed| followed.link.clone()).collect();
        self.repository.prepare(&links).await?;
        let mut changed = self.repair().await;
        self.sign_in().await?;
        let tips = if is_first { Vec::new() } else { self.tips().await? };
        for (index, followed) in self.followed.iter().enumerate() {
            let tip = tips.get(index);
            if tip.is_some_and(|tip| self.shown(followed).as_ref() == Some(tip) && self.is_whole(tip)) {
                followed.gate.iter().for_each(Gate::forget);
            } else if !tip.is_some_and(|tip| followed.refuses(tip)) {
                changed |= self.follow(followed, is_first).await?;
            }
        }
        let published: Vec<_> = self.published().into_iter().map(|(_, commit)| commit).collect();
        self.repository.sweep(&published, self.stale_timeout)?;
        if changed {
            self.clear_away();
        }
        Ok(changed)
    }

    /// What is published now, by ref.
    pub(super) fn published(&self) -> Vec<(String, Commit)> {
        self.followed.iter().filter_map(|followed| Some((followed.name.clone(), self.shown(followed)?))).collect()
    }

    fn shown(&self, followed: &Followed) -> Option<Commit> {
        link::read(&followed.link, &self.repository.layout)
    }

    /// Builds published trees again that are not sound any more, from what is here: the remote may be away.
    async fn repair(&self) -> bool {
        let mut repaired = false;
        for followed in &self.followed {
            let Some(commit) = self.shown(followed) else { continue };
            if self.is_whole(&commit) {
                continue;
            }
            let (name, hash) = (&followed.name, commit.as_str());
            tracing::warn!(r#ref = name, commit = hash, "Published tree is not sound: building it again");
            match self.repository.build(&commit, &self.contents).await {
                Ok(()) => {
                    self.instruments.updated();
                    followed.tell(&commit);
                    repaired = true;
                }
                Err(error) => tracing::warn!(%error, commit = hash, "Published tree not built again"),
            }
        }
        repaired
    }

    /// Fetches a ref and publishes it if it has moved. True if it was published.
    async fn follow(&self, followed: &Followed, is_first: bool) -> Result<bool, Error> {
        let commit = self.repository.fetch(&followed.name).await?;
        let before = self.shown(followed);
        let is_shown = before.as_ref() == Some(&commit) && self.is_whole(&commit);
        // A look at every file is for the start: what a restart cures is found here.
        if is_shown && (!is_first || self.repository.is_untouched(&commit).await) {
            self.repository.remember(&commit)?;
            if is_first {
                self.instruments.updated();
                followed.tell(&commit);
            }
            return Ok(false);
        }
        if !self.is_elsewhere(followed, &commit) {
            self.repository.build(&commit, &self.contents).await?;
        }
        if !self.may_pass(followed, before.as_ref(), &commit).await? {
            if let Some(before) = before.filter(|_| is_first) {
                followed.tell(&before);
            }
            return Ok(false);
        }
        if let Some(hook) = &followed.before {
            hook.want(&commit);
        }
        self.publish(followed, before.as_ref(), &commit)?;
        self.repository.remember(&commit)?;
        Ok(true)
    }

    /// Whether the gate lets a commit through. One that it does not is a failure only where there is nothing else to show,
    /// or no other time: what is published is good, and readers need not be turned away from it.
    async fn may_pass(&self, followed: &Followed, before: Option<&Commit>, commit: &Commit) -> Result<bool, Error> {
        let Some(gate) = &followed.gate else { return Ok(true) };
        let Err(reason) = gate.ask(commit).await else { return Ok(true) };
        if before.is_none() || self.pace.once {
            return Err(Error::Refused { commit: commit.to_string(), reason });
        }
        tracing::error!(r#ref = followed.name, commit = commit.as_str(), error = reason, "Refused by the gate");
        Ok(false)
    }

    /// Whether the tree of a commit is there, with everything that it is to contain.
    fn is_whole(&self, commit: &Commit) -> bool {
        self.repository.is_sound(commit) && self.repository.is_as_wanted(commit, &self.contents)
    }

    /// Whether another ref shows the same commit already.
    fn is_elsewhere(&self, followed: &Followed, commit: &Commit) -> bool {
        let others = self.followed.iter().filter(|other| other.link != followed.link);
        others.filter_map(|other| self.shown(other)).any(|shown| shown == *commit) && self.is_whole(commit)
    }

    /// Moves the link. From here on readers see the commit.
    fn publish(&self, followed: &Followed, before: Option<&Commit>, commit: &Commit) -> Result<(), Error> {
        let replaced = std::fs::canonicalize(&followed.link).ok();
        match self.mode {
            Mode::Link => link::flip(&followed.link, &self.repository.layout.tree(commit))?,
            Mode::Plain => self.repository.publish_plain(commit, &followed.link)?,
        }
        let from = before.map(Commit::as_str);
        tracing::info!(r#ref = followed.name, commit = commit.as_str(), from, "Published");
        match before {
            Some(before) => self.repository.begin_staleness(before),
            None => self.remove_old_layout(replaced.as_deref()),
        }
        self.instruments.updated();
        followed.tell(commit);
        Ok(())
    }

    /// git-sync's third version kept trees beside the link: what the link pointed to before goes, if it was one of those.
    fn remove_old_layout(&self, replaced: Option<&Path>) {
        let Some(tree) = replaced.filter(|tree| tree.parent() == Some(self.repository.layout.root())) else { return };
        let is_commit = tree.file_name().is_some_and(|name| name.to_string_lossy().parse::<Commit>().is_ok());
        if is_commit && let Err(error) = remove(tree) {
            tracing::warn!(%error, path = %tree.display(), "Tree of an older release not removed");
        }
    }

    /// Removes what was moved out of the way, beside the loop.
    fn clear_away(&self) {
        let layout = self.repository.layout.clone();
        drop(self.tasks.spawn_blocking(move || crate::publish::empty_trash(&layout)));
    }
}
