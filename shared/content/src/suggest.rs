//! What somebody may have meant who asked for a page that is not there.

use std::collections::HashSet;

use crate::page::Page;

/// The pages whose places are most like `path`, best first, at most `most`.
pub(crate) fn alike<'a>(pages: &'a [Page], path: &str, most: usize) -> Vec<&'a Page> {
    let asked = Words::of(path);
    let mut scored: Vec<(u32, &Page)> = pages
        .iter()
        .map(|page| (asked.likeness(&Words::of(&page.url)), page))
        .filter(|(score, _)| *score >= 300)
        .collect();
    scored.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.url.cmp(&right.1.url)));
    scored.into_iter().take(most).map(|(_, page)| page).collect()
}

/// The pairs of neighbouring letters of a path, its last part counted twice.
struct Words {
    pairs: HashSet<(char, char)>,
    last: HashSet<(char, char)>,
}

impl Words {
    fn of(path: &str) -> Self {
        let path = path.trim_matches('/').to_lowercase();
        let path = path.strip_suffix(".md").or_else(|| path.strip_suffix(".html")).unwrap_or(&path);
        let last = path.rsplit('/').next().unwrap_or_default();
        let pairs = |text: &str| text.chars().take(200).zip(text.chars().skip(1)).collect();
        Self { pairs: pairs(path), last: pairs(last) }
    }

    /// From 0, nothing shared, to 1000, the same.
    fn likeness(&self, other: &Self) -> u32 {
        let share = |left: &HashSet<_>, right: &HashSet<_>| {
            let shared = left.intersection(right).count() * 2000;
            u32::try_from(shared / (left.len() + right.len()).max(1)).unwrap_or(0)
        };
        u32::midpoint(share(&self.pairs, &other.pairs), share(&self.last, &other.last))
    }
}
