//! The suite's api: told of each commit, heard when somebody pushed, and never waited for.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
};

use harness::process::PATIENCE;
use serde_json::{Value, json};

use crate::scene::{Flag as _, Scene};

/// An api: it tells what was announced, answers with the targets it is given, and streams the events it is given.
struct Api {
    url: String,
    announced: mpsc::Receiver<Value>,
    targets: mpsc::Sender<Option<String>>,
    events: mpsc::Sender<Value>,
}

impl Api {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let ((tell, announced), (targets, wanted)) = (mpsc::channel(), mpsc::channel::<Option<String>>());
        let (events, happening) = mpsc::channel();
        thread::spawn(move || {
            let mut happening = Some(happening);
            for stream in listener.incoming().map_while(Result::ok) {
                let (line, body) = request(&stream);
                if line.starts_with("GET /v1/events") {
                    let Some(happening) = happening.take() else { continue };
                    thread::spawn(move || stream_events(stream, &happening));
                } else {
                    let told: Value = serde_json::from_str(&body).expect("JSON");
                    let to = told["to"].as_str().expect("a commit").to_owned();
                    let target = wanted.try_recv().unwrap_or_default().unwrap_or(to.clone());
                    respond(&stream, &json!({ "target": target, "accepted": target == to }).to_string());
                    let _ = tell.send(told);
                }
            }
        });
        Self { url, announced, targets, events }
    }

    fn announced(&self) -> Value {
        self.announced.recv_timeout(PATIENCE).expect("an announcement")
    }
}

fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).expect("a line");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().expect("a number");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    (first, String::from_utf8_lossy(&body).into_owned())
}

fn respond(mut stream: &TcpStream, body: &str) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let _ = write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len());
}

fn stream_events(mut stream: TcpStream, happening: &mpsc::Receiver<Value>) {
    let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: hello\n\n");
    for event in happening {
        let _ = write!(stream, "id: {}\ndata: {event}\n\n", event["id"]);
    }
}

fn push(id: u64, name: &str, commit: &str) -> Value {
    json!({ "id": id, "at": "2026-01-01T00:00:00Z", "kind": "push", "data": { "ref": name, "commit": commit } })
}

#[test]
fn each_commit_is_announced_with_the_one_before_it() {
    let scene = Scene::new();
    let api = Api::start();
    let puller = || scene.puller().flag("ref", "main").env("API_URL", &api.url).env("API_TOKEN", "s3cret");
    let mut running = puller().start();
    let first = scene.repository.head();
    assert_eq!(api.announced(), json!({ "ref": "main", "from": null, "to": first }));
    let second = scene.repository.publish(&[("README.md", "# Second\n")]);
    assert_eq!(api.announced(), json!({ "ref": "main", "from": first, "to": second }));
    assert!(running.terminate().success());
    assert!(!running.lines().tail().contains("s3cret"));
    let third = scene.repository.publish(&[("README.md", "# Third\n")]);
    let _again = puller().start();
    assert_eq!(api.announced(), json!({ "ref": "main", "from": second, "to": third }));
}

#[test]
fn an_api_that_shows_another_commit_is_told_what_the_remote_says_after_another_look() {
    let scene = Scene::new();
    let api = Api::start();
    let other = "b".repeat(40);
    api.targets.send(Some(other.clone())).expect("sent");
    let _puller = scene.puller().flag("ref", "main").env("API_URL", &api.url).start();
    let commit = scene.repository.head();
    assert_eq!(api.announced()["from"], Value::Null);
    assert_eq!(api.announced(), json!({ "ref": "main", "from": other, "to": commit }));
}

#[test]
fn a_push_that_the_api_tells_of_is_pulled_at_once_and_one_of_another_ref_is_not_ours() {
    let scene = Scene::new();
    let api = Api::start();
    let puller = scene.puller().flag("ref", "main").flag("period", "1h").env("API_URL", &api.url).start();
    api.announced();
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    api.events.send(push(1, "other", &commit)).expect("sent");
    api.events.send(push(2, "main", &commit)).expect("sent");
    scene.wait_for(&commit);
    let asked = puller.lines().logged().into_iter().filter(|line| line.text("message") == "Sync requested").count();
    assert_eq!(asked, 1);
}

#[test]
fn a_commit_that_the_remote_does_not_show_yet_is_looked_for_again() {
    let scene = Scene::new();
    let api = Api::start();
    let puller = scene.puller().flag("ref", "main").flag("period", "1h").env("API_URL", &api.url).start();
    api.announced();
    scene.repository.write("README.md", "# Late\n");
    scene.repository.git(&["commit", "--quiet", "--all", "--message", "Late"]);
    let commit = scene.repository.head();
    api.events.send(push(1, "main", &commit)).expect("sent");
    puller.lines().wait_for("Sync requested", |_| true);
    scene.repository.git(&["push", "--quiet", "origin", "HEAD:main"]);
    scene.wait_for(&commit);
}

#[test]
fn an_api_that_is_away_or_refuses_us_disturbs_nothing() {
    let refusing = harness::scripted::Server::new(
        (0..20).map(|_| harness::scripted::answer("401 Unauthorized", "", "{}")).collect(),
    );
    for url in ["http://127.0.0.1:1".to_owned(), refusing.url("")] {
        let scene = Scene::new();
        let mut puller = scene.puller().flag("ref", "main").env("API_URL", url).start();
        scene.wait_for(&scene.repository.head());
        scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
        assert!(puller.terminate().success());
    }
}
