//! The twelve factors, one file each, proved on the real executables with real signals and parsed logs.

mod i_codebase;
mod ii_dependencies;
mod iii_config;
mod iii_live_config;
mod iv_backing_services;
mod ix_disposability;
mod v_build_release_run;
mod vi_processes;
mod vii_port_binding;
mod viii_concurrency;
mod x_parity;
mod xi_logs;
mod xii_admin_processes;

use harness::{process::Program, repository::Repository};

/// The services that stand on the chassis as they are; the puller keeps git-sync's command line.
const SERVICES: [&str; 3] = ["web", "api", "worker"];
/// Every process of the suite.
const PROCESSES: [&str; 4] = ["web", "api", "worker", "repo-puller"];

/// A small site.
fn small() -> Repository {
    Repository::with(&[("README.md", "# Home\n\nSee [one](one.md).\n"), ("one.md", "# One\n")])
}

/// What a process says when it is run with these arguments and nothing else.
fn said(name: &str, arguments: &[&str]) -> (std::process::ExitStatus, String) {
    let program = arguments.iter().fold(Program::service(name), |program, argument| program.arg(argument));
    let (status, lines) = program.finish();
    (status, lines.out().join("\n"))
}
