//! The service: how its parts are put together.

use std::process::ExitCode;

use anyhow::Context as _;
use axum::Router;
use chassis::process::{Context, Running};

use crate::{
    endpoint::{self, Shown, Synced},
    git::{Configuration, Git},
    hooks::{Action, Hook, Program},
    instruments::Instruments,
    redact::Redactor,
    report::ErrorFile,
    repository::{Layout, Repository},
    settings::{HookSettings, Settings},
    sync::{Followed, Puller, Wake},
    user,
};

/// Builds everything; the loop runs in the returned work.
pub(crate) async fn build(settings: Settings, context: &Context) -> anyhow::Result<Running> {
    let (flags, redactor, synced, wake) = (&settings.flags, Redactor::default(), Synced::default(), Wake::default());
    hide(&settings, &redactor);
    if flags.add_user {
        user::add("/tmp")?;
    }
    let layout = Layout::make(&settings.root)?;
    let git = Git::new(&flags.git, &layout.configuration(), redactor.clone());
    let repository = Repository::open(git.clone(), layout.clone(), settings.remote.clone())?;
    configuration(&settings).write(&layout.configuration())?;
    let version = git.run(layout.root(), &["version"]).await.context("git cannot be used (--git, GITSYNC_GIT)")?;
    tracing::info!(git = version.trim(), root = %layout.root().display(), "Root taken");
    if !flags.http_bind.is_empty() {
        let shown = Shown { metrics: flags.http_metrics, profiles: flags.http_pprof };
        endpoint::open(&flags.http_bind, shown, synced.clone(), context).await?;
    }
    if let Some(number) = settings.signal {
        let (tasks, shutdown) = (context.tasks(), context.shutdown());
        wake.at_signal(number, tasks, shutdown).context("--sync-on-signal (GITSYNC_SYNC_ON_SIGNAL)")?;
    }
    let puller = puller(settings, repository, &redactor, synced, wake, context);
    let work = async move { Ok::<ExitCode, anyhow::Error>(puller.run().await) };
    Ok(Running { routes: Router::new(), admin_routes: Router::new(), work: Box::pin(work) })
}

/// The secrets that are known from the start.
fn hide(settings: &Settings, redactor: &Redactor) {
    let flags = &settings.flags;
    let url_password = settings.url_login.as_ref().map(|(_, password)| password.as_str());
    for secret in [&flags.password, &flags.github_app_private_key, &flags.sync_token].map(String::as_str) {
        redactor.hide(secret);
    }
    redactor.hide(url_password.unwrap_or_default());
}

fn configuration(settings: &Settings) -> Configuration {
    let mut configuration = Configuration::for_programs();
    if settings.contents.sparse.is_some() {
        configuration.set("core.sparseCheckout", "true");
        configuration.set("core.sparseCheckoutCone", "false");
    }
    configuration
}

fn puller(
    settings: Settings,
    repository: Repository,
    redactor: &Redactor,
    synced: Synced,
    wake: Wake,
    context: &Context,
) -> Puller {
    let layout = repository.layout.clone();
    let instruments = Instruments::new(context.metrics());
    let followed: Vec<_> = settings
        .followed
        .iter()
        .map(|(name, link)| Followed { name: name.clone(), link: layout.root().join(link) })
        .collect();
    let check = if followed.iter().all(Followed::is_fixed) {
        context.health().check("synced")
    } else {
        context.health().check_fresh("synced", settings.pace.max_staleness)
    };
    let program = |name, hook: Option<&HookSettings>| {
        let hook = hook?;
        let (layout, redactor) = (layout.clone(), redactor.clone());
        let program = Program { path: hook.target.clone(), timeout: hook.timeout, layout, redactor };
        Some(start(name, Action::Program(program), hook, &instruments, context))
    };
    Puller {
        before: program("pre-publish-exechook", settings.pre_publish.as_ref()),
        after: program("exechook", settings.exechook.as_ref()).into_iter().collect(),
        repository,
        followed,
        contents: settings.contents,
        stale_timeout: settings.flags.stale_worktree_timeout.duration(),
        pace: settings.pace,
        collection: settings.collection,
        touch_file: layout.path(&settings.flags.touch_file),
        error_file: ErrorFile::new(layout.path(&settings.flags.error_file)),
        instruments,
        check,
        synced,
        wake,
        tasks: context.tasks().clone(),
        shutdown: context.shutdown().clone(),
    }
}

fn start(
    name: &'static str,
    action: Action,
    hook: &HookSettings,
    instruments: &Instruments,
    context: &Context,
) -> Hook {
    Hook::start(name, action, hook.backoff, instruments.clone(), context.tasks(), context.shutdown())
}
