//! `lifeline PARENT PROGRAM [ARGUMENT …]`: becomes the program, and dies when the parent does, however that ends.

use std::{
    os::unix::process::CommandExt,
    process::{Command, ExitCode},
};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let parent = arguments.next().and_then(|parent| parent.to_str().and_then(|parent| parent.parse().ok()));
    let (Some(parent), Some(program)) = (parent, arguments.next()) else { return ExitCode::from(64) };
    if !tie(parent) {
        return ExitCode::FAILURE;
    }
    let error = Command::new(&program).args(arguments).exec();
    harness::process::complain(&format!("cannot run {}: {error}", program.display()));
    ExitCode::from(127)
}

/// Asks the kernel for `SIGTERM` when the parent ends. False if it has ended already.
#[cfg(target_os = "linux")]
fn tie(parent: i32) -> bool {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    let asked = set_parent_process_death_signal(Some(Signal::TERM)).is_ok();
    asked && getppid().is_some_and(|now| now.as_raw_nonzero().get() == parent)
}

/// Other kernels cannot be asked: there, only an orderly end of the parent ends its children.
#[cfg(not(target_os = "linux"))]
fn tie(_: i32) -> bool {
    true
}
