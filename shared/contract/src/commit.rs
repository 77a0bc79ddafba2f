//! A Git commit by its full id.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Invalid;

/// A commit's full id: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^([0-9a-f]{40}|[0-9a-f]{64})$", example = "2dd4b5ea0f8a6a0fd5f5c0f7ad6ea4f1ef4b2f55")]
pub struct Commit(String);

impl Commit {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Commit {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let full = matches!(text.len(), 40 | 64);
        if digits && full { Ok(Self(text)) } else { Err(Invalid("a commit: 40 or 64 lower-case hexadecimal digits")) }
    }
}

impl FromStr for Commit {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::try_from(text.to_owned())
    }
}

impl From<Commit> for String {
    fn from(commit: Commit) -> Self {
        commit.0
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_full_and_lower_case() {
        for good in ["a".repeat(40), "0123456789abcdef".repeat(4)] {
            assert_eq!(good.parse::<Commit>().expect("a commit").as_str(), good);
        }
        for bad in [String::new(), "a".repeat(39), "a".repeat(41), "A".repeat(40), "g".repeat(40), "é".repeat(20)] {
            assert!(bad.parse::<Commit>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mistake_is_told_without_the_text() {
        let error = serde_json::from_str::<Commit>(r#""s3cret""#).expect_err("not a commit").to_string();
        assert!(error.contains("hexadecimal") && !error.contains("s3cret"), "{error}");
    }
}
