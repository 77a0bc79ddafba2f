//! What a process says, line by line, for whoever waits for a word.

use std::{
    io::{BufRead as _, BufReader, Read},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use serde_json::Value;

use super::PATIENCE;

/// A line of a log: one JSON object.
#[derive(Clone, Debug)]
pub struct Line(pub Value);

impl Line {
    /// A field's text, or nothing.
    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    /// A field's number, or zero.
    pub fn number(&self, field: &str) -> u64 {
        self.0[field].as_u64().unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Said {
    out: Vec<String>,
    err: Vec<String>,
    open: usize,
}

/// Everything that a process has said.
#[derive(Debug, Default)]
pub struct Lines {
    said: Mutex<Said>,
    more: Condvar,
}

impl Lines {
    /// Listens to stdout until it closes.
    pub(super) fn follow(self: &Arc<Self>, from: impl Read + Send + 'static) {
        self.listen(from, |said, line| said.out.push(line));
    }

    /// Listens to stderr until it closes.
    pub(super) fn follow_errors(self: &Arc<Self>, from: impl Read + Send + 'static) {
        self.listen(from, |said, line| said.err.push(line));
    }

    fn listen(self: &Arc<Self>, from: impl Read + Send + 'static, keep: fn(&mut Said, String)) {
        self.lock().open += 1;
        let lines = Arc::clone(self);
        std::thread::spawn(move || {
            for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
                keep(&mut lines.lock(), String::from_utf8_lossy(&line).into_owned());
                lines.more.notify_all();
            }
            lines.lock().open -= 1;
            lines.more.notify_all();
        });
    }

    fn lock(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything on stdout.
    pub fn out(&self) -> Vec<String> {
        self.lock().out.clone()
    }

    /// Everything on stderr, as one text.
    pub fn err(&self) -> String {
        self.lock().err.join("\n")
    }

    /// The lines of stdout that are JSON objects.
    pub fn logged(&self) -> Vec<Line> {
        self.lock().out.iter().filter_map(|line| serde_json::from_str(line).ok().map(Line)).collect()
    }

    /// The first line with this message, now or later, that `is_it` takes.
    ///
    /// # Panics
    /// When none comes; with what was said instead.
    pub fn wait_for(&self, message: &str, is_it: impl Fn(&Line) -> bool) -> Line {
        self.wait_after(0, message, is_it)
    }

    /// The same, leaving out the first `seen` lines of stdout.
    ///
    /// # Panics
    /// As [`Lines::wait_for`].
    pub fn wait_after(&self, seen: usize, message: &str, is_it: impl Fn(&Line) -> bool) -> Line {
        let deadline = Instant::now() + PATIENCE;
        let (mut said, mut at) = (self.lock(), seen);
        loop {
            for text in said.out.iter().skip(at) {
                if let Ok(line) = serde_json::from_str(text).map(Line)
                    && line.text("message") == message
                    && is_it(&line)
                {
                    return line;
                }
            }
            at = at.max(said.out.len());
            let left = deadline.saturating_duration_since(Instant::now());
            let is_over = left.is_zero() || said.open == 0;
            assert!(!is_over, "nobody said {message:?}; it said:\n{}\n{}", last(&said.out), last(&said.err));
            said = self.more.wait_timeout(said, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// How many lines there are on stdout.
    pub fn count(&self) -> usize {
        self.lock().out.len()
    }

    /// The last lines, for a message.
    pub fn tail(&self) -> String {
        let said = self.lock();
        format!("{}\n{}", last(&said.out), last(&said.err))
    }

    /// Waits until both outputs are closed, so that nothing more is said.
    pub(super) fn wait_until_closed(&self) {
        let said = self.lock();
        drop(self.more.wait_timeout_while(said, PATIENCE, |said| said.open > 0));
    }
}

fn last(lines: &[String]) -> String {
    lines[lines.len().saturating_sub(30)..].join("\n")
}
