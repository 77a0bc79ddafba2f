//! Dependencies (II): declared, locked, and none taken from the system that runs the process.

use std::{fs, process::Command};

use harness::executables::workspace;

#[test]
fn the_lock_file_holds_every_dependency() {
    let mut cargo = Command::new(env!("CARGO"));
    let metadata =
        cargo.current_dir(workspace()).args(["metadata", "--locked", "--format-version=1", "--offline"]).output();
    let metadata = metadata.expect("cargo runs");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
}

#[test]
fn no_dependency_links_a_library_of_the_system() {
    let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("a lock file");
    for library in [
        "openssl-sys",
        "libz-sys",
        "libssh2-sys",
        "libgit2-sys",
        "aws-lc-sys",
        "onig_sys",
        "libsqlite3-sys",
        "native-tls",
    ] {
        assert!(!lock.contains(&format!("name = \"{library}\"")), "{library} is in the lock file");
    }
}

#[test]
fn every_dependency_comes_from_the_registry_with_a_checksum() {
    let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("a lock file");
    for package in lock.split("[[package]]").skip(1).filter(|package| package.contains("source = ")) {
        assert!(package.contains("source = \"registry+") && package.contains("checksum = "), "{package}");
    }
}
