//! `NAME healthcheck`: a process that asks its sibling whether it is alive, for images without a shell.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `path` on `host:port` and returns the status line, if it says 200.
///
/// A host that means "any address" is asked on loopback.
///
/// # Errors
/// A sentence that names the address: nobody listens, no answer in time, or another status.
pub fn ask(host: IpAddr, port: u16, path: &str) -> Result<String, String> {
    let host = match host {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        named => named,
    };
    let address = SocketAddr::new(host, port);
    let status = exchange(address, path).map_err(|error| format!("http://{address}{path}: {error}"))?;
    if status.split(' ').nth(1) == Some("200") { Ok(status) } else { Err(format!("http://{address}{path}: {status}")) }
}

fn exchange(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut head = [0; 256];
    let length = stream.read(&mut head)?;
    let text = String::from_utf8_lossy(&head[..length]);
    Ok(text.lines().next().unwrap_or("no answer").to_owned())
}
