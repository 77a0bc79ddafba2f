//! Parts of the flags that are checked together.

use std::{path::PathBuf, time::Duration};

use super::{Pace, mistakes::Mistakes};
use crate::flags::{Flags, GoDuration};

pub(super) fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

pub(super) fn pace(mistakes: &mut Mistakes, flags: &Flags) -> Pace {
    mistakes.at_least("period", flags.period, Duration::from_millis(10));
    if flags.init_period.duration() != Duration::ZERO {
        mistakes.at_least("init-period", flags.init_period, Duration::from_millis(10));
    }
    mistakes.at_least("sync-timeout", flags.sync_timeout, Duration::from_millis(10));
    let period = flags.period.duration();
    let or =
        |duration: GoDuration, other| if duration.duration() == Duration::ZERO { other } else { duration.duration() };
    let limit = |count: i64| u64::try_from(count).ok();
    Pace {
        period,
        init_period: or(flags.init_period, period),
        timeout: flags.sync_timeout.duration(),
        max_failures: limit(flags.max_failures),
        init_max_failures: limit(flags.init_max_failures.unwrap_or(flags.max_failures)),
        once: flags.one_time,
        max_staleness: or(flags.max_staleness, (period * 10).max(Duration::from_mins(1))),
    }
}

/// Ways to sign in that exclude or need each other.
pub(super) fn logins(mistakes: &mut Mistakes, flags: &Flags, has_url_login: bool) {
    let has_password = !flags.password.is_empty() || !flags.password_file.is_empty();
    mistakes.unless(
        flags.username.is_empty() || has_password,
        "username",
        "needs $GITSYNC_PASSWORD or --password-file (GITSYNC_PASSWORD_FILE)",
    );
    mistakes.unless(
        flags.username.is_empty() || !has_url_login,
        "username",
        "is given twice: --repo (GITSYNC_REPO) has a user too",
    );
    mistakes.unless(
        flags.password.is_empty() || flags.password_file.is_empty(),
        "password-file",
        "is given beside $GITSYNC_PASSWORD: one of them is enough",
    );
    mistakes.unless(!has_password || !flags.username.is_empty(), "username", "is required with a password");
}

/// What is shown on git-sync's endpoint needs one.
pub(super) fn endpoint(mistakes: &mut Mistakes, flags: &Flags) {
    for (name, is_shown) in [("http-metrics", flags.http_metrics), ("http-pprof", flags.http_pprof)] {
        mistakes.unless(!is_shown || !flags.http_bind.is_empty(), name, "needs --http-bind (GITSYNC_HTTP_BIND)");
    }
}

/// git's configuration from `--git-config`, then from each `--git-config-add`.
pub(super) fn git_config(mistakes: &mut Mistakes, flags: &Flags) -> Vec<(String, String)> {
    let texts = [("git-config", &flags.git_config)].into_iter();
    let texts = texts.chain(flags.git_config_add.iter().map(|text| ("git-config-add", text)));
    texts
        .flat_map(|(flag, text)| {
            crate::git_config::parse(text).unwrap_or_else(|reason| {
                mistakes.unless(false, flag, &reason);
                Vec::new()
            })
        })
        .collect()
}

/// What of this decides how the files of a tree are written.
pub(super) fn writing(by_group: bool, git_config: &[(String, String)]) -> String {
    let concerns_files = |key: &str| ["core.", "filter."].iter().any(|section| key.to_lowercase().starts_with(section));
    let settings = git_config.iter().filter(|(key, _)| concerns_files(key));
    let settings = settings.map(|(key, value)| format!("{key}={value}\n"));
    by_group.then(|| "group-write\n".to_owned()).into_iter().chain(settings).collect()
}
