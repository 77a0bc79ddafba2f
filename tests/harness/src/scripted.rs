//! A server for tests that says exactly the bytes it is told to say.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

/// What a connection says after it has read one request.
#[derive(Clone, Debug)]
pub enum Say {
    /// This, and the connection is closed.
    Text(String),
    /// This, and the connection stays open in silence until the client closes it.
    ThenSilence(String),
}

/// A server on a free port. Connections are answered in the order of the script; after it, connections are refused.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    requests: Receiver<String>,
}

impl Server {
    /// Listens on a free port.
    ///
    /// # Panics
    /// When there is none.
    pub fn new(script: Vec<Say>) -> Self {
        Self::on("127.0.0.1:0", script)
    }

    /// Listens on this address.
    ///
    /// # Panics
    /// When it cannot.
    pub fn on(address: &str, script: Vec<Say>) -> Self {
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

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next request as it came, head and body.
    ///
    /// # Panics
    /// When there is none within ten seconds.
    pub fn request(&self) -> String {
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
pub fn answer(status: &str, headers: &str, body: &str) -> Say {
    Say::Text(format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    ))
}
