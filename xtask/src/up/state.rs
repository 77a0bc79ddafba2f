//! What `up` keeps in the checkout, and the lock that lets only one of them run there.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use harness::executables::workspace;
use rustix::fs::{FlockOperation, flock};

/// The locked state. Unlocked when the process ends, however that happens.
#[derive(Debug)]
pub(super) struct State {
    folder: PathBuf,
    lock: File,
}

impl State {
    /// Takes the lock, or says who has it.
    pub(super) fn lock() -> anyhow::Result<Self> {
        let folder = workspace().join("target/dev");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut lock =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(folder.join("up.lock"))?;
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut holder = String::new();
            let _ = lock.read_to_string(&mut holder);
            bail!("Another suite runs in this checkout: {}", holder.trim());
        }
        let state = Self { folder, lock };
        state.write(&format!("process {}", std::process::id()));
        Ok(state)
    }

    /// Where the state is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the puller of a pod keeps the checkout of a source: one folder each, so that a second start is quick.
    pub(super) fn root(&self, url: &str, pod: &str) -> PathBuf {
        let name: String =
            url.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        let tail = name.char_indices().nth_back(60).map_or(0, |(at, _)| at);
        let folder = format!("{:08x}-{}", number(url), name[tail..].trim_matches('-'));
        self.folder.join("sites").join(folder).join(pod)
    }

    /// The database of a source.
    pub(super) fn database(url: &str) -> String {
        format!("site_{:08x}", number(url))
    }

    /// Remembers where the site is, for whoever is refused.
    pub(super) fn tell(&self, url: &str) {
        self.write(&format!("process {}, {url}", std::process::id()));
    }

    fn write(&self, text: &str) {
        let mut lock = &self.lock;
        let _ = lock.rewind().and_then(|()| self.lock.set_len(0)).and_then(|()| lock.write_all(text.as_bytes()));
    }
}

/// A number that stands for a source.
fn number(url: &str) -> u32 {
    url.bytes().fold(5381_u32, |sum, byte| sum.wrapping_mul(33) ^ u32::from(byte))
}
