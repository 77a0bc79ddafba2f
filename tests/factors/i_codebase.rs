//! Codebase (I): one repository, many deploys, and each process tells which commit it is.

use std::process::Command;

use harness::{executables::workspace, http, suite::Suite};

use crate::{PROCESSES, said, small};

#[test]
fn every_process_tells_its_commit_and_build() {
    for name in PROCESSES {
        let (status, text) = said(name, &["--version"]);
        assert!(status.success(), "{name}: {text}");
        let version = chassis::version::Version::of("any");
        assert!(
            text.starts_with(name) && text.contains(version.commit) && text.contains(version.build),
            "{name} says {text}"
        );
        // A source without Git has been told its commit, or knows none.
        let head = Command::new("git").current_dir(workspace()).args(["rev-parse", "HEAD"]).output().expect("git runs");
        assert!(text.contains(String::from_utf8_lossy(&head.stdout).trim()), "{name} says {text}");
    }
}

#[test]
fn a_running_process_tells_the_same_commit_as_its_executable() {
    let suite = Suite::of(&small());
    let told: serde_json::Value = serde_json::from_str(&suite.get("/version").body).expect("JSON");
    let (_, said) = said("web", &["--version"]);
    assert_eq!(told["name"], "web");
    assert!(said.contains(told["commit"].as_str().expect("a commit")), "{told} and {said}");
    let puller = http::get(&format!("http://{}/version", suite.puller.address("public"))).expect("an answer");
    assert!(puller.body.contains(told["commit"].as_str().expect("a commit")), "{}", puller.body);
}
