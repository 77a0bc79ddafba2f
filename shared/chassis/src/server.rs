//! Port binding (factor VII): the process is its own server, on the address that the environment names.

mod accept;
mod access;
mod body;
mod host;
mod observe;
mod routes;
mod traces;

pub use accept::serve;
pub(crate) use routes::{admin, public};

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Context as _;
use tokio::net::TcpListener;

crate::section! {
    /// Where a process listens, and how much it takes.
    pub struct Server {
        /// Address to listen on.
        pub host: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        /// Port for people, programs and probes; 0 takes any free one and logs it.
        pub port: u16 = 8080,
        /// Port for operators: `/metrics` and what only they may do. Not opened when absent; 0 takes any free one.
        pub admin_port: Option<u16>,
        /// Connections served at once; more wait in the kernel's queue.
        pub connection_limit: usize = 4096,
        /// Largest request body, in KiB.
        pub body_limit_kib: usize = 1024,
    }
}

/// Opens a listening socket and logs its address.
///
/// # Errors
/// When the address cannot be bound; the error names the variables and the address.
pub(crate) async fn bind(host: IpAddr, port: u16, listener: &'static str) -> anyhow::Result<TcpListener> {
    let variable = if listener == "admin" { "ADMIN_PORT" } else { "PORT" };
    let socket = TcpListener::bind((host, port)).await;
    let socket = socket.with_context(|| format!("cannot listen on {host}:{port} (HOST and {variable})"))?;
    let address = socket.local_addr().context("the listening socket has no address")?;
    tracing::info!(%address, listener, "Listening");
    Ok(socket)
}
