//! Whence a login comes: flags, a file that may change, or somebody to ask.

use std::path::{Path, PathBuf};

use chassis::config::Secret;
use client::outbound::Outbound;

use super::{Error, Login, Mistake, Moment, Refreshed, askpass, github_app::GithubApp, given, scope::Scope};
use crate::flags::Flags;

/// One way to a login.
#[derive(Debug)]
pub(super) enum Source {
    /// It was told.
    Given(Login),
    /// The password is in a file, which is read each time.
    File { username: String, path: PathBuf, flag: &'static str },
    /// A URL is asked each time.
    Askpass(String),
    /// GitHub is asked for a token when the last one is about to expire.
    App(Box<GithubApp>),
}

impl Source {
    /// The login as it is now.
    pub(super) async fn login(
        &mut self,
        outbound: &Outbound,
        now: Moment,
        refreshed: &mut Refreshed,
    ) -> Result<Login, Error> {
        match self {
            Self::Given(login) => Ok(login.clone()),
            Self::File { username, path, flag } => {
                Ok(Login { username: username.clone(), password: read(path, flag)? })
            }
            Self::Askpass(url) => {
                let answer = askpass::ask(outbound, url).await;
                refreshed.askpass = Some(answer.is_ok());
                answer
            }
            Self::App(app) => {
                if app.is_due(now) {
                    let renewed = app.renew(outbound, now).await;
                    refreshed.github_app = Some(renewed.is_ok());
                    renewed?;
                }
                Ok(app.login())
            }
        }
    }
}

/// A secret from a file, without its last line break.
pub(super) fn read(path: &Path, flag: &str) -> Result<Secret, Error> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Error::new(flag, format!("{} cannot be read: {error}", path.display())))?;
    match text.trim_end_matches(['\n', '\r']) {
        "" => Err(Error::new(flag, format!("{} is empty", path.display()))),
        secret => Ok(Secret::new(secret)),
    }
}

/// Every way that the flags tell, and what is wrong with them.
pub(super) fn all(
    flags: &Flags,
    url: &str,
    url_login: Option<(String, String)>,
) -> (Vec<(Scope, Source)>, Vec<Mistake>) {
    let (mut sources, mut mistakes) = (Vec::new(), Vec::new());
    let mut for_repository = Vec::new();
    match GithubApp::from_flags(flags) {
        Ok(app) => for_repository.extend(app.map(Box::new).map(Source::App)),
        Err(found) => mistakes.extend(found),
    }
    if !flags.askpass_url.is_empty() {
        for_repository.push(Source::Askpass(flags.askpass_url.clone()));
    }
    if let Some((username, password)) = url_login {
        for_repository.push(Source::Given(Login { username, password: Secret::new(password) }));
    }
    let username = flags.username.clone();
    if !username.is_empty() && !flags.password_file.is_empty() {
        let (path, flag) = (PathBuf::from(&flags.password_file), "--password-file (GITSYNC_PASSWORD_FILE)");
        for_repository.push(Source::File { username, path, flag });
    } else if !username.is_empty() {
        for_repository.push(Source::Given(Login { username, password: Secret::new(flags.password.clone()) }));
    }
    // Only the web has logins of this kind: for other remotes git-sync ignores them too.
    if let Some(scope) = Scope::of(url) {
        sources.extend(for_repository.into_iter().map(|source| (scope.clone(), source)));
    }
    for text in &flags.credential {
        match given::parse(text) {
            Ok(given) => sources.extend(given),
            Err(reason) => mistakes.push(("credential", reason)),
        }
    }
    (sources, mistakes)
}
