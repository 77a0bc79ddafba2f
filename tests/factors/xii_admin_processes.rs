//! Admin processes (XII): one-off work runs from the same executable with the same configuration.

use harness::{process::Program, suite};

use crate::{PROCESSES, said};

#[test]
fn every_process_explains_itself() {
    for name in PROCESSES {
        for argument in ["--help", "--version", "config"] {
            let (status, text) = said(name, &[argument]);
            assert!(status.success() && !text.is_empty(), "{name} {argument}: {text}");
        }
    }
}

#[test]
fn a_word_that_nobody_knows_is_refused_by_name() {
    let (status, lines) = Program::service("web").arg("sevre").finish();
    assert_eq!(status.code(), Some(64));
    assert!(lines.err().contains("sevre"), "{}", lines.err());
}

#[test]
fn healthcheck_asks_the_process_that_runs_with_the_same_environment() {
    let web = suite::web("/nowhere/x".as_ref()).start();
    let port = web.address("public").rsplit(':').next().expect("a port").to_owned();
    let check =
        |port: &str| Program::service("web").env("HOST", "127.0.0.1").env("PORT", port).arg("healthcheck").finish();
    let (status, lines) = check(&port);
    assert!(status.success(), "{}", lines.tail());
    drop(web);
    let (status, lines) = check(&port);
    assert_eq!(status.code(), Some(1));
    assert!(lines.err().contains(&port), "{}", lines.err());
}
