//! A server for tests that says exactly the bytes it is told to say.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

/// What a connection says after it has read one request.
pub(crate) enum Say {
    /// This, and the connection is closed.
    Text(String),
    /// This, and the connection stays open in silence until the client closes it.
    ThenSilence(String),
}

/// A server on a free port. Connections are answered in the order of the script; after it, connections are refused.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Receiver<String>,
}

impl Server {
    pub(crate) fn new(script: Vec<Say>) -> Self {
        Self::on("127.0.0.1:0", script)
    }

    pub(crate) fn on(address: &str, script: Vec<Say>) -> Self {
        let listener = TcpListener::bind(address).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (sender, requests) = channel();
        thread::spawn(move || {
            for say in script {
                let Ok((stream, _)) = listener.accept() else { return };
                let sender = sender.clone();
                thread::spawn(move || converse(stream, &say, &sender));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next request, head and body, in lower case names as they came.
    pub(crate) fn request(&self) -> String {
        self.requests.recv_timeout(Duration::from_secs(10)).expect("a request within ten seconds")
    }
}

fn converse(mut stream: TcpStream, say: &Say, requests: &Sender<String>) {
    let _ = requests.send(read_request(&mut stream));
    let (Say::Text(text) | Say::ThenSilence(text)) = say;
    let _ = stream.write_all(text.as_bytes());
    if matches!(say, Say::ThenSilence(_)) {
        let _ = stream.read(&mut [0]);
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn read_request(stream: &mut TcpStream) -> String {
    let (mut text, mut piece) = (String::new(), [0; 4096]);
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return text,
            Ok(count) => text.push_str(&String::from_utf8_lossy(&piece[..count])),
        }
    }
}

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Say {
    Say::Text(format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    ))
}

/// A TLS server with a certificate for `localhost` by an authority of its own.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    pub(crate) authority: tempfile::NamedTempFile,
}

/// Answers every request with `private`.
pub(crate) fn tls() -> TlsServer {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let mut authority = tempfile::NamedTempFile::new().expect("a file");
    authority.write_all(issued.cert.pem().as_bytes()).expect("written");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key.into())
        .expect("a certificate and its key");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let config = Arc::new(config);
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let session = rustls::ServerConnection::new(config.clone()).expect("a session");
            let mut stream = rustls::StreamOwned::new(session, stream);
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 7\r\n\r\nprivate");
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    TlsServer { address, authority }
}
