//! Programs that we start die with us: each is started through this executable, which ties itself to its parent and then
//! becomes the program.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, ExitCode},
};

/// The word that asks for this on the command line, before the parent's process id, the program and its arguments.
const WORD: &str = "__child";

/// A command that runs `program` in a process group of its own and kills it when this process ends, however that is.
pub(crate) fn command(program: &Path) -> Command {
    let ourselves = std::env::current_exe();
    let mut command = match ourselves {
        Ok(path) => {
            let mut command = Command::new(path);
            command.arg(WORD).arg(std::process::id().to_string()).arg(program);
            command
        }
        Err(_) => Command::new(program),
    };
    command.process_group(0);
    command
}

/// Becomes the program, if this process was started for that. Returns only if it was not, or if it cannot.
pub(crate) fn become_program() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != WORD {
        return None;
    }
    let parent = arguments.next().and_then(|parent| parent.to_str().and_then(|parent| parent.parse().ok()));
    let (Some(parent), Some(program)) = (parent, arguments.next()) else { return Some(ExitCode::from(64)) };
    if !tie(parent) {
        return Some(ExitCode::FAILURE);
    }
    let error = Command::new(&program).args(arguments).exec();
    let _ = writeln!(std::io::stderr(), "cannot run {}: {error}", program.display());
    Some(ExitCode::from(127))
}

/// Asks the kernel to kill this process when its parent ends. False if it has ended already.
#[cfg(target_os = "linux")]
fn tie(parent: i32) -> bool {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    let asked = set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
    asked && getppid().is_some_and(|now| now.as_raw_nonzero().get() == parent)
}

/// Other kernels cannot be asked: there, only an orderly end of the parent ends its children.
#[cfg(not(target_os = "linux"))]
fn tie(_: i32) -> bool {
    true
}
