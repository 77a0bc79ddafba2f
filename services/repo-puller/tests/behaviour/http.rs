//! Remotes over HTTP: looked at without git, with logins of every kind, and with a private authority.

use std::fs;

use harness::{
    forge::{Forge, Nature},
    process::Running,
    scripted::{self, Server},
};

use crate::{
    scene::{Flag as _, Scene, metric, script, until},
    tls::Front,
};

/// `me:secret`.
const BASIC: &str = "Basic bWU6c2VjcmV0";

fn open(scene: &Scene) -> Forge {
    Forge::of(&scene.repository, Nature::default())
}

fn closed(scene: &Scene) -> Forge {
    Forge::of(&scene.repository, Nature { authorization: Some(BASIC.to_owned()), old: false })
}

fn noops(puller: &Running) -> usize {
    metric(puller, "git_sync_count_total{status=\"noop\"}").parse().unwrap_or(0)
}

#[test]
fn a_look_is_one_request_on_a_connection_that_stays_and_no_process() {
    let scene = Scene::new();
    script(&scene.beside("git"), "echo $1 >> \"$CALLS\"; exec git \"$@\"");
    let forge = open(&scene);
    let puller = scene.puller().flag("repo", forge.url()).flag("git", scene.beside("git").display());
    let puller = puller.env("CALLS", scene.beside("calls").display()).start();
    until("it has looked a few times", || noops(&puller) > 3);
    let (calls, seen, before) =
        (fs::read_to_string(scene.beside("calls")).expect("calls"), forge.seen().len(), noops(&puller));
    until("it has looked again", || noops(&puller) > before + 5);
    assert_eq!(fs::read_to_string(scene.beside("calls")).expect("calls"), calls);
    let looks = forge.seen().split_off(seen);
    assert!(looks.windows(2).all(|pair| pair[0].connection == pair[1].connection), "{looks:?}");
    assert!(looks.iter().all(|look| look.line == "POST /remote.git/git-upload-pack"), "{looks:?}");
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    scene.wait_for(&commit);
    scene.assert_exact();
}

#[test]
fn a_server_that_is_too_old_is_looked_at_by_git() {
    let scene = Scene::new();
    let forge = Forge::of(&scene.repository, Nature { old: true, ..Nature::default() });
    let _puller = scene.puller().flag("repo", forge.url()).start();
    scene.wait_for(&scene.repository.head());
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
}

