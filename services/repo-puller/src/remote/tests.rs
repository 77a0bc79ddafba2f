//! The look against git's own server, and against servers that are none.

use chassis::config::Secret;
use client::Trust;
use harness::{
    forge::{Forge, Nature},
    repository::Repository,
    scripted::{Say, Server, answer},
};

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

fn remote(url: &str) -> Remote {
    let outbound = Outbound::new(&Trust { ssl_cert_file: None }).expect("a way out");
    Remote::new(outbound, url, &[]).expect("a native remote")
}

async fn look(remote: &mut Remote, names: &[&str]) -> Result<Vec<Option<String>>, Doubt> {
    let found = remote.look(names, None, PATIENCE).await?;
    Ok(found.into_iter().map(|commit| commit.map(String::from)).collect())
}

#[tokio::test]
async fn every_kind_of_ref_leads_where_git_says() {
    let repository = Repository::with(&[("a", "1")]);
    let first = repository.head();
    repository.git(&["tag", "--annotate", "--message=x", "v1"]);
    repository.git(&["tag", "light"]);
    let second = repository.publish(&[("a", "2")]);
    repository.git(&[
        "push",
        "--quiet",
        "origin",
        "v1",
        "light",
        "HEAD:refs/heads/deep/v1",
        "HEAD:refs/heads/v1",
        "HEAD:refs/odd/x",
    ]);
    let forge = Forge::of(&repository, Nature::default());
    let expected = [
        ("HEAD", Some(&second)),
        ("main", Some(&second)),
        ("refs/heads/main", Some(&second)),
        ("heads/main", Some(&second)),
        ("v1", Some(&first)),
        ("refs/tags/v1", Some(&first)),
        ("refs/heads/v1", Some(&second)),
        ("deep/v1", Some(&second)),
        ("light", Some(&first)),
        ("refs/odd/x", Some(&second)),
        ("odd/x", Some(&second)),
        ("mai", None),
        ("v", None),
    ];
    let names = expected.map(|(name, _)| name);
    let found = look(&mut remote(&forge.url()), &names).await.expect("an answer");
    for ((name, commit), found) in expected.iter().zip(&found) {
        assert_eq!(found.as_ref(), *commit, "{name}");
    }
}

#[tokio::test]
async fn a_look_is_one_request_on_a_connection_that_stays() {
    let repository = Repository::with(&[("a", "1")]);
    let forge = Forge::of(&repository, Nature::default());
    let mut remote = remote(&(forge.url() + "/"));
    for round in 0..3 {
        let commit = repository.publish(&[("a", &format!("round {round}"))]);
        assert_eq!(look(&mut remote, &["main"]).await.expect("an answer"), [Some(commit)]);
    }
    let seen = forge.seen();
    let lines: Vec<_> = seen.iter().map(|request| request.line.as_str()).collect();
    let ask = "POST /remote.git/git-upload-pack";
    assert_eq!(lines, ["GET /remote.git/info/refs?service=git-upload-pack", ask, ask, ask]);
    assert!(seen.iter().all(|request| request.connection == 0 && request.header("git-protocol") == "version=2"));
    assert!(seen[3].answered < 100, "{} bytes", seen[3].answered);
}

#[tokio::test]
async fn an_old_server_is_asked_once() {
    let repository = Repository::with(&[("a", "1")]);
    let forge = Forge::of(&repository, Nature { old: true, ..Nature::default() });
    let mut remote = remote(&forge.url());
    for _ in 0..2 {
        assert_eq!(look(&mut remote, &["main"]).await, Err(Doubt::OldProtocol));
    }
    assert_eq!(forge.seen().len(), 1);
}

