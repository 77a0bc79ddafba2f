//! Logins from every source, and git itself, which gets to know them and nobody else does.

use std::{path::Path, process::Command, time::Duration};

use client::Trust;
use harness::{
    forge::{Forge, Nature},
    repository::Repository,
    scripted::{Server, answer},
};

use super::*;

fn outbound() -> Outbound {
    Outbound::new(&Trust { ssl_cert_file: None }).expect("a way out")
}

fn given(words: &[&str], url: &str, login: Option<(&str, &str)>) -> Result<Credentials, Vec<Mistake>> {
    let words: Vec<_> = words.iter().map(ToString::to_string).collect();
    let (flags, _) = crate::flags::parse(&words, &chassis::config::Env::default()).expect("flags");
    let login = login.map(|(user, password)| (user.to_owned(), password.to_owned()));
    Credentials::from_flags(&flags, url, login, &outbound())
}

async fn refreshed(mut credentials: Credentials) -> Credentials {
    credentials.refresh(Moment::now()).await.outcome.expect("logins");
    credentials
}

/// The login for a URL as `user:password`, or nothing.
fn login(credentials: &Credentials, url: &str) -> String {
    let text = |login: &Login| format!("{}:{}", login.username, login.password.reveal());
    credentials.login(url).map(text).unwrap_or_default()
}

