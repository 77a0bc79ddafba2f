//! What every file looks like: its first line, its length, its name.

use crate::{files, short, text};

/// Lines of a source file.
const LONGEST: usize = 250;
/// Lines of a `main.rs`.
const LONGEST_MAIN: usize = 30;
/// Names that say nothing.
const BANNED: [&str; 12] =
    ["util", "utils", "common", "core", "base", "misc", "helper", "helpers", "manager", "types", "models", "prelude"];

#[test]
fn every_source_opens_with_a_sentence_for_its_reader() {
    for path in files("", &["rs"]) {
        let text = text(&path);
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 12, "{} opens with {first:?}", short(&path));
    }
}

#[test]
fn every_source_is_short_enough_to_read_standing_up() {
    for path in files("", &["rs", "css", "js"]) {
        let lines = text(&path).lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", short(&path));
    }
    for path in files("services", &["rs"]).into_iter().filter(|path| path.ends_with("src/main.rs")) {
        let lines = text(&path).lines().count();
        assert!(lines <= LONGEST_MAIN, "{} has {lines} lines", short(&path));
    }
}

#[test]
fn no_file_and_no_folder_has_a_name_that_says_nothing() {
    for path in files("", &["rs"]) {
        for part in path.strip_prefix(crate::workspace()).expect("ours").with_extension("").components() {
            let name = part.as_os_str().to_string_lossy().into_owned();
            assert!(!BANNED.contains(&name.as_str()) && !name.starts_with("new_"), "{}", short(&path));
        }
    }
}

#[test]
fn every_factor_has_its_test() {
    let numerals = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let tests: Vec<String> = files("tests/factors", &["rs"]).iter().map(|path| short(path)).collect();
    for numeral in numerals {
        let proves = tests.iter().any(|path| path.starts_with(&format!("tests/factors/{numeral}_")));
        assert!(proves, "factor {numeral} has no test");
    }
}

#[test]
fn the_mains_of_services_differ_in_a_word() {
    let mains: Vec<String> = files("services", &["rs"])
        .into_iter()
        .filter(|path| path.ends_with("src/main.rs") && !short(path).contains("repo-puller"))
        .map(|path| {
            let name = short(&path).split('/').nth(1).expect("a service").to_owned();
            let capital = name[..1].to_uppercase() + &name[1..];
            text(&path).replace(&capital, "Name").replace(&name, "name")
        })
        .collect();
    assert!(mains.windows(2).all(|pair| pair[0] == pair[1]), "{mains:#?}");
}
