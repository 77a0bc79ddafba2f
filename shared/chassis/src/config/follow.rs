//! Following the sources of live settings: the kernel tells of changes, a signal asks, and a clock makes up for both.

use std::{path::Path, sync::Arc, time::Duration};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::Notify,
};

use super::{Reload, instruments::Instruments};
use crate::process::Context;

/// How long after the first sign of a change its last is expected.
const DEBOUNCE: Duration = Duration::from_millis(150);
/// How often the sources are read although nothing was heard.
const PERIOD: Duration = Duration::from_secs(30);

/// Follows the sources until the shutdown, as every process does. Where nothing can change, nothing runs and no signal is
/// caught.
///
/// # Errors
/// When the system refuses to hand over the signal.
pub fn follow(reload: Reload, context: &Context) -> std::io::Result<()> {
    let instruments = Instruments::new(&reload.hash(), context.metrics());
    if reload.folders().is_empty() {
        return Ok(());
    }
    let hangup = signal(SignalKind::hangup())?;
    context.tasks().spawn("config", run(reload, instruments, hangup, context.clone()));
    Ok(())
}

async fn run(mut reload: Reload, instruments: Instruments, mut hangup: Signal, context: Context) {
    let told = Arc::new(Notify::new());
    reload.report_to(&told);
    let _watchers: Vec<_> = reload.folders().iter().filter_map(|folder| watch(folder, &told)).collect();
    loop {
        // Files may be on a disk that is slow, so they are read on a thread of their own.
        let looked = context.tasks().spawn_blocking(move || {
            let outcome = reload.check();
            (reload, outcome)
        });
        let Ok((followed, outcome)) = looked.await else { return };
        reload = followed;
        instruments.tell(&outcome, &reload);
        tokio::select! {
            () = context.shutdown().requested() => return,
            () = told.notified() => tokio::time::sleep(DEBOUNCE).await,
            _ = hangup.recv() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}

/// Asks the kernel to tell of changes in a folder. Without its help the clock is left.
fn watch(folder: &Path, told: &Arc<Notify>) -> Option<RecommendedWatcher> {
    let told = Arc::clone(told);
    let tell = move |event: notify::Result<notify::Event>| {
        // Reading the files is an event too, and would wake us for ever.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            told.notify_one();
        }
    };
    let watcher = notify::recommended_watcher(tell).and_then(|mut watcher| {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    let warn =
        |error: &notify::Error| tracing::warn!(folder = %folder.display(), %error, "Folder not watched, only polled");
    watcher.inspect_err(warn).ok()
}
