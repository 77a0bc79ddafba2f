//! Disposability (IX): quick to start, orderly to stop, and whole again after the worst.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use harness::{
    http,
    process::PATIENCE,
    suite::{self, Suite},
};
use rustix::process::Signal;

use crate::small;

#[test]
fn sigterm_under_load_loses_no_request_and_exits_well() {
    let mut suite = Suite::of(&small());
    suite.web = suite::web(&suite.link()).env("DRAIN_SECONDS", 3).start();
    suite.web.lines().wait_for("Revision live", |_| true);
    let url = format!("http://{}/one", suite.web.address("public"));
    let stop = Arc::new(AtomicBool::new(false));
    let started = Arc::new(Barrier::new(5));
    let clients: Vec<_> = (0..4).map(|_| client(url.clone(), Arc::clone(&stop), Arc::clone(&started))).collect();
    started.wait();
    suite.web.signal(Signal::TERM);
    // Load balancers take a moment to hear of it; then they send nobody any more.
    let ready = url.replace("/one", "/readyz");
    while http::get(&ready).is_ok_and(|answer| answer.status == 200) {}
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        let (asked, failed) = client.join().expect("a client");
        assert!(failed.is_empty(), "{asked} asked, {failed:?} failed");
    }
    assert!(suite.web.wait().success());
}

/// Asks until it is told to stop; what was asked before that must be answered.
fn client(url: String, stop: Arc<AtomicBool>, started: Arc<Barrier>) -> thread::JoinHandle<(usize, Vec<String>)> {
    thread::spawn(move || {
        let (mut asked, mut failed) = (0, Vec::new());
        started.wait();
        loop {
            asked += 1;
            match http::get(&url) {
                Ok(answer) if answer.status == 200 => {}
                other => failed.push(format!("{other:?}")),
            }
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
        (asked, failed)
    })
}

#[test]
fn a_request_in_flight_survives_sigterm() {
    let repository = small();
    let length = 32 << 20;
    repository.write("large.bin", vec![b'x'; length]);
    repository.push("Add what no socket's buffer holds");
    let mut suite = Suite::of(&repository);
    let address = suite.web.address("public");
    let mut stream = TcpStream::connect(&address).expect("connected");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    write!(stream, "GET /large.bin HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").expect("asked");
    let mut head = [0; 15];
    stream.read_exact(&mut head).expect("the beginning of an answer");
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    suite.web.signal(Signal::TERM);
    suite.web.lines().wait_for("Shutdown requested", |_| true);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the rest of the answer");
    let body = rest.windows(4).position(|end| end == b"\r\n\r\n").expect("a head") + 4;
    assert_eq!(rest.len() - body, length);
    assert!(suite.web.wait().success());
}

#[test]
fn readiness_goes_before_the_socket_and_liveness_stays() {
    let mut suite = Suite::of(&small());
    suite.web = suite::web(&suite.link()).env("DRAIN_SECONDS", 600).start();
    suite.web.lines().wait_for("Revision live", |_| true);
    let url = format!("http://{}", suite.web.address("public"));
    suite.web.signal(Signal::TERM);
    suite.web.lines().wait_for("Shutdown requested", |_| true);
    let ready = http::get(&format!("{url}/readyz")).expect("an answer");
    assert_eq!(ready.status, 503);
    assert!(ready.body.contains("draining"));
    assert_eq!(http::get(&format!("{url}/healthz")).expect("an answer").status, 200);
    assert_eq!(http::get(&format!("{url}/one")).expect("an answer").status, 200);
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut web = suite::web("/nowhere/x".as_ref()).env("DRAIN_SECONDS", 600).start();
    web.lines().wait_for("Started", |_| true);
    web.signal(Signal::TERM);
    web.lines().wait_for("Shutdown requested", |_| true);
    web.signal(Signal::TERM);
    assert_eq!(web.wait().code(), Some(130));
}

#[test]
fn an_open_event_stream_does_not_hold_up_the_end() {
    let mut suite = Suite::of(&small());
    let address = suite.web.address("public");
    let mut stream = TcpStream::connect(&address).expect("connected");
    write!(stream, "GET /-/events HTTP/1.1\r\nhost: {address}\r\n\r\n").expect("asked");
    let mut first = [0; 12];
    stream.read_exact(&mut first).expect("an answer");
    assert!(suite.web.terminate().success());
    assert!(!suite.web.lines().tail().contains("left behind"), "{}", suite.web.lines().tail());
}

#[test]
fn killed_and_started_again_they_are_whole_again() {
    let repository = small();
    let mut suite = Suite::of(&repository);
    suite.puller.signal(Signal::KILL);
    suite.web.signal(Signal::KILL);
    suite.puller.wait();
    suite.restart_puller();
    suite.restart_web();
    suite.wait_for_revision(&repository.head());
    let commit = repository.publish(&[("one.md", "# After\n")]);
    suite.wait_for_revision(&commit);
    assert!(suite.get("/one").body.contains("After"));
}

#[test]
fn the_puller_ends_well_and_soon() {
    let mut suite = Suite::of(&small());
    assert!(suite.puller.terminate().success(), "{}", suite.puller.lines().tail());
    assert!(!suite.puller.lines().tail().contains("left behind"), "{}", suite.puller.lines().tail());
}
