//! A TLS server for tests.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};

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
