//! Remotes that fail in every way: what is published stays, the failure is told, and all is well again when they are.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener},
    thread,
};

use harness::{
    forge::{Forge, Nature},
    process::Running,
    repository::Repository,
    scripted::{Say, Server, answer},
    wire::Wire,
};

use crate::scene::{Flag as _, Scene, git, until};

/// A puller of a repository over a wire, with the first commit shown.
fn wired(scene: &Scene) -> (Wire, Running) {
    let forge = Forge::of(&scene.repository, Nature::default());
    let wire = Wire::to(forge.url().trim_start_matches("http://").trim_end_matches("/remote.git"));
    let puller = scene.puller().flag("repo", format!("http://{}/remote.git", wire.address()));
    let puller = puller.flag("sync-timeout", "2s").flag("max-failures", -1).start();
    scene.wait_for(&scene.repository.head());
    (wire, puller)
}

/// A commit of a file that does not get small.
fn large(scene: &Scene) -> String {
    let noise: String = (0..60_000u32).map(|number| format!("{:08x}", number.wrapping_mul(2_654_435_761))).collect();
    scene.repository.publish(&[("large", &noise)])
}

fn failed(puller: &Running) -> String {
    let seen = puller.lines().count();
    puller.lines().wait_after(seen, "Sync failed", |_| true).text("error").to_owned()
}

#[test]
fn a_remote_that_hangs_or_breaks_off_in_the_middle_of_a_pack_is_given_up_and_found_again() {
    for hangs in [true, false] {
        let scene = Scene::new();
        let (wire, puller) = wired(&scene);
        let commit = large(&scene);
        if hangs {
            wire.stall_after(50_000);
        } else {
            wire.cut_after(50_000);
        }
        failed(&puller);
        assert_eq!(scene.read("deep/two.txt"), "two\n");
        wire.mend();
        scene.wait_for(&commit);
        scene.assert_exact();
    }
}

#[test]
fn a_remote_that_takes_calls_and_says_nothing_is_given_up_and_found_again() {
    let scene = Scene::new();
    let (wire, puller) = wired(&scene);
    wire.silence();
    failed(&puller);
    let commit = scene.repository.publish(&[("README.md", "# Next\n")]);
    wire.mend();
    scene.wait_for(&commit);
}

#[test]
fn a_remote_that_answers_nonsense_is_a_failure_and_no_revision() {
    let nonsense: [fn() -> Say; 5] = [
        || answer("500 Internal Server Error", "", "no"),
        || answer("200 OK", "content-type: application/x-git-upload-pack-advertisement\r\n", "zzzz"),
        || answer("200 OK", "content-type: text/html\r\n", "<h1>Sign in</h1>"),
        || Say::Text("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_owned()),
        || Say::Text("SSH-2.0-Nonsense\r\n".to_owned()),
    ];
    for say in nonsense {
        let scene = Scene::new();
        assert!(scene.once().finish().0.success());
        let server = Server::new((0..20).map(|_| say()).collect());
        let once = scene.once().flag("repo", server.url("/remote.git")).flag("sync-timeout", "5s");
        let (status, lines) = once.finish();
        assert_eq!(status.code(), Some(1), "{}", lines.tail());
        assert_eq!(scene.shown(), scene.repository.head());
        assert_eq!(scene.read("deep/two.txt"), "two\n");
    }
}

/// A server that answers the half of an answer, closes its half of the connection, and goes on listening.
fn half_closed() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let mut kept = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
            let _ = stream.shutdown(Shutdown::Write);
            kept.push(stream);
        }
    });
    address
}

#[test]
fn a_remote_that_goes_bad_while_it_is_followed_is_told_of_and_followed_again_when_it_is_good() {
    let scene = Scene::new();
    let forge = Forge::of(&scene.repository, Nature::default());
    let good = forge.url().trim_start_matches("http://").trim_end_matches("/remote.git").to_owned();
    let wire = Wire::to(&good);
    let puller = scene.puller().flag("repo", format!("http://{}/remote.git", wire.address()));
    let puller = puller.flag("sync-timeout", "2s").flag("max-failures", -1).flag("error-file", "error").start();
    scene.wait_for(&scene.repository.head());
    let silent = Say::ThenSilence("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_owned());
    let pack = "content-type: application/x-git-upload-pack-result\r\n";
    let servers = [silent, answer("500 Oh", "", "no"), answer("200 OK", pack, "zzzz"), answer("404 Gone", "", "")];
    let servers = servers.map(|say| Server::new(vec![say; 50]));
    let bad = servers.iter().map(|server| server.address).chain([half_closed()]);
    for bad in bad {
        wire.lead_to(&bad.to_string());
        wire.mend();
        failed(&puller);
        until("it is in the error file", || scene.root().join("error").exists());
        scene.assert_exact();
        wire.lead_to(&good);
        wire.mend();
        scene.wait_for(&scene.repository.publish(&[("README.md", &format!("# After {bad}\n"))]));
        scene.assert_exact();
        until("the error file is gone", || !scene.root().join("error").exists());
    }
}

#[test]
fn a_ref_that_is_deleted_upstream_is_named_and_its_last_commit_stays() {
    let scene = Scene::new();
    let puller = scene.puller().flag("ref", "main").flag("max-failures", -1).start();
    let first = scene.repository.head();
    scene.wait_for(&first);
    let remote = scene.repository.work().join("../remote.git");
    git(&remote, &["update-ref", "-d", "refs/heads/main"]);
    assert!(failed(&puller).contains("couldn't find remote ref main"));
    assert_eq!(scene.shown(), first);
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Back\n")]));
}

#[test]
fn a_history_that_was_rewritten_or_is_anothers_is_followed() {
    let scene = Scene::new();
    let _puller = scene.puller().flag("max-failures", -1).flag("depth", 0).start();
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Second\n")]));
    scene.repository.git(&["checkout", "--quiet", "--orphan", "fresh"]);
    scene.repository.git(&["reset", "--quiet", "--hard"]);
    scene.wait_for(&scene.repository.publish(&[("only.txt", "only\n")]));
    scene.assert_exact();
    let other = Repository::with(&[("other.txt", "other\n")]);
    scene.repository.lose();
    std::fs::rename(other.url(), scene.repository.url()).expect("replaced");
    scene.wait_for(&other.head());
    assert_eq!(scene.read("other.txt"), "other\n");
}

#[test]
fn a_root_that_cannot_be_written_is_named() {
    let scene = Scene::new();
    let (status, lines) = scene.once().flag("root", "/proc/nowhere").finish();
    assert_eq!(status.code(), Some(1));
    let error = lines.wait_for("Process failed", |_| true).text("error").to_owned();
    assert!(error.contains("/proc/nowhere"), "{error}");
    assert_eq!(error.matches("No such file or directory").count(), 1, "{error}");
}

#[test]
fn nobody_who_died_is_left_unburied_and_nothing_is_left_running() {
    let scene = Scene::new();
    let (wire, mut puller) = wired(&scene);
    for _ in 0..3 {
        large(&scene);
        wire.stall_after(10_000);
        failed(&puller);
        wire.mend();
    }
    scene.wait_for(&scene.repository.head());
    let children = format!("/proc/{0}/task/{0}/children", puller.pid().as_raw_nonzero());
    until("it has no children", || std::fs::read_to_string(&children).unwrap_or_default().trim().is_empty());
    assert!(puller.terminate().success());
}
