//! What the process is told, read from the flags: every mistake is named by flag and variable, all at once.

mod checks;
mod followed;
mod hooks;
mod mistakes;
mod signal;
mod url;

use std::{path::PathBuf, time::Duration};

use chassis::config::Env;
use client::outbound::Outbound;

use crate::{
    credentials::{Credentials, ssh},
    flags::Flags,
    publish::{Contents, Mode, Submodules},
    repository::{Collection, Remote},
};
use checks::{endpoint, git_config, logins, pace, path, writing};
use hooks::{Hooks, hooks};
use mistakes::Mistakes;

/// How often to look at the remote, and how long to bear with failures.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    pub(crate) period: Duration,
    pub(crate) init_period: Duration,
    pub(crate) timeout: Duration,
    /// Failures in a row that end the process; none for any number.
    pub(crate) max_failures: Option<u64>,
    /// The same until the first success.
    pub(crate) init_max_failures: Option<u64>,
    pub(crate) once: bool,
    pub(crate) max_staleness: Duration,
}

/// A program or a URL that is told of a commit.
#[derive(Clone, Debug)]
pub(crate) struct HookSettings {
    /// The program or the URL.
    pub(crate) target: String,
    pub(crate) timeout: Duration,
    pub(crate) backoff: Duration,
}

/// Everything that the flags say, checked.
pub(crate) struct Settings {
    pub(crate) remote: Remote,
    pub(crate) credentials: Credentials,
    /// The ssh that git is to use.
    pub(crate) ssh_command: String,
    /// What the flags add to git's configuration.
    pub(crate) git_config: Vec<(String, String)>,
    pub(crate) root: PathBuf,
    /// The home of the user that `--add-user` adds; none is where the process was started.
    pub(crate) home: Option<PathBuf>,
    /// What is followed: a ref and the name of its link.
    pub(crate) followed: Vec<(String, String)>,
    pub(crate) mode: Mode,
    pub(crate) contents: Contents,
    pub(crate) pace: Pace,
    pub(crate) collection: Collection,
    pub(crate) exechook: Option<HookSettings>,
    pub(crate) pre_publish: Option<HookSettings>,
    pub(crate) gate: Option<HookSettings>,
    pub(crate) webhook: Option<HookSettings>,
    pub(crate) signal: Option<i32>,
    /// The flags themselves, for what needs no check.
    pub(crate) flags: Flags,
}

impl Settings {
    /// Checks the flags. What `env` says is what any program takes from it: `HOME`, `GIT_SSH_COMMAND`.
    ///
    /// # Errors
    /// Every mistake, one after the other.
    pub(crate) fn from_flags(flags: Flags, env: &Env, outbound: &Outbound) -> Result<Self, String> {
        let mut mistakes = Mistakes::default();
        let (url, url_login) = url::without_login(&flags.repo);
        mistakes.required("repo", &flags.repo);
        mistakes.required("root", &flags.root);
        let followed = followed::read(&mut mistakes, &flags, &url);
        let mode =
            mistakes.choice("publish-mode", &flags.publish_mode, &[("symlink", Mode::Link), ("copy", Mode::Plain)]);
        mistakes.unless(mode == Mode::Link || flags.one_time, "publish-mode", "may be copy with --one-time only");
        let submodules = mistakes.choice(
            "submodules",
            &flags.submodules,
            &[("recursive", Submodules::Recursive), ("shallow", Submodules::Shallow), ("off", Submodules::Off)],
        );
        let collection = mistakes.choice(
            "git-gc",
            &flags.git_gc,
            &[
                ("always", Collection::Always),
                ("auto", Collection::Auto),
                ("aggressive", Collection::Aggressive),
                ("off", Collection::Off),
            ],
        );
        let depth = u32::try_from(flags.depth).ok();
        mistakes.unless(depth.is_some(), "depth", "must be 0 or more");
        let signal = signal::parse(&flags.sync_on_signal);
        mistakes.unless(signal.is_some() || flags.sync_on_signal.is_empty(), "sync-on-signal", "is no signal");
        logins(&mut mistakes, &flags, url_login.is_some());
        let git_config = git_config(&mut mistakes, &flags);
        let credentials = Credentials::from_flags(&flags, &url, url_login, outbound);
        let credentials = mistakes.take(credentials);
        let pace = pace(&mut mistakes, &flags);
        let Hooks { exechook, pre_publish, gate, webhook } = hooks(&mut mistakes, &flags);
        endpoint(&mut mistakes, &flags);
        let writing = writing(flags.group_write, &git_config);
        let known_hosts = flags.ssh_known_hosts.then_some(flags.ssh_known_hosts_file.as_str());
        let credentials = mistakes.into_result(credentials)?;
        Ok(Self {
            remote: Remote { url, depth: depth.unwrap_or(1), filter: flags.filter.clone() },
            credentials,
            ssh_command: ssh::command(env.value("GIT_SSH_COMMAND"), &flags.ssh_key_file, known_hosts),
            git_config,
            root: PathBuf::from(&flags.root),
            home: env.value("HOME").and_then(path),
            followed,
            mode,
            contents: Contents { submodules, sparse: path(&flags.sparse_checkout_file), writing },
            pace,
            collection,
            exechook,
            pre_publish,
            gate,
            webhook,
            signal,
            flags,
        })
    }
}

#[cfg(test)]
mod tests;
