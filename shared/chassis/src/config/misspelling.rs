//! Finds variables that were probably meant to be known ones.

use std::collections::BTreeSet;

use super::{Env, Field, Problem};

/// The set variables that are unknown and one or two slips of the finger away from a known one.
pub(super) fn suspects(env: &Env, fields: &[Field]) -> Vec<Problem> {
    let known: BTreeSet<String> = fields
        .iter()
        .flat_map(|field| [Some(field.variable.clone()), field.secret.then(|| format!("{}_FILE", field.variable))])
        .flatten()
        .collect();
    env.names()
        .filter(|name| !known.contains(*name))
        .filter_map(|name| {
            let meant = known.iter().find(|candidate| is_slip(name, candidate))?;
            Some(Problem { variable: name.to_owned(), reason: format!("is unknown: did you mean {meant}?") })
        })
        .collect()
}

/// Whether two long names differ by at most two edits. Short names are too alike by chance.
fn is_slip(name: &str, known: &str) -> bool {
    known.len() >= 6 && name.len().abs_diff(known.len()) <= 2 && distance(name, known) <= 2
}

/// The Levenshtein distance, in bytes: names of variables are ASCII.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("SITE_ROOT", "SITE_ROTO"), 2);
        assert_eq!(distance("DRAIN_SECONDS", "DRAIN_SECOND"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
