//! The duties of a container's first process: pass signals on, and reap whoever is orphaned. They are done by a parent
//! that does nothing else, as git-sync does it.

use std::{
    io::Write as _,
    process::{Command, ExitCode},
};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, wait};
use signal_hook::{consts::SIGCHLD, iterator::Signals};

/// git-sync's exit code when it cannot start itself again.
const EXIT_CANNOT_START: u8 = 127;
/// Signals that are passed on. `SIGKILL` and `SIGSTOP` cannot be caught; those of faults are not meant for the child.
const PASSED: [i32; 12] = [
    signal_hook::consts::SIGHUP,
    signal_hook::consts::SIGINT,
    signal_hook::consts::SIGQUIT,
    signal_hook::consts::SIGTERM,
    signal_hook::consts::SIGUSR1,
    signal_hook::consts::SIGUSR2,
    signal_hook::consts::SIGCONT,
    signal_hook::consts::SIGWINCH,
    signal_hook::consts::SIGALRM,
    signal_hook::consts::SIGIO,
    signal_hook::consts::SIGPIPE,
    signal_hook::consts::SIGURG,
];

/// Runs this program again as a child and looks after it, if this is the first process; none if it is not.
pub(crate) fn look_after_child() -> Option<ExitCode> {
    if rustix::process::getpid() != Pid::INIT {
        return None;
    }
    Some(look_after().unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "cannot start as a child of the first process: {error}");
        ExitCode::from(EXIT_CANNOT_START)
    }))
}

fn look_after() -> std::io::Result<ExitCode> {
    let mut signals = Signals::new(PASSED.iter().chain(&[SIGCHLD]))?;
    let child = Command::new(std::env::current_exe()?).args(std::env::args_os().skip(1)).spawn()?;
    let child = Pid::from_child(&child);
    loop {
        if let Some(code) = reap(child) {
            return Ok(code);
        }
        for number in signals.wait().filter(|number| *number != SIGCHLD) {
            if let Some(signal) = Signal::from_named_raw(number) {
                let _ = kill_process(child, signal);
            }
        }
    }
}

/// Buries every dead child, and returns how the one that matters ended.
fn reap(child: Pid) -> Option<ExitCode> {
    while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
        if pid != child {
            continue;
        }
        let code = status.exit_status().or_else(|| Some(128 + status.terminating_signal()?))?;
        return Some(ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX)));
    }
    None
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;

    use chassis::config::Env;
    use rustix::{
        io::Errno,
        process::{WaitId, WaitIdOptions, getpid, waitid, waitpid},
    };

    use super::*;

    const ALONE: &str = "BURIES_ALONE";

    /// Whoever buries every child takes those of other tests too: this one runs in a process of its own.
    #[test]
    #[expect(clippy::zombie_processes, reason = "who waits for it is what is tested")]
    fn a_dead_child_is_buried_whatever_group_it_is_in() {
        if Env::of_process().value(ALONE).is_none() {
            let mut alone = Command::new(std::env::current_exe().expect("a path"));
            alone.args(["--exact", "first::tests::a_dead_child_is_buried_whatever_group_it_is_in"]).env(ALONE, "1");
            return assert!(alone.status().expect("it runs").success());
        }
        for group in [rustix::process::getpgrp().as_raw_nonzero().get(), 0] {
            let child = Command::new("true").process_group(group).spawn().expect("a child");
            let child = Pid::from_child(&child);
            waitid(WaitId::Pid(child), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).expect("it ends");
            assert!(reap(getpid()).is_none());
            assert_eq!(waitpid(Some(child), WaitOptions::NOHANG).err(), Some(Errno::CHILD), "group {group}");
        }
    }
}
