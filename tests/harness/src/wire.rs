//! A wire that can be cut: a TCP proxy between a process and what it depends on.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

/// How the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It carries everything.
    Whole,
    /// It carries nothing, and says so at once.
    Cut,
    /// It carries nothing, and says nothing.
    Silent,
    /// It carries so many more bytes of replies, and is cut in the middle of the one after.
    Leaves(usize),
    /// It carries so many more bytes of replies, and then nothing, and says nothing.
    Stalls(usize),
}

#[derive(Debug)]
struct State {
    target: String,
    mode: Mode,
    open: Vec<TcpStream>,
}

/// A proxy on a port of its own. What listens behind it may go and come back elsewhere.
#[derive(Clone, Debug)]
pub struct Wire {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Wire {
    /// A whole wire to `target`, an address with a port.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = State { target: target.to_owned(), mode: Mode::Whole, open: Vec::new() };
        let wire = Self { address, state: Arc::new(Mutex::new(state)) };
        let ours = wire.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                ours.carry(stream);
            }
        });
        wire
    }

    /// Where to connect to.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Leads elsewhere from the next connection on.
    pub fn lead_to(&self, target: &str) {
        target.clone_into(&mut self.state().target);
    }

    /// Cuts every connection, and refuses new ones.
    pub fn cut(&self) {
        self.become_mode(Mode::Cut);
        self.sever();
    }

    /// Connections stay and new ones are taken, and nothing comes through any more.
    pub fn silence(&self) {
        self.become_mode(Mode::Silent);
    }

    /// Cuts in the middle of a reply: after so many bytes of replies from now on.
    pub fn cut_after(&self, bytes: usize) {
        self.become_mode(Mode::Leaves(bytes));
    }

    /// Falls silent in the middle of a reply: after so many bytes of replies from now on.
    pub fn stall_after(&self, bytes: usize) {
        self.become_mode(Mode::Stalls(bytes));
    }

    /// Whole again; what was open before is closed, since a part of it may be missing.
    pub fn mend(&self) {
        self.sever();
        self.become_mode(Mode::Whole);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn become_mode(&self, mode: Mode) {
        self.state().mode = mode;
    }

    fn sever(&self) {
        for stream in self.state().open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn carry(&self, client: TcpStream) {
        if self.state().mode == Mode::Cut {
            return;
        }
        let target = self.state().target.clone();
        let Ok(server) = TcpStream::connect(&target) else { return };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let ends = (client.try_clone(), server.try_clone(), client.try_clone(), server.try_clone());
        let (Ok(kept_client), Ok(kept_server), Ok(from_client), Ok(to_server)) = ends else { return };
        self.state().open.extend([kept_client, kept_server]);
        let (asking, answering) = (self.clone(), self.clone());
        thread::spawn(move || asking.pump(from_client, to_server, false));
        thread::spawn(move || answering.pump(server, client, true));
    }

    /// Carries one direction until its end.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream, is_reply: bool) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let (carried, is_last) = self.let_through(length, is_reply);
            if to.write_all(&buffer[..carried]).is_err() {
                break;
            }
            if is_last {
                self.cut();
                break;
            }
        }
        // The other direction may still have something to say.
        let _ = to.shutdown(Shutdown::Write);
    }

    /// How many of these bytes go on, and whether they are the last.
    fn let_through(&self, length: usize, is_reply: bool) -> (usize, bool) {
        let mut state = self.state();
        match state.mode {
            Mode::Whole => (length, false),
            Mode::Silent => (0, false),
            Mode::Cut => (0, true),
            Mode::Leaves(_) | Mode::Stalls(_) if !is_reply => (length, false),
            Mode::Stalls(left) => {
                state.mode = Mode::Stalls(left.saturating_sub(length));
                (left.min(length), false)
            }
            Mode::Leaves(left) if length < left => {
                state.mode = Mode::Leaves(left - length);
                (length, false)
            }
            Mode::Leaves(left) => (left, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers every byte with it, ten times.
    fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || {
                    let mut byte = [0];
                    while stream.read_exact(&mut byte).is_ok() && stream.write_all(&[byte[0]; 10]).is_ok() {}
                });
            }
        });
        address
    }

    fn ask(wire: &Wire) -> usize {
        let Ok(mut stream) = TcpStream::connect(wire.address()) else { return 0 };
        let _ = stream.write_all(b"x");
        let (mut answer, mut read) = ([0; 10], 0);
        while read < answer.len()
            && let Ok(length @ 1..) = stream.read(&mut answer[read..])
        {
            read += length;
        }
        read
    }

    #[test]
    fn a_wire_carries_is_cut_in_mid_reply_and_mended() {
        let wire = Wire::to(&echo());
        assert_eq!(ask(&wire), 10);
        wire.cut_after(4);
        assert_eq!(ask(&wire), 4);
        assert_eq!(ask(&wire), 0);
        wire.mend();
        assert_eq!(ask(&wire), 10);
    }
}
