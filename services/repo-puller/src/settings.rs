//! What the process is told, read from the flags: every mistake is named by flag and variable, all at once.

mod followed;
mod mistakes;
mod signal;
mod url;

use std::{path::PathBuf, time::Duration};

use crate::{
    flags::{Flags, GoDuration},
    publish::{Contents, Mode, Submodules},
    repository::{Collection, Remote},
};
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
    /// A user and password that stood in the URL.
    pub(crate) url_login: Option<(String, String)>,
    pub(crate) root: PathBuf,
    /// What is followed: a ref and the name of its link.
    pub(crate) followed: Vec<(String, String)>,
    pub(crate) mode: Mode,
    pub(crate) contents: Contents,
    pub(crate) pace: Pace,
    pub(crate) collection: Collection,
    pub(crate) exechook: Option<HookSettings>,
    pub(crate) pre_publish: Option<HookSettings>,
    pub(crate) webhook: Option<HookSettings>,
    pub(crate) signal: Option<i32>,
    /// The flags themselves, for what needs no check.
    pub(crate) flags: Flags,
}

impl Settings {
    /// Checks the flags.
    ///
    /// # Errors
    /// Every mistake, one after the other.
    pub(crate) fn from_flags(flags: Flags) -> Result<Self, String> {
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
        let pace = pace(&mut mistakes, &flags);
        let exechook =
            hook(&mut mistakes, "exechook", &flags.exechook_command, flags.exechook_timeout, flags.exechook_backoff);
        let pre_publish = hook(
            &mut mistakes,
            "pre-publish-exechook",
            &flags.pre_publish_exechook_command,
            flags.pre_publish_exechook_timeout,
            flags.pre_publish_exechook_backoff,
        );
        let webhook = hook(&mut mistakes, "webhook", &flags.webhook_url, flags.webhook_timeout, flags.webhook_backoff);
        mistakes.unless(
            webhook.is_none() || (-1..=999).contains(&flags.webhook_success_status),
            "webhook-success-status",
            "must be -1, 0 or a status",
        );
        mistakes.into_result()?;
        Ok(Self {
            remote: Remote { url, depth: depth.unwrap_or(1), filter: flags.filter.clone() },
            url_login,
            root: PathBuf::from(&flags.root),
            followed,
            mode,
            contents: Contents { submodules, sparse: path(&flags.sparse_checkout_file) },
            pace,
            collection,
            exechook,
            pre_publish,
            webhook,
            signal,
            flags,
        })
    }
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn pace(mistakes: &mut Mistakes, flags: &Flags) -> Pace {
    mistakes.at_least("period", flags.period, Duration::from_millis(10));
    if flags.init_period.duration() != Duration::ZERO {
        mistakes.at_least("init-period", flags.init_period, Duration::from_millis(10));
    }
    mistakes.at_least("sync-timeout", flags.sync_timeout, Duration::from_millis(10));
    let period = flags.period.duration();
    let or =
        |duration: GoDuration, other| if duration.duration() == Duration::ZERO { other } else { duration.duration() };
    let limit = |count: i64| u64::try_from(count).ok();
    let first = flags.init_max_failures.or(flags.max_failures).unwrap_or(0);
    Pace {
        period,
        init_period: or(flags.init_period, period),
        timeout: flags.sync_timeout.duration(),
        max_failures: limit(flags.max_failures.unwrap_or(-1)),
        init_max_failures: limit(first),
        once: flags.one_time,
        max_staleness: or(flags.max_staleness, (period * 10).max(Duration::from_mins(1))),
    }
}

fn hook(
    mistakes: &mut Mistakes,
    name: &str,
    target: &str,
    timeout: GoDuration,
    backoff: GoDuration,
) -> Option<HookSettings> {
    if target.is_empty() {
        return None;
    }
    mistakes.at_least(&format!("{name}-timeout"), timeout, Duration::from_secs(1));
    mistakes.at_least(&format!("{name}-backoff"), backoff, Duration::from_secs(1));
    Some(HookSettings { target: target.to_owned(), timeout: timeout.duration(), backoff: backoff.duration() })
}

/// Ways to sign in that exclude or need each other.
fn logins(mistakes: &mut Mistakes, flags: &Flags, has_url_login: bool) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::parse;

    fn read(words: &[&str]) -> Result<Settings, String> {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        let (flags, _) = parse(&words, &chassis::config::Env::default()).expect("flags");
        Settings::from_flags(flags)
    }

    #[test]
    fn every_mistake_is_named_by_flag_and_variable() {
        let words = ["--depth=-1", "--period=1ms", "--git-gc=never", "--submodules=some", "--sync-on-signal=SIGNONE"];
        let text = read(&words).err().expect("mistakes");
        for name in ["repo", "root", "depth", "period", "git-gc", "submodules", "sync-on-signal"] {
            let variable = format!("GITSYNC_{}", name.replace('-', "_").to_uppercase());
            assert!(text.contains(&format!("--{name}")) && text.contains(&variable), "{name} is not in: {text}");
        }
    }

    #[test]
    fn the_link_is_named_after_the_repository_and_the_login_leaves_the_url() {
        let settings = read(&["--repo=https://me:s3cret@host/a/site.git", "--root=/git"]).expect("settings");
        assert_eq!(settings.remote.url, "https://host/a/site.git");
        assert_eq!(settings.followed, [("HEAD".to_owned(), "site.git".to_owned())]);
        assert_eq!(settings.url_login, Some(("me".to_owned(), "s3cret".to_owned())));
    }

    #[test]
    fn several_refs_have_a_link_each() {
        let followed = |refs: &str| read(&["--repo=a", "--root=/b", &format!("--refs={refs}")]).map(|all| all.followed);
        let pair = |name: &str, link: &str| (name.to_owned(), link.to_owned());
        assert_eq!(followed("main=current, v1=v/1"), Ok(vec![pair("main", "current"), pair("v1", "v/1")]));
        for wrong in ["main", "main=", "=a", "a=b,", "a=b,c=b"] {
            assert!(followed(wrong).expect_err("a mistake").contains("GITSYNC_REFS"), "{wrong}");
        }
    }

    #[test]
    fn failures_end_the_process_before_the_first_success_and_not_after_it_unless_told() {
        let limits = |words: &[&str]| {
            let all: Vec<_> = ["--repo=a", "--root=/b"].iter().chain(words).copied().collect();
            let pace = read(&all).expect("settings").pace;
            (pace.init_max_failures, pace.max_failures)
        };
        assert_eq!(limits(&[]), (Some(0), None));
        assert_eq!(limits(&["--max-failures=2"]), (Some(2), Some(2)));
        assert_eq!(limits(&["--max-failures=-1"]), (None, None));
        assert_eq!(limits(&["--init-max-failures=3"]), (Some(3), None));
    }

    #[test]
    fn a_hook_needs_a_second() {
        let text = read(&["--repo=a", "--root=/b", "--exechook-command=/c", "--exechook-timeout=1ms"]).err();
        assert!(text.expect("a mistake").contains("--exechook-timeout"));
    }
}
