//! Who is told, how often, and what comes of it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use crate::scene::{Flag as _, Scene, metric, script, until};

#[test]
fn a_program_runs_in_the_new_tree_with_the_commit_in_its_environment() {
    let scene = Scene::new();
    script(&scene.beside("hook"), "cat deep/two.txt > copied; echo $GITSYNC_HASH >> ../../../hashes; echo $EXTRA");
    let puller = scene.puller().flag("exechook-command", scene.beside("hook").display()).start();
    let first = scene.repository.head();
    until("it has run", || scene.read("copied") == "two\n");
    let second = scene.repository.publish(&[("deep/two.txt", "2\n")]);
    until("it has run again", || scene.read("copied") == "2\n");
    let hashes = format!("{first}\n{second}\n");
    until("both are told", || fs::read_to_string(scene.beside("hashes")).is_ok_and(|text| text == hashes));
    let runs = "git_sync_hook_run_count_total{name=\"exechook\",status=\"success\"}";
    until("it is counted", || metric(&puller, runs) == "2");
}

#[test]
fn a_git_that_a_program_runs_has_the_configuration_and_the_ssh_of_ours() {
    let scene = Scene::new();
    script(
        &scene.beside("hook"),
        "(git config site.name; git config safe.directory; echo $GIT_SSH_COMMAND) > ../../../known",
    );
    let once = scene.once().flag("exechook-command", scene.beside("hook").display()).flag("ssh-key-file", "/key");
    let (status, lines) = once.flag("git-config", "site.name:a site").finish();
    assert!(status.success(), "{}", lines.tail());
    let known = fs::read_to_string(scene.beside("known")).expect("it has run");
    assert!(known.starts_with("a site\n*\nssh -i /key "), "{known}");
}

#[test]
fn a_program_that_fails_runs_again_and_syncing_goes_on() {
    let scene = Scene::new();
    script(&scene.beside("hook"), "echo x >> ../../../runs; exit 1");
    let hook = scene.beside("hook").display().to_string();
    let _puller = scene.puller().flag("exechook-command", hook).flag("exechook-backoff", "1s").start();
    until("it has run twice", || fs::read_to_string(scene.beside("runs")).unwrap_or_default().lines().count() >= 2);
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
}

#[test]
fn a_sync_that_is_made_once_ends_as_its_hooks_do() {
    for (command, good) in
        [("exechook-command", true), ("exechook-command", false), ("pre-publish-exechook-command", false)]
    {
        let scene = Scene::new();
        script(&scene.beside("hook"), &format!("echo x >> ../../../runs; {good}"));
        let (status, lines) = scene.once().flag(command, scene.beside("hook").display()).finish();
        assert_eq!(status.success(), good, "{}", lines.tail());
        assert_eq!(fs::read_to_string(scene.beside("runs")).expect("it has run"), "x\n");
        assert_eq!(scene.shown(), scene.repository.head());
    }
}

#[test]
fn a_program_runs_at_a_start_without_a_change_too_and_the_one_before_publishing_does_not() {
    let scene = Scene::new();
    assert!(scene.once().finish().0.success());
    script(&scene.beside("hook"), "echo $0 >> ../../../runs");
    fs::copy(scene.beside("hook"), scene.beside("before")).expect("copied");
    let once = scene.once().flag("exechook-command", scene.beside("hook").display());
    assert!(once.flag("pre-publish-exechook-command", scene.beside("before").display()).finish().0.success());
    let runs = fs::read_to_string(scene.beside("runs")).expect("it has run");
    assert!(runs.lines().count() == 1 && runs.contains("hook"), "{runs}");
}

#[test]
fn a_program_that_hangs_is_ended_with_everything_that_it_started() {
    let scene = Scene::new();
    script(&scene.beside("hook"), "sleep 1000 & echo $! > ../../../child; wait");
    let hook = scene.beside("hook").display().to_string();
    let (status, lines) = scene.once().flag("exechook-command", hook).flag("exechook-timeout", "1s").finish();
    assert_eq!(status.code(), Some(1), "{}", lines.tail());
    let child = fs::read_to_string(scene.beside("child")).expect("a child");
    until("the child is gone", || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    });
}

/// A server that gives these answers, one for each request, and tells what it was asked.
fn answering(statuses: &'static [u16]) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for (stream, status) in listener.incoming().map_while(Result::ok).zip(statuses) {
            let lines = BufReader::new(stream.try_clone().expect("a stream")).lines().map_while(Result::ok);
            let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
            let _ = tell.send(head.join("\n").to_lowercase());
            let _ = write!(&stream, "HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    (url, told)
}

#[test]
fn a_url_is_asked_with_the_commit_until_the_answer_is_good() {
    let scene = Scene::new();
    let (url, told) = answering(&[500, 200, 200]);
    let _puller = scene.puller().flag("webhook-url", url).flag("webhook-backoff", "1s").start();
    let first = scene.repository.head();
    for _ in 0..2 {
        let asked = told.recv_timeout(harness::process::PATIENCE).expect("asked");
        assert!(
            asked.starts_with("post /hook http/1.1") && asked.contains(&format!("gitsync-hash: {first}")),
            "{asked}"
        );
    }
    let second = scene.repository.publish(&[("README.md", "# Next\n")]);
    assert!(told.recv_timeout(harness::process::PATIENCE).expect("asked").contains(&second));
}

#[test]
fn a_url_whose_answer_does_not_matter_is_asked_once() {
    let scene = Scene::new();
    let (url, told) = answering(&[404]);
    let once = scene.once().flag("webhook-url", url).flag("webhook-method", "GET");
    let (status, lines) = once.flag("webhook-success-status", -1).finish();
    assert!(status.success(), "{}", lines.tail());
    assert!(told.recv().expect("asked").starts_with("get "));
}

#[test]
fn a_hook_that_fails_is_not_tried_again_when_there_is_one_sync_only() {
    let scene = Scene::new();
    let (url, told) = answering(&[500, 200, 200]);
    script(&scene.beside("hook"), "sleep 2");
    let once = scene.once().flag("webhook-url", url).flag("webhook-backoff", "1s");
    let (status, lines) = once.flag("exechook-command", scene.beside("hook").display()).finish();
    assert_eq!(status.code(), Some(1), "{}", lines.tail());
    assert_eq!(told.try_iter().count(), 1);
}
