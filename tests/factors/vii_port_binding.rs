//! Port binding (VII): the process is its own server, where the environment says.

use harness::{http, suite};

#[test]
fn port_zero_takes_any_free_port_and_logs_it() {
    let (one, two) = (suite::web("/nowhere/x".as_ref()).start(), suite::web("/nowhere/x".as_ref()).start());
    assert_ne!(one.address("public"), two.address("public"));
    for web in [one, two] {
        assert_eq!(http::get(&format!("http://{}/healthz", web.address("public"))).expect("an answer").status, 200);
    }
}

#[test]
fn a_taken_port_is_named_with_its_variable() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let port = taken.local_addr().expect("an address").port();
    let (status, lines) = suite::web("/nowhere/x".as_ref()).env("PORT", port).finish();
    assert_eq!(status.code(), Some(1));
    let error = lines.wait_for("Process failed", |_| true);
    assert!(error.text("error").contains(&port.to_string()) && error.text("error").contains("PORT"), "{error:?}");
}

#[test]
fn what_operators_may_ask_is_not_on_the_public_port() {
    let web = suite::web("/nowhere/x".as_ref()).start();
    let metrics = |listener: &str| http::get(&format!("http://{}/metrics", web.address(listener))).expect("an answer");
    assert_ne!(metrics("public").status, 200);
    let told = metrics("admin");
    assert_eq!(told.status, 200);
    assert!(told.body.contains("build_info{service=\"web\"") && told.body.ends_with("# EOF\n"), "{}", told.body);
}

#[test]
fn nothing_but_port_is_opened_unless_it_is_asked_for() {
    let web = suite::web("/nowhere/x".as_ref()).env("ADMIN_PORT", "").start();
    web.lines().wait_for("Started", |_| true);
    let listening = web.lines().logged().into_iter().filter(|line| line.text("message") == "Listening").count();
    assert_eq!(listening, 1);
}
