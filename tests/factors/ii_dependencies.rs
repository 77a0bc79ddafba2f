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
    let built = packages();
    assert!(built.contains("tokio v"), "{built}");
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
        assert!(!built.contains(&format!("{library} v")), "{library} is built");
    }
}

/// Every package that the executables are built from, a line each.
pub(crate) fn packages() -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace()).args(["tree", "--workspace", "--locked", "--offline", "--edges=normal,build"]);
    let tree = cargo.args(["--prefix=none", "--format={p}"]).output().expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    String::from_utf8_lossy(&tree.stdout).into_owned()
}

#[test]
fn every_dependency_comes_from_the_registry_with_a_checksum() {
    let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("a lock file");
    for package in lock.split("[[package]]").skip(1).filter(|package| package.contains("source = ")) {
        assert!(package.contains("source = \"registry+") && package.contains("checksum = "), "{package}");
    }
}
