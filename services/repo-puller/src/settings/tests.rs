//! Every mistake in the flags is told, and what they mean without one.

use client::Trust;

use super::*;
use crate::flags::parse;

fn read(words: &[&str]) -> Result<Settings, String> {
    let words: Vec<_> = words.iter().map(ToString::to_string).collect();
    let (flags, _) = parse(&words, &Env::default()).expect("flags");
    let outbound = Outbound::new(&Trust { ssl_cert_file: None }).expect("a way out");
    Settings::from_flags(flags, &Env::default(), &outbound)
}

#[test]
fn every_mistake_is_named_by_flag_and_variable() {
    let words = [
        "--http-metrics",
        "--http-pprof",
        "--depth=-1",
        "--period=1ms",
        "--git-gc=never",
        "--submodules=some",
        "--sync-on-signal=SIGNONE",
    ];
    let text = read(&words).err().expect("mistakes");
    for name in
        ["http-metrics", "http-pprof", "repo", "root", "depth", "period", "git-gc", "submodules", "sync-on-signal"]
    {
        let variable = format!("GITSYNC_{}", name.replace('-', "_").to_uppercase());
        assert!(text.contains(&format!("--{name}")) && text.contains(&variable), "{name} is not in: {text}");
    }
}

#[test]
fn the_link_is_named_after_the_repository_and_the_login_leaves_the_url() {
    let settings = read(&["--repo=https://me:s3cret@host/a/site.git", "--root=/git"]).expect("settings");
    assert_eq!(settings.remote.url, "https://host/a/site.git");
    assert_eq!(settings.followed, [("HEAD".to_owned(), "site.git".to_owned())]);
}

#[test]
fn several_refs_have_a_link_each() {
    let followed = |refs: &str| read(&["--repo=a", "--root=/b", &format!("--refs={refs}")]).map(|all| all.followed);
    let pair = |name: &str, link: &str| (name.to_owned(), link.to_owned());
    assert_eq!(followed("main=current, v1=v/1"), Ok(vec![pair("main", "current"), pair("v1", "v/1")]));
    for wrong in ["main", "main=", "=a", "a=b,", "a=b,c=b"] {
        assert!(followed(wrong).expect_err("a mistake").contains("GITSYNC_REFS"), "{wrong}");
    }
}

#[test]
fn the_first_failure_ends_the_process_unless_told() {
    let limits = |words: &[&str]| {
        let all: Vec<_> = ["--repo=a", "--root=/b"].iter().chain(words).copied().collect();
        let pace = read(&all).expect("settings").pace;
        (pace.init_max_failures, pace.max_failures)
    };
    assert_eq!(limits(&[]), (Some(0), Some(0)));
    assert_eq!(limits(&["--max-failures=2"]), (Some(2), Some(2)));
    assert_eq!(limits(&["--max-failures=-1"]), (None, None));
    assert_eq!(limits(&["--init-max-failures=3"]), (Some(3), Some(0)));
}

#[test]
fn a_hook_needs_a_second() {
    let text = read(&["--repo=a", "--root=/b", "--exechook-command=/c", "--exechook-timeout=1ms"]).err();
    assert!(text.expect("a mistake").contains("--exechook-timeout"));
}
