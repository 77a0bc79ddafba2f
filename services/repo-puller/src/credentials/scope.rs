//! What a login is for: everything under a URL.

use std::fmt;

/// A web server, and a path on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    origin: String,
    path: String,
}

impl Scope {
    /// The scope of an http(s) URL without a login, or of a `file` URL, for which git asks too; none for other text. Host and scheme are in small letters, as they
    /// mean the same in any.
    pub(super) fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (host, path) =
            rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
        let scheme = scheme.to_ascii_lowercase();
        let web = matches!(scheme.as_str(), "http" | "https") && !host.is_empty() && !host.contains('@');
        let good = web || (scheme == "file" && host.is_empty());
        let clean = !url.contains(|letter: char| letter.is_ascii_control() || letter == ' ');
        let origin = format!("{scheme}://{}", host.to_ascii_lowercase());
        (good && clean).then(|| Self { origin, path: path.trim_end_matches('/').to_owned() })
    }

    /// Scheme, host and port: `https://host`.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The path, with its first slash and without a last one.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is all of the server.
    pub(super) fn is_whole(&self) -> bool {
        self.path.is_empty()
    }

    /// Whether `other` lies within.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let under =
            other.path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.origin == other.origin && under
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.origin, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_covers_what_is_under_it_and_nothing_beside_it() {
        let scope = |url| Scope::of(url).expect("a scope");
        let covers = |one, other| scope(one).covers(&scope(other));
        assert!(covers("https://Host/a", "HTTPS://host/a/b.git") && covers("https://host", "https://host/x"));
        assert!(covers("https://host/a/", "https://host/a"));
        for other in ["https://host/ab", "https://host", "http://host/a", "https://host:1/a", "https://host.evil/a"] {
            assert!(!covers("https://host/a", other), "{other}");
        }
    }

    #[test]
    fn a_local_repository_has_one_too() {
        let scope = Scope::of("file:///srv/a").expect("a scope");
        assert_eq!((scope.origin(), scope.to_string().as_str()), ("file://", "file:///srv/a"));
    }

    #[test]
    fn only_plain_web_addresses_have_one() {
        for url in [
            "",
            "host",
            "ssh://host/x",
            "https://",
            "https://me@host/x",
            "https://host/\nx",
            "git@host:x",
            "https:///x",
        ] {
            assert_eq!(Scope::of(url), None, "{url:?}");
        }
    }
}
