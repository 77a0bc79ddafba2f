//! Build, release, run (V): what is built knows no deploy; a release is the same executable with another environment.

use std::fs;

use harness::{executables, http, suite};

use crate::PROCESSES;

#[test]
fn one_executable_serves_two_releases_side_by_side() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("README.md"), "# Home\n").expect("written");
    let release = |title: &str| suite::web(folder.path()).env("SITE_TITLE", title).start();
    for (title, web) in [("Staging", release("Staging")), ("Production", release("Production"))] {
        web.lines().wait_for("Revision live", |_| true);
        let page = http::get(&format!("http://{}/", web.address("public"))).expect("an answer");
        assert!(page.body.contains(title), "{}", page.body);
    }
}

#[test]
fn no_executable_holds_the_path_of_a_deploy() {
    for name in PROCESSES {
        let bytes = fs::read(executables::path(name)).expect("an executable");
        let text = String::from_utf8_lossy(&bytes);
        for deploy in ["kubernetes.default.svc", "/var/run/secrets", "APP_ENV", "RUST_ENV"] {
            assert!(!text.contains(deploy), "{deploy} is in {name}");
        }
    }
}
