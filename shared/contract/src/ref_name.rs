//! The name of a Git ref that is followed: a branch, a tag, or `HEAD`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Invalid;

/// The longest name, in bytes.
const LONGEST: usize = 255;

/// A ref's name, at most 255 bytes, without what Git forbids in one. `refs/heads/main` and `main` are the same name: the
/// prefix of branches is dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, max_length = 255, example = "main")]
pub struct RefName(String);

impl RefName {
    /// The name, without `refs/heads/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RefName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let name = text.strip_prefix("refs/heads/").unwrap_or(text);
        let forbidden = |letter: char| letter.is_ascii_control() || " ~^:?*[\\".contains(letter);
        let length = 1..=LONGEST;
        let good = length.contains(&name.len()) && !name.contains(forbidden) && name.split('/').all(is_component);
        if good { Ok(Self(name.to_owned())) } else { Err(Invalid("the name of a Git ref")) }
    }
}

/// Whether a part between slashes may be one.
fn is_component(part: &str) -> bool {
    let lock = part.len() >= 5
        && part.is_char_boundary(part.len() - 5)
        && part[part.len() - 5..].eq_ignore_ascii_case(".lock");
    !part.is_empty()
        && !part.starts_with(['.', '-'])
        && !part.ends_with('.')
        && !part.contains("..")
        && !part.contains("@{")
        && !lock
}

impl TryFrom<String> for RefName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<RefName> for String {
    fn from(name: RefName) -> Self {
        name.0
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_has_one_name() {
        let names = ["main", "refs/heads/main"].map(|text| text.parse::<RefName>().expect("a name"));
        assert_eq!(names[0], names[1]);
        assert_eq!("refs/tags/v1".parse::<RefName>().expect("a name").as_str(), "refs/tags/v1");
        assert_eq!("feature/größe".parse::<RefName>().expect("a name").as_str(), "feature/größe");
    }

    #[test]
    fn what_git_forbids_is_no_name() {
        for bad in
            ["", "refs/heads/", "a b", "a..b", "/a", "a/", "a//b", ".a", "a.", "-a", "a.lock", "a\nb", "a:b", "a@{1}"]
        {
            assert!(bad.parse::<RefName>().is_err(), "{bad:?}");
        }
        assert!("a".repeat(256).parse::<RefName>().is_err());
    }
}
