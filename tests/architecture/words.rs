//! What is said: links lead somewhere, nothing is left to be done, no test sleeps.

use std::path::PathBuf;

use crate::{files, short, text, workspace};

/// The documents for people.
fn documents() -> Vec<PathBuf> {
    let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];
    top.iter().map(|name| workspace().join(name)).chain(files("docs", &["md"])).collect()
}

#[test]
fn links_in_documents_lead_somewhere() {
    for path in documents() {
        for link in text(&path).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split(['#', ' ']).next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.starts_with("/-/") || file.starts_with("mailto:") {
                continue;
            }
            let target = path.parent().expect("a folder").join(file);
            assert!(target.exists(), "{} links to {link}, which is not there", short(&path));
        }
    }
}

#[test]
fn files_named_in_documents_exist() {
    for path in documents() {
        for word in text(&path).split('`').skip(1).step_by(2) {
            let is_path =
                ["services/", "shared/", "tests/", "xtask/", "docs/"].iter().any(|root| word.starts_with(root));
            if is_path && !word.contains([' ', '*', '<', '{', '…']) {
                assert!(workspace().join(word.trim_end_matches('/')).exists(), "{} names {word}", short(&path));
            }
        }
    }
}

#[test]
fn nothing_is_left_for_later_and_no_test_is_left_out() {
    // Put together here, so that this file does not find itself.
    let unfinished =
        [["to", "do!("].concat(), ["unimple", "mented!("].concat(), ["#[ig", "nore"].concat(), ["FIX", "ME"].concat()];
    for path in files("", &["rs", "js", "css", "html"]) {
        for mark in &unfinished {
            assert!(!text(&path).contains(mark.as_str()), "{} has {mark}", short(&path));
        }
    }
}

#[test]
fn no_test_sleeps_to_wait() {
    let mark = ["thread::sl", "eep("].concat();
    for path in
        ["tests/factors", "tests/journeys", "tests/architecture"].iter().flat_map(|folder| files(folder, &["rs"]))
    {
        assert!(!text(&path).contains(&mark), "{} sleeps", short(&path));
    }
}
