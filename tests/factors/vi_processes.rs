//! Processes (VI): stateless; replicas share nothing but the checkout, and each response is of one revision.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt,
    time::Instant,
};

use harness::{
    executables,
    house::House,
    http,
    process::{PATIENCE, Program},
    suite::{self, Suite},
};

use crate::small;

#[test]
fn replicas_on_one_checkout_agree_in_body_and_validator() {
    let repository = small();
    let suite = Suite::of(&repository);
    let other = suite::web(&suite.link()).start();
    other.lines().wait_for("Revision live", |_| true);
    let theirs = http::get(&format!("http://{}/one", other.address("public"))).expect("an answer");
    let ours = suite.get("/one");
    assert_eq!((&ours.body, ours.header("etag")), (&theirs.body, theirs.header("etag")));
}

#[test]
fn every_response_is_of_one_revision_while_revisions_change() {
    let repository = small();
    let suite = Suite::of(&repository);
    let mut by_revision = BTreeMap::<String, BTreeSet<String>>::new();
    for round in 0..5 {
        let commit = repository.publish(&[("one.md", &format!("# One\n\nRound {round}.\n"))]);
        let deadline = Instant::now() + PATIENCE;
        // Asked all the time, so that some answers fall between the puller's move and web's.
        loop {
            let answer = suite.get("/one");
            let revision = answer.header("x-site-revision").to_owned();
            by_revision.entry(revision.clone()).or_default().insert(answer.header("etag").to_owned());
            if revision == commit {
                break;
            }
            assert!(Instant::now() < deadline, "{revision} is served, not {commit}");
        }
    }
    assert!(by_revision.values().all(|etags| etags.len() == 1), "{by_revision:?}");
}

#[test]
fn web_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("README.md"), "# Home\n").expect("written");
    let before = fs::metadata(folder.path()).expect("there").modified().expect("a time");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("read only");
    // Without the right to any byte in any file: whoever writes one all the same is ended for it.
    let web = Program::at("/bin/sh".into()).arg("-c").arg("ulimit -f 0; exec \"$0\"");
    let web = web.arg(&executables::path("web").to_string_lossy()).env("SITE_CHECKOUT", folder.path().display());
    let mut web = web.env("HOST", "127.0.0.1").env("PORT", 0).env("DRAIN_SECONDS", 0).start();
    web.lines().wait_for("Revision live", |_| true);
    assert_eq!(http::get(&format!("http://{}/", web.address("public"))).expect("an answer").status, 200);
    assert!(web.terminate().success());
    assert_eq!(fs::metadata(folder.path()).expect("there").modified().expect("a time"), before);
    assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1);
}

#[test]
fn replicas_of_the_api_answer_alike_and_a_new_one_knows_everything() {
    let house = House::of(&small());
    let other = house.plan.api().start();
    for path in ["/v1/search?q=home", "/v1/pages", "/v1/revisions"] {
        let theirs = http::get(&format!("http://{}{path}", other.address("public"))).expect("an answer");
        assert_eq!((theirs.status, &theirs.body), (200, &house.ask(path).body), "{path}");
    }
}
