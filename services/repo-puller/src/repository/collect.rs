//! Garbage is collected when there is enough of it, after the link has moved.

use std::fs;

use super::Repository;
use crate::error::Error;

/// When garbage is collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collection {
    /// When git thinks it is time.
    Auto,
    /// As soon as there is enough to be worth it.
    Always,
    /// The same, with more effort.
    Aggressive,
    /// Never.
    Off,
}

/// With more packs than this, finding an object gets slow.
const PACKS: usize = 20;
/// Less garbage than this is not worth a collection, in bytes.
const GARBAGE: u64 = 16 << 20;

impl Repository {
    /// Collects garbage if it is worth it, or if it `must`. Nothing may be fetched at the same time.
    pub(crate) async fn collect(&self, collection: Collection, must: bool) -> Result<(), Error> {
        let arguments: &[&str] = match collection {
            Collection::Off => return Ok(()),
            Collection::Auto => &["gc", "--quiet", "--auto"],
            Collection::Always => &["gc", "--quiet"],
            Collection::Aggressive => &["gc", "--quiet", "--aggressive"],
        };
        if !must && !self.is_worth_it() {
            return Ok(());
        }
        let root = self.layout.root();
        self.git.run(root, &["reflog", "expire", "--expire-unreachable=all", "--all"]).await?;
        self.git.run(root, arguments).await.map(drop)
    }

    /// Whether there are many packs, or more in the small ones than in the largest: that is mostly garbage.
    fn is_worth_it(&self) -> bool {
        let Ok(entries) = fs::read_dir(self.layout.git().join("objects/pack")) else { return false };
        let packs = entries.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "pack"));
        let sizes: Vec<u64> = packs.filter_map(|entry| Some(entry.metadata().ok()?.len())).collect();
        let (total, largest) = (sizes.iter().sum::<u64>(), sizes.iter().copied().max().unwrap_or(0));
        sizes.len() > PACKS || total - largest > largest + GARBAGE
    }
}