#[test]
fn the_right_login_gets_in_and_a_wrong_one_is_not_told_to_anybody() {
    let scene = Scene::new();
    let forge = closed(&scene);
    let in_url = |login: &str| forge.url().replace("http://", &format!("http://{login}@"));
    let file = scene.beside("password");
    let path = file.display().to_string();
    for (word, good) in [("wr0ng-word", false), ("secret", true)] {
        fs::write(&file, format!("{word}\n")).expect("written");
        let json = |url: &str| format!(r#"{{"url":"{url}","username":"me","password":"{word}"}}"#);
        let once =
            || scene.once().flag("repo", forge.url()).arg("-v9").flag("error-file", scene.beside("error").display());
        for puller in [
            once().flag("username", "me").env("GITSYNC_PASSWORD", word),
            once().flag("username", "me").flag("__env__GITSYNC_PASSWORD", word),
            once().flag("username", "me").flag("password-file", &path),
            once().flag("credential", json(&forge.url())),
            once().env("GITSYNC_CREDENTIAL", json(forge.url().trim_end_matches("/remote.git"))),
            once().flag("repo", in_url(&format!("me:{word}"))),
        ] {
            let (status, lines) = puller.finish();
            assert_eq!(status.success(), good, "{}", lines.tail());
            let told =
                lines.out().concat() + &lines.err() + &fs::read_to_string(scene.beside("error")).unwrap_or_default();
            assert!(!told.contains(word), "{word} is in: {told}");
        }
    }
    assert!(!fs::read_to_string(scene.root().join(".git/config")).expect("a file").contains("secret"));
    assert!(!fs::read_to_string(scene.root().join(".puller/gitconfig")).expect("a file").contains("secret"));
}

#[test]
fn a_password_file_that_changes_is_read_again() {
    let scene = Scene::new();
    let forge = closed(&scene);
    fs::write(scene.beside("password"), "wrong").expect("written");
    let puller = scene.puller().flag("repo", forge.url()).flag("username", "me").flag("max-failures", -1);
    let puller = puller.flag("password-file", scene.beside("password").display()).start();
    puller.lines().wait_for("Sync failed", |line| line.number("failures") >= 2);
    fs::write(scene.beside("password"), "secret").expect("written");
    scene.wait_for(&scene.repository.head());
    fs::write(scene.beside("password"), "exp1red-word").expect("written");
    let seen = puller.lines().count();
    puller.lines().wait_after(seen, "Sync failed", |line| line.text("error").contains("Authentication failed"));
    scene.assert_exact();
    fs::write(scene.beside("password"), "secret").expect("written");
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
    assert!(!puller.lines().tail().contains("exp1red-word"));
}

#[test]
fn a_token_that_is_refused_before_its_time_is_asked_for_anew() {
    let scene = Scene::new();
    let token = |name: &str| format!(r#"{{"token":"{name}","expires_at":"2999-01-01T00:00:00Z"}}"#);
    let answers = ["revoked", "good"].map(|name| scripted::answer("201 Created", "", &token(name)));
    let github = Server::new(answers.to_vec());
    // `-:good`.
    let nature = Nature { authorization: Some("Basic LTpnb29k".to_owned()), old: false };
    let forge = Forge::of(&scene.repository, nature);
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/src/credentials/tests/pkcs1.pem");
    let puller = scene.puller().flag("repo", forge.url()).flag("github-base-url", github.url("/"));
    let puller = puller.flag("github-app-private-key-file", key).flag("github-app-application-id", 1);
    let puller = puller.flag("github-app-installation-id", 7).flag("max-failures", -1).start();
    puller.lines().wait_for("Sync failed", |line| line.text("error").contains("Authentication failed"));
    scene.wait_for(&scene.repository.head());
    assert_eq!(metric(&puller, "git_sync_refresh_github_app_token_count{status=\"success\"}"), "2");
    assert!(!puller.lines().tail().contains("revoked"));
}

#[test]
fn a_url_that_knows_the_login_is_asked_before_each_sync() {
    let scene = Scene::new();
    let forge = closed(&scene);
    let answers = ["username=me\npassword=wrong\n", "username=me\npassword=secret\n"];
    let script: Vec<_> =
        answers.iter().chain([&answers[1]; 40]).map(|body| scripted::answer("200 OK", "", body)).collect();
    let askpass = Server::new(script);
    let puller = scene.puller().flag("repo", forge.url()).flag("askpass-url", askpass.url("/login"));
    let puller = puller.flag("period", "300ms").flag("max-failures", 2).start();
    scene.wait_for(&scene.repository.head());
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
    let calls = metric(&puller, "git_sync_askpass_calls{status=\"success\"}").parse::<usize>().expect("a number");
    assert!(calls >= 3, "{calls} calls");
}

#[test]
fn a_git_that_asks_for_the_login_of_a_local_repository_is_told_it_too() {
    let scene = Scene::new();
    let ask =
        "if [ \"$1\" = fetch ]; then echo url=$2 | git credential fill | grep -q '^password=s3cret$' || exit 1; fi";
    script(&scene.beside("git"), &format!("{ask}\nexec git \"$@\""));
    for (word, good) in [("wrong", false), ("s3cret", true)] {
        let askpass = Server::new(vec![scripted::answer("200 OK", "", &format!("username=me\npassword={word}\n"))]);
        let once = scene.once().flag("askpass-url", askpass.url("/login"));
        let (status, lines) = once.flag("git", scene.beside("git").display()).finish();
        assert_eq!(status.success(), good, "{}", lines.tail());
    }
}

#[test]
fn a_private_authority_is_trusted_when_it_is_named_and_not_before() {
    let scene = Scene::new();
    let forge = open(&scene);
    let front = Front::of(forge.url().trim_start_matches("http://").trim_end_matches("/remote.git").to_owned());
    let url = format!("https://localhost:{}/remote.git", front.port);
    let (status, lines) = scene.once().flag("repo", &url).finish();
    assert_eq!(status.code(), Some(1), "{}", lines.tail());
    let puller = scene.puller().flag("repo", &url).env("SSL_CERT_FILE", front.authority.path().display()).start();
    scene.wait_for(&scene.repository.head());
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
    until("it looks without git", || noops(&puller) > 2);
}
