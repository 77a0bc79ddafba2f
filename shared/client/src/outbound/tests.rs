//! The way out against servers that behave, and servers that do not.

use super::*;
use crate::tls_server;
use harness::scripted::{Say, Server, answer};

fn outbound() -> Outbound {
    Outbound::new(&Trust { ssl_cert_file: None }).expect("a way out")
}

fn get(server: &Server) -> Request {
    Request::get(&server.url("/x")).expect("a request").timeout(Duration::from_secs(10))
}

#[tokio::test]
async fn an_answer_comes_with_status_headers_and_body() {
    let server = Server::new(vec![answer("404 Not Found", "etag: \"1\"\r\n", "gone")]);
    let response = outbound().send(get(&server)).await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["etag"]),
        (404, &http::HeaderValue::from_static("\"1\""))
    );
    assert_eq!(&response.body().await.expect("a body")[..], b"gone");
    assert!(server.request().starts_with("GET /x HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit_and_a_cut_one_is_told() {
    let cut = Say::Text("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_owned());
    let server = Server::new(vec![answer("200 OK", "", "12345"), answer("200 OK", "", "123456"), cut]);
    let limited = async || outbound().send(get(&server).limit(5)).await.expect("an answer").body().await;
    assert_eq!(limited().await.expect("a body").len(), 5);
    assert!(matches!(limited().await, Err(Error::TooLarge { limit: 5 })));
    assert!(matches!(limited().await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn silence_is_told_when_the_time_is_up() {
    let silent = || Say::ThenSilence(String::new());
    let server =
        Server::new(vec![silent(), Say::ThenSilence("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_owned())]);
    let hurried = || get(&server).timeout(Duration::from_millis(200));
    assert!(matches!(outbound().send(hurried()).await, Err(Error::Late)));
    let response = outbound().send(hurried()).await.expect("a head");
    assert!(matches!(response.body().await, Err(Error::Late)));
}

#[tokio::test]
async fn garbage_and_a_refused_connection_are_told_without_the_url() {
    let server = Server::new(vec![Say::Text("220 smtp ready\r\n".to_owned())]);
    let secret = format!("http://user:s3cret@{}/?token=s3cret", server.address);
    for _ in 0..2 {
        let error = outbound().send(Request::get(&secret).expect("a request")).await.expect_err("no answer");
        assert!(matches!(error, Error::Unavailable(_)) && !format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_followed_only_when_asked_and_secrets_stay_with_their_origin() {
    let there = Server::new(vec![answer("200 OK", "", "there")]);
    let moved = || answer("302 Found", &format!("location: {}\r\n", there.url("/y")), "");
    let here = Server::new(vec![moved(), moved()]);
    let secret = |request: Request| {
        let request = request.header("Cookie", "s3cret").expect("a header").secret_header("X-Key", "s3cret");
        request.expect("a header").basic_auth("me", &Secret::new("secret"))
    };
    let stayed = outbound().send(secret(get(&here))).await.expect("an answer");
    assert_eq!(stayed.status(), 302);
    let followed = outbound().send(secret(get(&here)).redirects(1)).await.expect("an answer");
    assert_eq!(&followed.body().await.expect("a body")[..], b"there");
    let (first, second) = (here.request().to_lowercase(), there.request().to_lowercase());
    for part in ["cookie: s3cret", "x-key: s3cret", "authorization: basic bwu6c2vjcmv0"] {
        assert!(first.contains(part) && !second.contains(part), "{part}: {first}{second}");
    }
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = Server::new((0..3).map(|_| answer("302 Found", "location: /x\r\n", "")).collect());
    let response = outbound().send(get(&server).redirects(2)).await.expect("the last answer");
    assert_eq!(response.status(), 302);
}

#[tokio::test]
async fn a_guarded_request_reaches_no_private_address_by_number_name_or_redirect() {
    let server = Server::new(vec![answer("200 OK", "", "private")]);
    let port = server.address.port();
    for url in [server.url("/"), format!("http://localhost:{port}/"), format!("http://[::ffff:127.0.0.1]:{port}/")] {
        let refused = outbound().send(Request::get(&url).expect("a request").guarded()).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{url}: {refused:?}");
    }
    // 127.0.0.2 stands for a public address that redirects to a private one.
    let public =
        Server::on("127.0.0.2:0", vec![answer("302 Found", &format!("location: {}\r\n", server.url("/")), "")]);
    let outbound = Outbound::allowing(&Trust { ssl_cert_file: None }, |address| address.to_string() == "127.0.0.2");
    let request = get(&public).guarded().redirects(3);
    assert!(matches!(outbound.expect("a way out").send(request).await, Err(Error::Forbidden)));
}

#[tokio::test]
async fn without_certificates_plain_http_works_and_https_says_what_is_missing() {
    let outbound = Outbound::new(&Trust { ssl_cert_file: Some("/nowhere/ca.pem".into()) }).expect("a way out");
    let server = Server::new(vec![answer("200 OK", "", "plain")]);
    assert_eq!(outbound.send(get(&server)).await.expect("an answer").status(), 200);
    let tls = tls_server::tls();
    let url = format!("https://localhost:{}/", tls.address.port());
    let error = outbound.send(Request::get(&url).expect("a request")).await.expect_err("no certificates").to_string();
    assert!(error.contains("/nowhere/ca.pem"), "{error}");
}

#[tokio::test]
async fn a_private_authority_is_trusted_when_it_is_named() {
    let (tls, other) = (tls_server::tls(), tls_server::tls());
    let trusting =
        |bundle: &std::path::Path| Outbound::new(&Trust { ssl_cert_file: Some(bundle.to_owned()) }).expect("a way out");
    let request = || Request::get(&format!("https://localhost:{}/", tls.address.port())).expect("a request");
    let response = trusting(tls.authority.path()).send(request()).await.expect("an answer");
    assert_eq!(&response.body().await.expect("a body")[..], b"private");
    let refused = trusting(other.authority.path()).send(request()).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
}
