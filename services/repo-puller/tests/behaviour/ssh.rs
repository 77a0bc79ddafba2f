//! Remotes over ssh: a server of the test's own, with a key of its own, on a free port.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use harness::process::complain;

use crate::scene::{Flag as _, Scene, until};

const SERVER: &str = "/usr/sbin/sshd";

/// A running server.
struct Sshd {
    child: Child,
    port: u16,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sshd {
    /// Starts a server that lets in whoever has the key `client`. None where that cannot be done.
    fn start(folder: &Path) -> Option<Self> {
        if !Path::new(SERVER).exists() {
            complain("There is no sshd here: ssh is not tested");
            return None;
        }
        for name in ["host", "client", "stranger"] {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(name));
            assert!(keygen.status().expect("ssh-keygen runs").success());
        }
        fs::copy(folder.join("client.pub"), folder.join("authorized")).expect("copied");
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("private");
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let here = folder.display();
        let text = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {here}/host\nAuthorizedKeysFile {here}/authorized\n\
             PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        );
        fs::write(folder.join("config"), text).expect("written");
        // A server that runs as root wants this folder.
        let _ = fs::create_dir_all("/run/sshd");
        let mut sshd = Command::new(SERVER);
        sshd.arg("-D").arg("-e").arg("-f").arg(folder.join("config")).stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = sshd.spawn().ok()?;
        until("the server listens or ends", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        if child.try_wait().is_ok_and(|status| status.is_some()) {
            complain("sshd does not start here: ssh is not tested");
            return None;
        }
        Some(Self { child, port })
    }
}

#[test]
fn one_of_several_keys_gets_in_and_an_unknown_host_is_not_trusted() {
    let scene = Scene::new();
    let folder = scene.beside("ssh");
    fs::create_dir(&folder).expect("made");
    let Some(sshd) = Sshd::start(&folder) else { return };
    let user = Command::new("id").arg("-un").output().expect("id runs");
    let user = String::from_utf8_lossy(&user.stdout).trim().to_owned();
    let url = format!("ssh://{user}@127.0.0.1:{}{}", sshd.port, scene.repository.url());
    let key = |name: &str| folder.join(name).display().to_string();
    let once = || scene.once().flag("repo", &url).env("HOME", folder.display());
    let strange = once().flag("ssh-key-file", key("stranger")).flag("ssh-known-hosts", false);
    assert_eq!(strange.finish().0.code(), Some(1));
    let unknown = once().flag("ssh-key-file", key("client")).flag("ssh-known-hosts-file", "/dev/null");
    assert_eq!(unknown.finish().0.code(), Some(1));
    let host = fs::read_to_string(folder.join("host.pub")).expect("a key");
    fs::write(folder.join("known"), format!("[127.0.0.1]:{} {host}", sshd.port)).expect("written");
    let known = once().flag("ssh-key-file", key("stranger")).flag("ssh-key-file", key("client"));
    let (status, lines) = known.flag("ssh-known-hosts-file", key("known")).finish();
    assert!(status.success(), "{}", lines.tail());
    scene.assert_exact();
    let puller = scene.puller().flag("repo", &url).flag("ssh-known-hosts", false).flag("ssh-key-file", key("client"));
    let _puller = puller.env("HOME", folder.display()).start();
    scene.wait_for(&scene.repository.publish(&[("README.md", "# Next\n")]));
}
