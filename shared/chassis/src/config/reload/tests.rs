//! A reload, with files as a mounted volume swaps them.

use std::fs;

use harness::mounted::Mounted;

use super::*;
use crate::config::{self, Live, Loaded, Secret};

crate::section! {
    /// A section for these tests.
    struct Sample {
        /// Where to listen.
        listen_port: u16 = 8080,
        /// How many at once.
        search_limit: Live<u16> = Live::new(10),
        /// A line.
        site_banner: Live<Option<String>>,
        /// Who may write.
        write_token: Live<Option<Secret>>,
        /// Where answers are remembered.
        cache_url: Option<Live<Secret>>,
    }
}

fn load(mounted: &Mounted, more: &[(&str, &str)]) -> Loaded<Sample> {
    let folder = ("CONFIG_DIR", mounted.path().to_str().expect("UTF-8"));
    let variables = more.iter().chain([&folder]).map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    config::load(&variables.collect()).unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn a_file_overrides_the_environment_and_its_absence_brings_it_back() {
    let mut mounted = Mounted::with(&[("SEARCH_LIMIT", "30\n")]);
    let Loaded { config, mut reload, origins, .. } = load(&mounted, &[("SEARCH_LIMIT", "20")]);
    assert_eq!(*config.search_limit.load(), 30);
    assert!(origins.contains(&("SEARCH_LIMIT".to_owned(), config::Origin::Folder)));
    mounted.swap(&[("SITE_BANNER", "Hello")]);
    let hash = reload.hash();
    let Outcome::Applied { variables, .. } = reload.check() else { panic!("not applied") };
    assert_eq!(variables, ["SEARCH_LIMIT", "SITE_BANNER"]);
    assert_eq!((*config.search_limit.load(), config.site_banner.load().as_deref()), (20, Some("Hello")));
    assert_ne!(reload.hash(), hash);
    assert!(matches!(reload.check(), Outcome::Same));
    mounted.swap(&[]);
    assert!(matches!(reload.check(), Outcome::Applied { .. }));
    assert_eq!(*config.site_banner.load(), None);
}

#[test]
fn a_change_with_one_mistake_changes_nothing_and_echoes_nothing() {
    let mut mounted = Mounted::with(&[]);
    let Loaded { config, mut reload, .. } = load(&mounted, &[]);
    mounted.swap(&[("SITE_BANNER", "Hello"), ("SEARCH_LIMIT", "many-secret")]);
    let Outcome::Refused(report) = reload.check() else { panic!("not refused") };
    assert!(report.to_string().starts_with("SEARCH_LIMIT in CONFIG_DIR is not valid"), "{report}");
    assert!(!report.to_string().contains("secret"), "{report}");
    assert_eq!((*config.search_limit.load(), config.site_banner.load().as_deref()), (10, None));
    assert!(matches!(reload.check(), Outcome::Same), "it is told once");
}

#[test]
fn what_is_read_at_start_alone_is_ignored_with_a_warning() {
    let mounted = Mounted::with(&[("LISTEN_PORT", "1"), ("SITE_BANER", "x"), ("OTHER", "x")]);
    let Loaded { config, mut reload, .. } = load(&mounted, &[]);
    let Outcome::Applied { variables, warnings } = reload.check() else { panic!("not applied") };
    assert_eq!((config.listen_port, variables), (8080, Vec::new()));
    let warnings: Vec<_> = warnings.iter().map(Problem::to_string).collect();
    assert!(warnings[0].starts_with("LISTEN_PORT in CONFIG_DIR") && warnings[0].ends_with("restart needed"));
    assert!(matches!(&warnings[1..], [baner] if baner.contains("did you mean SITE_BANNER")), "{warnings:?}");
}

#[test]
fn a_secret_follows_its_file_and_an_empty_file_is_refused() {
    let mounted = Mounted::with(&[]);
    let file = mounted.file("token");
    fs::write(&file, "one\n").expect("written");
    let Loaded { config, mut reload, .. } = load(&mounted, &[("WRITE_TOKEN_FILE", file.to_str().expect("UTF-8"))]);
    let (token, hash) = (|| config.write_token.load().as_ref().clone().expect("set"), reload.hash());
    fs::write(&file, "two").expect("written");
    assert!(matches!(reload.check(), Outcome::Applied { .. }));
    assert_eq!(token().reveal(), "two");
    assert_eq!(reload.hash(), hash, "a secret is no part of the hash");
    fs::write(&file, "").expect("written");
    let Outcome::Refused(report) = reload.check() else { panic!("not refused") };
    assert!(report.to_string().contains("WRITE_TOKEN_FILE"), "{report}");
    assert_eq!(token().reveal(), "two");
}

#[test]
fn what_may_change_but_not_come_or_go_does_not() {
    let mut mounted = Mounted::with(&[("CACHE_URL", "one")]);
    let Loaded { config, mut reload, .. } = load(&mounted, &[]);
    mounted.swap(&[("CACHE_URL", "two")]);
    assert!(matches!(reload.check(), Outcome::Applied { .. }));
    mounted.swap(&[]);
    let Outcome::Refused(report) = reload.check() else { panic!("not refused") };
    assert!(report.to_string().starts_with("CACHE_URL"), "{report}");
    assert_eq!(config.cache_url.expect("set").load().reveal(), "two");

    let Loaded { config, mut reload, .. } = load(&mounted, &[]);
    assert!(config.cache_url.is_none());
    mounted.swap(&[("CACHE_URL", "one")]);
    let Outcome::Applied { warnings, .. } = reload.check() else { panic!("refused") };
    assert!(matches!(&warnings[..], [late] if late.to_string().ends_with("restart needed")), "{warnings:?}");
}
