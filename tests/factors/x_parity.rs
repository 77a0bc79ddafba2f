//! Parity (X): tests, development and deploys run the same executables on the same kinds of backing service.

use std::fs;

use harness::executables::{self, workspace};

#[test]
fn tests_and_development_run_the_executables_that_are_deployed() {
    for name in crate::PROCESSES {
        assert!(executables::path(name).is_file(), "{name}");
    }
    let plan = fs::read_to_string(workspace().join("tests/harness/src/plan.rs")).expect("a file");
    for name in crate::PROCESSES {
        assert!(plan.contains(&format!("process(\"{name}\")")), "nothing plans {name}");
    }
    for starts in ["xtask/src/up/processes.rs", "tests/harness/src/house.rs"] {
        let text = fs::read_to_string(workspace().join(starts)).expect("a file");
        for role in ["plan.api(", "plan.worker(", "plan.puller("] {
            assert!(text.contains(role), "{starts} does not start {role}");
        }
    }
}

#[test]
fn no_stand_in_takes_the_place_of_a_backing_service() {
    let built = crate::ii_dependencies::packages();
    for stand_in in ["libsqlite3-sys", "mini-redis", "redis-test", "pglite-oxide", "git2"] {
        assert!(!built.contains(&format!("{stand_in} v")), "{stand_in} is built");
    }
}
