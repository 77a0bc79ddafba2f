//! What a process and everything it started use: processor time and memory, from `/proc`.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Clock ticks in a second, as Linux counts for programs.
const TICKS: f64 = 100.0;
/// How long nothing may happen before a process counts as at rest.
const REST: Duration = Duration::from_millis(400);

/// Seconds of processor of a process, of those it started that have ended, and of those that run.
pub(super) fn cpu(pid: i32) -> f64 {
    let own = stat(pid).map_or(0.0, |fields| (11..15).filter_map(|at| fields.get(at)?.parse::<f64>().ok()).sum());
    own / TICKS + children(pid).into_iter().map(cpu).sum::<f64>()
}

/// Seconds of processor of the process alone, exactly: for work that starts no other.
pub(super) fn exact_cpu(pid: i32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let nanos = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    nanos.sum::<f64>() / 1e9
}

/// Resident memory of a process and everything it started, in MiB.
pub(super) fn memory(pid: i32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()).unwrap_or(0.0);
    kib / 1024.0 + children(pid).into_iter().map(memory).sum::<f64>()
}

/// Waits until a process and everything it started are at rest.
pub(super) fn rest(pid: i32) {
    let (mut last, mut since) = (cpu(pid), Instant::now());
    while since.elapsed() < REST {
        thread::sleep(Duration::from_millis(20));
        let now = cpu(pid);
        if now > last || !children(pid).is_empty() {
            (last, since) = (now, Instant::now());
        }
    }
}

/// The numbers after the name in `stat`: the first is the state.
fn stat(pid: i32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}

fn children(pid: i32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let texts = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    texts.flat_map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<i32>>()).collect()
}

/// Watches the memory of a process and everything it started.
pub(super) struct Peak {
    highest: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Peak {
    /// Watches until the value is gone.
    pub(super) fn of(pid: i32) -> Self {
        let peak = Self { highest: Arc::default(), stop: Arc::default() };
        let (highest, stop) = (Arc::clone(&peak.highest), Arc::clone(&peak.stop));
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "KiB of memory")]
                highest.fetch_max((memory(pid) * 1024.0) as u64, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(10));
            }
        });
        peak
    }

    /// The highest so far, in MiB.
    #[expect(clippy::cast_precision_loss, reason = "KiB of memory")]
    pub(super) fn highest(&self) -> f64 {
        self.highest.load(Ordering::Relaxed) as f64 / 1024.0
    }
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