/// What `git ls-remote` says with these logins and no others.
fn ls_remote(credentials: &Credentials, url: &str, folder: &Path) -> Result<String, String> {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_ASKPASS", "true");
    for (key, value) in credentials.git_settings() {
        command.arg("-c").arg(format!("{key}={value}"));
    }
    let output = command.args(["ls-remote", url, "HEAD"]).output().expect("git");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

const BASIC: &str = "Basic bWU6c2VjcmV0";

#[tokio::test]
async fn git_is_told_a_login_by_a_helper_that_has_no_password_in_it() {
    let repository = Repository::with(&[("a", "1")]);
    let forge = Forge::of(&repository, Nature { authorization: Some(BASIC.to_owned()), old: false });
    let credentials = refreshed(given(&[], &forge.url(), Some(("me", "secret"))).expect("valid")).await;
    assert!(ls_remote(&credentials, &forge.url(), &repository.work()).expect("an answer").contains(&repository.head()));
    assert!(!format!("{credentials:?}{:?}", credentials.git_settings()).contains("secret"));
    assert!(credentials.secrets().any(|secret| secret == "bWU6c2VjcmV0"));
}

#[tokio::test]
async fn git_gets_a_changed_password_without_being_configured_anew_and_a_wrong_one_is_refused() {
    let repository = Repository::with(&[("a", "1")]);
    let forge = Forge::of(&repository, Nature { authorization: Some(BASIC.to_owned()), old: false });
    let file = repository.work().join("password");
    std::fs::write(&file, "a-longer-wrong-one\n").expect("written");
    let words = ["--username=me", "--password-file", file.to_str().expect("text")];
    let mut credentials = refreshed(given(&words, &forge.url(), None).expect("valid")).await;
    let settings = credentials.git_settings();
    assert!(ls_remote(&credentials, &forge.url(), &repository.work()).is_err());
    std::fs::write(&file, "secret\n").expect("written");
    credentials = refreshed(credentials).await;
    assert_eq!(settings, credentials.git_settings());
    ls_remote(&credentials, &forge.url(), &repository.work()).expect("an answer");
    for content in [None, Some("\n")] {
        content.map_or_else(|| std::fs::remove_file(&file), |text| std::fs::write(&file, text)).expect("changed");
        let error = credentials.refresh(Moment::now()).await.outcome.expect_err("no password").to_string();
        assert!(error.contains("--password-file (GITSYNC_PASSWORD_FILE)") && error.contains("/password"), "{error}");
    }
}

#[tokio::test]
async fn a_login_is_for_its_own_url_and_no_other_server_learns_it() {
    let repository = Repository::with(&[("a", "1")]);
    let nature = |authorization: &str| Nature { authorization: Some(authorization.to_owned()), old: false };
    let (mine, other) = (Forge::of(&repository, nature(BASIC)), Forge::of(&repository, nature("Basic bjpu")));
    let server = mine.url().replace("/remote.git", "");
    let credential = |url: &str, user: &str, password: &str| {
        format!(r#"--credential={{"url":"{url}","username":"{user}","password":"{password}"}}"#)
    };
    let words = [
        credential(&format!("{server}/elsewhere"), "x", "wrong"),
        credential(&mine.url(), "me", "secret"),
        credential(&server, "y", "wrong"),
    ];
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let credentials = refreshed(given(&words, "/srv/x", Some(("ignored", "for a path"))).expect("valid")).await;
    ls_remote(&credentials, &mine.url(), &repository.work()).expect("an answer");
    ls_remote(&credentials, &other.url(), &repository.work()).expect_err("a refusal");
    // Git's prompt is answered with nothing, which it sends as `:`.
    assert!(other.seen().iter().all(|request| ["", "Basic Og=="].contains(&request.header("authorization"))));
    assert_eq!(login(&credentials, &mine.url()), "me:secret");
    assert_eq!(login(&credentials, &format!("{server}/elsewhere/deep")), "x:wrong");
    assert_eq!(login(&credentials, &format!("{server}/remote.github")), "y:wrong");
    assert_eq!(login(&credentials, &other.url()), "");
}

#[tokio::test]
async fn another_repository_of_the_same_server_uses_the_same_login() {
    let credentials = refreshed(given(&[], "https://h/a.git", Some(("me", "secret"))).expect("valid")).await;
    assert_eq!(login(&credentials, "https://H/submodule.git"), "me:secret");
    assert_eq!(login(&credentials, "http://h/a.git"), "");
}

#[tokio::test]
async fn an_askpass_url_is_asked_each_time_and_follows_no_redirect() {
    let login_text = "username=me\npassword=secret\n";
    let script = vec![
        answer("200 OK", "", login_text),
        answer("302 Found", "location: /b\r\n", login_text),
        answer("200 OK", "", "password=s3cret"),
        answer("500 Error", "", "s3cret"),
    ];
    let server = Server::new(script);
    let flag = format!("--askpass-url={}", server.url("/a"));
    let mut credentials = given(&[&flag], "https://h/x", None).expect("valid");
    let refreshed = credentials.refresh(Moment::now()).await;
    assert_eq!((refreshed.askpass, refreshed.outcome.is_ok()), (Some(true), true));
    assert_eq!(login(&credentials, "https://h/x"), "me:secret");
    for reason in ["302", "no username=", "500", "askpass"] {
        let refreshed = credentials.refresh(Moment::now()).await;
        let error = refreshed.outcome.expect_err("no login").to_string();
        assert_eq!(refreshed.askpass, Some(false));
        assert!(error.contains("--askpass-url (GITSYNC_ASKPASS_URL)") && error.contains(reason), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
}

mod github_app {
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    /// Two keys made for these tests: one in each of the forms that GitHub's tools write.
    const PKCS1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/credentials/tests/pkcs1.pem");
    const PKCS8: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/credentials/tests/pkcs8.pem");
    /// The public half of both, as ring wants it.
    const PUBLIC: &[u8] = include_bytes!("tests/public.der");

    fn app(server: &Server, key: &str) -> Credentials {
        let base = format!("--github-base-url={}", server.url("/"));
        let key = format!("--github-app-private-key-file={key}");
        let words = [&base, &key, "--github-app-client-id=Iv1", "--github-app-installation-id=7"];
        given(&words, "https://h/x", None).expect("valid")
    }

    fn token(name: &str, expires: &str) -> harness::scripted::Say {
        answer("201 Created", "", &format!(r#"{{"token":"{name}","expires_at":"{expires}","permissions":{{}}}}"#))
    }

    #[tokio::test]
    async fn a_token_is_asked_for_with_a_signed_claim_and_again_before_it_expires() {
        let expiries = [("one", "01:00"), ("two", "02:00"), ("three", "03:00"), ("four", "04:00")];
        let answers = expiries.map(|(name, expiry)| token(name, &format!("2026-01-01T{expiry}:00Z")));
        let server = Server::new(answers.to_vec());
        let mut credentials = app(&server, PKCS1);
        let start = Moment { wall: "2026-01-01T00:00:00Z".parse().expect("a time"), steady: Instant::now() };
        // The clock on the wall may be set while we run: that makes a token neither older nor younger.
        for (seconds, wall, password, asked) in [
            (0, "2026-01-01T00:00:00Z", "one", Some(true)),
            (60, "2027-01-01T00:00:00Z", "one", None),
            (3569, "2026-01-01T00:59:29Z", "one", None),
            (3571, "2025-01-01T00:00:00Z", "two", Some(true)),
            (7140, "2025-01-01T00:00:00Z", "two", None),
            (7142, "2025-01-01T00:00:00Z", "three", Some(true)),
        ] {
            let steady = start.steady + Duration::from_secs(seconds);
            let refreshed = credentials.refresh(Moment { wall: wall.parse().expect("a time"), steady }).await;
            refreshed.outcome.expect("a token");
            assert_eq!(refreshed.github_app, asked, "{seconds} {wall}");
            assert_eq!(login(&credentials, "https://h/x"), format!("-:{password}"));
        }
        credentials.doubt();
        let refreshed = credentials.refresh(Moment { steady: start.steady + Duration::from_secs(7143), ..start }).await;
        assert_eq!(refreshed.github_app, Some(true), "a token that was refused is used again");
        assert_eq!(login(&credentials, "https://h/x"), "-:four");
        let request = server.request();
        assert!(request.starts_with("POST /app/installations/7/access_tokens HTTP/1.1\r\n"), "{request}");
        let bearer = request.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).expect("a claim");
        let (message, signature) = bearer.rsplit_once('.').expect("a signature");
        let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64");
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, PUBLIC);
        key.verify(message.as_bytes(), &decoded(signature)).expect("a good signature");
        let claims: serde_json::Value =
            serde_json::from_slice(&decoded(message.split('.').nth(1).expect("claims"))).expect("JSON");
        assert_eq!(claims["iss"], "Iv1");
        assert_eq!(claims["exp"].as_i64().expect("a time") - claims["iat"].as_i64().expect("a time"), 600);
    }

    #[tokio::test]
    async fn every_form_of_key_is_known_and_a_bad_one_is_named() {
        let server = Server::new(vec![token("one", "2026-01-01T01:00:00Z")]);
        let now = Moment::now();
        app(&server, PKCS8).refresh(now).await.outcome.expect("a token");
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        for key in ["/nowhere/key", file] {
            let refreshed = app(&server, key).refresh(now).await;
            let error = refreshed.outcome.expect_err("no key").to_string();
            assert!(error.contains("--github-app-private-key-file") && refreshed.github_app == Some(false), "{error}");
        }
    }

    #[tokio::test]
    async fn a_refusal_is_told_without_what_it_says() {
        let server = Server::new(vec![answer("401 Unauthorized", "", "s3cret"), answer("201 Created", "", "s3cret")]);
        let mut credentials = app(&server, PKCS1);
        for reason in ["401", "no token"] {
            let error = credentials.refresh(Moment::now()).await.outcome.expect_err("no token").to_string();
            assert!(error.contains(reason) && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn half_an_app_is_a_mistake() {
        let mistakes = given(&["--github-app-client-id=a", "--github-app-application-id=1"], "https://h/x", None);
        let flags: Vec<_> = mistakes.expect_err("mistakes").into_iter().map(|(flag, _)| flag).collect();
        assert_eq!(flags, ["github-app-private-key-file", "github-app-client-id", "github-app-installation-id"]);
    }
}
