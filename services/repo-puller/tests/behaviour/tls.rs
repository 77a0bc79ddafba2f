//! TLS in front of a server: a certificate for `localhost` by an authority that nobody else trusts.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

/// How long to listen to one side before the other.
const TURN: Duration = Duration::from_millis(2);

/// Speaks TLS on a port of its own, and plainly to what is behind it.
pub(crate) struct Front {
    pub(crate) port: u16,
    pub(crate) authority: tempfile::NamedTempFile,
}

impl Front {
    /// A front of the server at `target`.
    pub(crate) fn of(target: String) -> Self {
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
        let (port, config) = (listener.local_addr().expect("an address").port(), Arc::new(config));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let session = rustls::ServerConnection::new(config.clone()).expect("a session");
                let target = TcpStream::connect(&target).expect("connected");
                thread::spawn(move || carry(rustls::StreamOwned::new(session, stream), target));
            }
        });
        Self { port, authority }
    }
}

/// Carries both directions, turn by turn, until one side ends.
fn carry(mut client: rustls::StreamOwned<rustls::ServerConnection, TcpStream>, mut server: TcpStream) {
    let quick = client.sock.set_read_timeout(Some(TURN)).and(server.set_read_timeout(Some(TURN)));
    while quick.is_ok() && step(&mut client, &mut server) && step(&mut server, &mut client) {}
    client.conn.send_close_notify();
    let _ = client.flush();
}

/// Carries what there is. False at the end.
fn step(from: &mut impl Read, to: &mut impl Write) -> bool {
    let mut buffer = [0; 16 * 1024];
    match from.read(&mut buffer) {
        Ok(0) => false,
        Ok(length) => to.write_all(&buffer[..length]).and_then(|()| to.flush()).is_ok(),
        Err(error) => matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
    }
}
