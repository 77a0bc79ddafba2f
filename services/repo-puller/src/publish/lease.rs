//! The other side of a reader's lease: a tree that somebody reads is neither removed nor changed.

use std::{fs::File, path::Path};

use rustix::fs::{FlockOperation, flock};

/// The right to do away with a tree, as long as the value lives.
#[derive(Debug)]
pub(super) struct Ours {
    _directory: Option<File>,
}

/// Takes the exclusive lock of a tree without waiting. None when somebody reads it.
pub(super) fn take(tree: &Path) -> Option<Ours> {
    let Ok(directory) = File::open(tree) else { return Some(Ours { _directory: None }) };
    match flock(&directory, FlockOperation::NonBlockingLockExclusive) {
        Err(rustix::io::Errno::WOULDBLOCK) => None,
        // Where the file system knows no locks, nobody can have one.
        _ => Some(Ours { _directory: Some(directory) }),
    }
}
