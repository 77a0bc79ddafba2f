//! Parity (X): tests, development and deploys run the same executables on the same kinds of backing service.

use std::fs;

use harness::executables::{self, workspace};

#[test]
fn tests_and_development_run_the_executables_that_are_deployed() {
    for name in crate::PROCESSES {
        assert!(executables::path(name).is_file(), "{name}");
    }
    let up = fs::read_to_string(workspace().join("xtask/src/up/processes.rs")).expect("a file");
    for name in crate::PROCESSES {
        assert!(up.contains(&format!("\"{name}\"")), "`up` does not start {name}");
    }
}

#[test]
fn no_stand_in_takes_the_place_of_a_backing_service() {
    let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("a lock file");
    for stand_in in ["libsqlite3-sys", "mini-redis", "redis-test", "pglite-oxide", "git2"] {
        assert!(!lock.contains(&format!("name = \"{stand_in}\"")), "{stand_in} is in the lock file");
    }
}
