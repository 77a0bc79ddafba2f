//! The way to stdout: a bounded buffer and one thread that empties it, so that a slow reader never holds up a request.

use std::{
    io::Write,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

/// How long an access line may wait for company.
const WAIT: Duration = Duration::from_millis(50);
/// How much may wait, in bytes. A line that would exceed it is dropped and counted.
const CAPACITY: usize = 1 << 20;

static DROPPED: AtomicU64 = AtomicU64::new(0);

/// How many lines were dropped because nobody read stdout.
pub fn dropped_lines() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    urgent: bool,
    closed: bool,
}

/// The sending side. Clones share the buffer.
#[derive(Clone)]
pub(super) struct Writer {
    shared: Arc<(Mutex<Buffer>, Condvar)>,
    done: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Writer {
    /// Starts the thread that writes to `out`.
    pub(super) fn start(out: impl Write + Send + 'static) -> Self {
        let shared = Arc::new((Mutex::new(Buffer::default()), Condvar::new()));
        let (finished, done) = mpsc::channel();
        let buffer = Arc::clone(&shared);
        let started = thread::Builder::new().name("log-writer".into()).spawn(move || {
            drain(&buffer, out);
            let _ = finished.send(());
        });
        debug_assert!(started.is_ok(), "no thread for the log");
        Self { shared, done: Arc::new(Mutex::new(done)) }
    }

    /// Queues a line. An urgent one wakes the thread at once.
    pub(super) fn push(&self, line: &[u8], urgent: bool) {
        let mut buffer = lock(&self.shared.0);
        if buffer.bytes.len() + line.len() > CAPACITY {
            DROPPED.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let wakes = buffer.bytes.is_empty() || (urgent && !buffer.urgent);
        buffer.bytes.extend_from_slice(line);
        buffer.urgent |= urgent;
        drop(buffer);
        if wakes {
            self.shared.1.notify_one();
        }
    }

    /// Writes what is left, at most `deadline`: a reader that has gone away cannot hold up the end.
    pub(super) fn finish(&self, deadline: Duration) {
        lock(&self.shared.0).closed = true;
        self.shared.1.notify_one();
        let _ = lock(&self.done).recv_timeout(deadline);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Empties the buffer until it is closed.
fn drain((buffer, wake): &(Mutex<Buffer>, Condvar), mut out: impl Write) {
    let mut batch = Vec::new();
    loop {
        let waiting = wake.wait_while(lock(buffer), |buffer| buffer.bytes.is_empty() && !buffer.closed);
        let waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        let company = wake.wait_timeout_while(waiting, WAIT, |buffer| !buffer.urgent && !buffer.closed);
        let mut waiting = company.unwrap_or_else(PoisonError::into_inner).0;
        std::mem::swap(&mut batch, &mut waiting.bytes);
        waiting.urgent = false;
        let closed = waiting.closed;
        drop(waiting);
        let _ = out.write_all(&batch).and_then(|()| out.flush());
        batch.clear();
        batch.shrink_to(CAPACITY / 8);
        if closed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_arrives_in_order_before_the_end() {
        let (reader, out) = std::io::pipe().expect("a pipe");
        let writer = Writer::start(out);
        for number in 0..1000 {
            writer.push(format!("{number}\n").as_bytes(), number % 7 == 0);
        }
        let reading = thread::spawn(move || std::io::read_to_string(reader).expect("text"));
        writer.finish(Duration::from_secs(5));
        drop(writer);
        let expected: String = (0..1000).map(|number| format!("{number}\n")).collect();
        assert_eq!(reading.join().expect("read"), expected);
    }

    #[test]
    fn a_reader_that_does_not_read_costs_lines_and_not_time() {
        let (_reader, out) = std::io::pipe().expect("a pipe");
        let writer = Writer::start(out);
        let before = dropped_lines();
        let line = vec![b'x'; 64 * 1024];
        for _ in 0..100 {
            writer.push(&line, true);
        }
        assert!(dropped_lines() > before);
    }
}
