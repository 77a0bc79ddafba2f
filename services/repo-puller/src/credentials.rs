//! Who we are to the remote: where logins come from, and how git and the native look get to know them.
//!
//! Git asks a credential helper that reads a private file, one for each login: no password is ever an argument, a
//! variable, or on a disk. Which login is for which URL git's own configuration says.

mod askpass;
mod github_app;
mod given;
mod scope;
mod slot;
mod source;
pub(crate) mod ssh;
#[cfg(test)]
mod tests;

use std::time::Instant;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chassis::{clock, config::Secret};
use client::outbound::Outbound;
use jiff::Timestamp;

use crate::flags::Flags;
use scope::Scope;
use slot::Slot;
use source::Source;

/// Where a secret volume holds the cookies, as git-sync has it.
const COOKIE_FILE: &str = "/etc/git-secret/cookie_file";

/// A user and a password, or what stands for one.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) username: String,
    pub(crate) password: Secret,
}

/// A moment on both clocks: the wall's, by which others say when a token expires, and the one that never jumps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) wall: Timestamp,
    pub(crate) steady: Instant,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { wall: clock::now(), steady: Instant::now() }
    }
}

/// Why a login could not be had. Names the flag and the variable, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{from}: {why}")]
pub(crate) struct Error {
    from: String,
    why: String,
}

impl Error {
    fn new(from: impl Into<String>, why: impl Into<String>) -> Self {
        Self { from: from.into(), why: why.into() }
    }
}

/// A flag and what is wrong with it, to be read after its name: `username`, `is given twice`.
pub(crate) type Mistake = (&'static str, String);

/// What a refresh did: whether the askpass URL and GitHub were asked, and whether they gave an answer.
#[derive(Debug)]
pub(crate) struct Refreshed {
    pub(crate) askpass: Option<bool>,
    pub(crate) github_app: Option<bool>,
    pub(crate) outcome: Result<(), Error>,
}

/// One login, whence it comes and for what it is.
#[derive(Debug)]
struct Entry {
    scope: Scope,
    source: Source,
    login: Option<Login>,
    slot: Slot,
}

/// All logins. The first that fits a URL best is the one that is used.
#[derive(Debug)]
pub(crate) struct Credentials {
    entries: Vec<Entry>,
    cookies: bool,
    outbound: Outbound,
}

impl Credentials {
    /// The logins that the flags tell; `url_login` is the one that stood in `--repo`, `url` the rest of it.
    ///
    /// # Errors
    /// Every mistake.
    pub(crate) fn from_flags(
        flags: &Flags,
        url: &str,
        url_login: Option<(String, String)>,
        outbound: &Outbound,
    ) -> Result<Self, Vec<Mistake>> {
        let (sources, mut mistakes) = source::all(flags, url, url_login);
        let mut entries = Vec::new();
        for (scope, source) in sources {
            match Slot::new() {
                Ok(slot) => entries.push(Entry { scope, source, login: None, slot }),
                Err(error) => mistakes.push(("username", format!("cannot be kept in a private file: {error}"))),
            }
        }
        if flags.cookie_file && std::fs::File::open(COOKIE_FILE).is_err() {
            mistakes.push(("cookie-file", format!("needs {COOKIE_FILE}, which cannot be read")));
        }
        if mistakes.is_empty() {
            Ok(Self { entries, cookies: flags.cookie_file, outbound: outbound.clone() })
        } else {
            Err(mistakes)
        }
    }

    /// Gets every login anew that may have changed: to be called before each sync. Stops at the first failure.
    pub(crate) async fn refresh(&mut self, now: Moment) -> Refreshed {
        let mut refreshed = Refreshed { askpass: None, github_app: None, outcome: Ok(()) };
        for entry in &mut self.entries {
            let login = entry.source.login(&self.outbound, now, &mut refreshed).await;
            let kept = login.and_then(|login| {
                entry.slot.keep(&login)?;
                entry.login = Some(login);
                Ok(())
            });
            if kept.is_err() {
                refreshed.outcome = kept;
                break;
            }
        }
        refreshed
    }

    /// The remote did not let us in: a token is asked for anew, however long it was to last.
    pub(crate) fn doubt(&mut self) {
        for entry in &mut self.entries {
            if let Source::App(app) = &mut entry.source {
                app.doubt();
            }
        }
    }

    /// What git's configuration has to say, for as long as this process lives: which helper is for which URL.
    pub(crate) fn git_settings(&self) -> Vec<(String, String)> {
        let helper = |entry: &Entry, scope: &str| (format!("credential.{scope}.helper"), entry.slot.helper());
        // Git drops a helper that fits worse than one before it: the closest come first.
        let mut closest: Vec<&Entry> = self.entries.iter().filter(|entry| !entry.scope.is_whole()).collect();
        closest.sort_by_key(|entry| std::cmp::Reverse(entry.scope.path().len()));
        let mut settings: Vec<_> = closest.into_iter().map(|entry| helper(entry, &entry.scope.to_string())).collect();
        let mut origins = Vec::new();
        for entry in &self.entries {
            if !origins.contains(&entry.scope.origin()) {
                origins.push(entry.scope.origin());
                settings.push(helper(entry, entry.scope.origin()));
            }
        }
        if self.cookies {
            settings.push(("http.cookiefile".to_owned(), COOKIE_FILE.to_owned()));
        }
        settings
    }

    /// The login for a URL, as git would choose it.
    pub(crate) fn login(&self, url: &str) -> Option<&Login> {
        let wanted = Scope::of(url)?;
        let closest = self.entries.iter().filter(|entry| entry.scope.covers(&wanted)).rev();
        let closest = closest.max_by_key(|entry| entry.scope.path().len());
        let same_origin = || self.entries.iter().find(|entry| entry.scope.origin() == wanted.origin());
        closest.or_else(same_origin)?.login.as_ref()
    }

    /// Every secret in every form in which it may turn up in a message.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = String> {
        self.entries.iter().filter_map(|entry| entry.login.as_ref()).flat_map(|login| {
            let password = login.password.reveal();
            [password.to_owned(), BASE64_STANDARD.encode(format!("{}:{password}", login.username))]
        })
    }
}
