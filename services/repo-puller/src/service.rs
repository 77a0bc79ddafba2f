//! The service: how its parts are put together.

use std::process::ExitCode;

use anyhow::Context as _;
use chassis::process::{Context, Running};
use client::{
    Trust,
    api::{Api, ApiConfig},
    outbound::Outbound,
};
use tokio::sync::watch;

use crate::{
    announce::{Announcer, Looked, listen},
    endpoint::{self, Shown, Synced, Trigger},
    git::{Configuration, Git},
    instruments::Instruments,
    publish::{Mode, link},
    redact::Redactor,
    remote::Remote,
    report::ErrorFile,
    repository::{Layout, Repository},
    settings::Settings,
    sync::{Followed, Follower, Puller, Teller, Wake, progress},
    user,
};

mod hooks;

/// What the process is told beside the flags.
pub(crate) type Sections = (Trust, ApiConfig);

/// Builds everything; the loop runs in the returned work.
pub(crate) async fn build(
    settings: Settings,
    (trust, api_config): Sections,
    outbound: Outbound,
    context: &Context,
) -> anyhow::Result<Running> {
    let flags = &settings.flags;
    let (redactor, synced, wake) = (Redactor::default(), Synced::default(), Wake::default());
    hide(&settings, &redactor);
    if flags.add_user {
        user::add(settings.home.as_deref())?;
    }
    let layout = Layout::make(&settings.root)?;
    let git = Git::new(&flags.git, &layout.configuration(), redactor.clone());
    let git = git.with("GIT_SSH_COMMAND", settings.ssh_command.clone());
    let recycles = !settings.pace.once
        && settings.mode == Mode::Link
        && settings.contents.sparse.is_none()
        && settings.remote.filter.is_empty();
    let (remote, configuration) = (settings.remote.clone(), configuration(&settings, &trust));
    let repository = Repository::open(git.clone(), layout.clone(), remote, configuration, recycles)?;
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
    let (teller, follower) = progress();
    let trigger = trigger(&settings, wake.clone(), follower);
    let instruments = Instruments::new(context.metrics());
    let hooks = hooks::Hooks { outbound, redactor, git, layout, instruments: instruments.clone() };
    let (tell, looked) = watch::channel(Looked::default());
    let puller = puller(
        settings,
        repository,
        &hooks,
        Signals { synced, wake: wake.clone(), looked: tell, progress: teller },
        context,
    );
    if let Some(api) = Api::new(&api_config, &trust)? {
        follow_api(&api, &puller, &wake, &looked, context);
    }
    let work = async move { Ok::<ExitCode, anyhow::Error>(puller.run().await) };
    Ok(Running { routes: trigger.routes(), admin_routes: axum::Router::new(), work: Box::pin(work) })
}

/// The secrets that are known from the start.
fn hide(settings: &Settings, redactor: &Redactor) {
    let flags = &settings.flags;
    for secret in [&flags.password, &flags.github_app_private_key, &flags.sync_token].map(String::as_str) {
        redactor.hide(secret);
    }
}

/// What git is to know. What the flags say comes last, and wins.
fn configuration(settings: &Settings, trust: &Trust) -> Configuration {
    let mut configuration = Configuration::for_programs();
    if let Some(bundle) = &trust.ssl_cert_file {
        configuration.set("http.sslCAInfo", &bundle.to_string_lossy());
    }
    if settings.contents.sparse.is_some() {
        configuration.set("core.sparseCheckout", "true");
        configuration.set("core.sparseCheckoutCone", "false");
    }
    for (key, value) in settings.credentials.git_settings().iter().chain(&settings.git_config) {
        configuration.set(key, value);
    }
    configuration
}

/// What the loop says to others, and others to the loop.
struct Signals {
    synced: Synced,
    wake: Wake,
    looked: watch::Sender<Looked>,
    progress: Teller,
}

/// The way to make it sync at once.
fn trigger(settings: &Settings, wake: Wake, follower: Follower) -> Trigger {
    let flags = &settings.flags;
    let names = settings.followed.iter().map(|(name, _)| name.clone()).collect();
    let file = (!flags.sync_token_file.is_empty()).then(|| flags.sync_token_file.clone().into());
    Trigger::new(&flags.sync_token, file, wake, follower, names)
}

fn puller(
    settings: Settings,
    repository: Repository,
    hooks: &hooks::Hooks,
    signals: Signals,
    context: &Context,
) -> Puller {
    let layout = &hooks.layout;
    let followed = settings.followed.iter().map(|(name, link)| Followed {
        name: name.clone(),
        link: layout.root().join(link),
        gate: hooks.gate(&settings),
        before: hooks.before(&settings, context),
        after: hooks.after(&settings, context),
    });
    let followed: Vec<_> = followed.collect();
    let check = if followed.iter().all(Followed::is_fixed) {
        context.health().check("synced")
    } else {
        context.health().check_fresh("synced", settings.pace.max_staleness)
    };
    let remote = Remote::new(hooks.outbound.clone(), &settings.remote.url, &settings.git_config);
    Puller {
        repository,
        credentials: settings.credentials,
        remote: remote.filter(|_| !settings.flags.cookie_file),
        redactor: hooks.redactor.clone(),
        followed,
        mode: settings.mode,
        contents: settings.contents,
        stale_timeout: settings.flags.stale_worktree_timeout.duration(),
        pace: settings.pace,
        collection: settings.collection,
        touch_file: layout.path(&settings.flags.touch_file),
        error_file: ErrorFile::new(layout.path(&settings.flags.error_file)),
        instruments: hooks.instruments.clone(),
        check,
        synced: signals.synced,
        looked: signals.looked,
        progress: signals.progress,
        wake: signals.wake,
        tasks: context.tasks().clone(),
        shutdown: context.shutdown().clone(),
    }
}

/// Tells the api what is published, and hears from it what was pushed.
fn follow_api(api: &Api, puller: &Puller, wake: &Wake, looked: &watch::Receiver<Looked>, context: &Context) {
    let layout = &puller.repository.layout;
    let shown = |followed: &Followed| Some((followed.name.clone(), link::read(&followed.link, layout)?));
    let before = puller.followed.iter().filter_map(shown).collect();
    let names = puller.followed.iter().map(|followed| followed.name.clone()).collect();
    let announcer = Announcer::new(api.clone(), wake.clone(), looked.clone(), before);
    let (tasks, shutdown) = (context.tasks().clone(), context.shutdown().clone());
    let listening = listen(api.clone(), names, wake.clone(), looked.clone(), tasks, shutdown.clone());
    context.tasks().spawn_finite(async move {
        tokio::select! {
            _ = async { tokio::join!(announcer.run(), listening) } => {}
            () = shutdown.requested() => {}
        }
    });
}