#[tokio::test]
async fn a_login_is_sent_and_a_wrong_one_is_a_doubt() {
    let repository = Repository::with(&[("a", "1")]);
    let forge = Forge::of(&repository, Nature { authorization: Some("Basic bWU6c2VjcmV0".into()), old: false });
    let mut remote = remote(&forge.url());
    assert_eq!(look(&mut remote, &["main"]).await, Err(Doubt::Status(401)));
    let login = |password| Login { username: "me".to_owned(), password: Secret::new(password) };
    let wrong = remote.look(&["main"], Some(&login("wrong")), PATIENCE).await;
    assert_eq!(wrong, Err(Doubt::Status(401)));
    let found = remote.look(&["main"], Some(&login("secret")), PATIENCE).await.expect("an answer");
    assert_eq!(found[0].as_ref().map(ToString::to_string), Some(repository.head()));
}

#[tokio::test]
async fn every_other_server_is_a_doubt_and_none_is_believed() {
    let advertised = "content-type: application/x-git-upload-pack-advertisement\r\n";
    let listed = "content-type: application/x-git-upload-pack-result\r\n";
    let able = || answer("200 OK", advertised, "000eversion 2\n000cls-refs\n0000");
    let scripts = [
        vec![answer("200 OK", "content-type: text/html\r\n", "<html>")],
        vec![answer("200 OK", advertised, "<html>")],
        vec![answer("200 OK", advertised, &"0".repeat(LARGEST + 1))],
        vec![answer("301 Moved", "location: /elsewhere\r\n", "")],
        vec![answer("500 Error", "", "")],
        vec![able(), answer("200 OK", "content-type: text/html\r\n", "0000")],
        vec![able(), answer("200 OK", listed, "000aERR no0000")],
        vec![able(), answer("200 OK", listed, "")],
        vec![able(), answer("503 Unavailable", "", "")],
        vec![able(), Say::Text(format!("HTTP/1.1 200 OK\r\n{listed}content-length: 99\r\n\r\n0000"))],
        vec![able()],
    ];
    for script in scripts {
        let server = Server::new(script.clone());
        let looked = look(&mut remote(&server.url("/x.git")), &["main"]).await;
        assert!(looked.is_err(), "{script:?}: {looked:?}");
    }
}

#[tokio::test]
async fn silence_ends_with_the_time_that_was_given() {
    let server = Server::new(vec![Say::ThenSilence(String::new())]);
    let looked = remote(&server.url("/x.git")).look(&["main"], None, Duration::from_millis(200)).await;
    assert!(matches!(looked, Err(Doubt::Unreachable(_))), "{looked:?}");
}

#[tokio::test]
async fn a_server_that_becomes_another_is_asked_anew_what_it_can() {
    let advertised = "content-type: application/x-git-upload-pack-advertisement\r\n";
    let listed = "content-type: application/x-git-upload-pack-result\r\n";
    let able = || answer("200 OK", advertised, "000eversion 2\n000cls-refs\n0000");
    let script = vec![able(), answer("404 Not Found", "", ""), able(), answer("200 OK", listed, "0000")];
    let server = Server::new(script);
    let mut remote = remote(&server.url("/x.git"));
    assert_eq!(look(&mut remote, &["main"]).await, Err(Doubt::Status(404)));
    assert_eq!(look(&mut remote, &["main"]).await, Ok(vec![None]));
}

#[test]
fn only_what_git_would_ask_the_same_way_is_asked_natively() {
    let native = |url: &str, key: &str| {
        let outbound = Outbound::new(&Trust { ssl_cert_file: None }).expect("a way out");
        Remote::new(outbound, url, &[(key.to_owned(), "x".to_owned())]).is_some()
    };
    assert!(native("https://h/x.git", "core.compression") && native("http://h", "http.postBuffer"));
    for url in ["ssh://h/x", "git@h:x", "/srv/x", "file:///x", "git://h/x", "https://h/x?y", "https://h/x#y"] {
        assert!(!native(url, "a.b"), "{url}");
    }
    for key in [
        "http.proxy",
        "HTTP.sslCAInfo",
        "http.https://h.extraHeader",
        "url.x.insteadOf",
        "protocol.version",
        "include.path",
    ] {
        assert!(!native("https://h/x", key), "{key}");
    }
}
