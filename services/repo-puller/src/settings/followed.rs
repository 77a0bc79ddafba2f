//! Which refs are followed, and where each is shown.

use super::{mistakes::Mistakes, url};
use crate::flags::Flags;

/// The refs with the names of their links: one of `--ref` and `--link`, or all of `--refs`.
pub(super) fn read(mistakes: &mut Mistakes, flags: &Flags, url: &str) -> Vec<(String, String)> {
    if flags.refs.is_empty() {
        mistakes.required("ref", &flags.r#ref);
        let link = if flags.link.is_empty() { url::last_part(url) } else { flags.link.clone() };
        mistakes.unless(!link.is_empty(), "link", "is required: --repo has no last part");
        return vec![(flags.r#ref.clone(), link)];
    }
    mistakes.unless(flags.link.is_empty(), "link", "has no place beside --refs (GITSYNC_REFS)");
    mistakes.unless(flags.r#ref == "HEAD", "ref", "has no place beside --refs (GITSYNC_REFS)");
    let pairs: Vec<_> = flags.refs.split(',').map(|pair| pair.trim().split_once('=').unwrap_or((pair, ""))).collect();
    let is_whole = pairs.iter().all(|(name, link)| !name.is_empty() && !link.is_empty());
    mistakes.unless(is_whole, "refs", "must be ref=link, separated by commas");
    let mut links: Vec<_> = pairs.iter().map(|(_, link)| *link).collect();
    links.sort_unstable();
    links.dedup();
    mistakes.unless(links.len() == pairs.len(), "refs", "names a link twice");
    pairs.into_iter().map(|(name, link)| (name.to_owned(), link.to_owned())).collect()
}
