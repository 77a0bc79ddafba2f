//! Secrets never leave the process in a message: whatever git or a server says goes through here.

use std::sync::{Arc, PoisonError, RwLock};

const MASK: &str = "[redacted]";
/// A shorter secret would blank out half of every message.
const SHORTEST: usize = 3;

/// The secrets that are known. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Arc<RwLock<Vec<String>>>);

impl Redactor {
    /// One more secret to hide.
    pub(crate) fn hide(&self, secret: &str) {
        let mut secrets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if secret.len() >= SHORTEST && !secrets.iter().any(|known| known == secret) {
            secrets.push(secret.to_owned());
            // The longest first, so that a secret that contains another is hidden whole.
            secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    /// The text without secrets, and without what stands before the `@` of a URL.
    pub(crate) fn clean(&self, text: &str) -> String {
        let secrets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let text = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, MASK));
        without_userinfo(&text)
    }
}

/// Hides `user:password` in every `scheme://user:password@host`.
fn without_userinfo(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        out.push_str(before);
        let authority = after.find(['/', '?', '#', ' ', '\'', '"', '\n']).unwrap_or(after.len());
        rest = match after[..authority].rfind('@') {
            Some(at) if after[..at].contains(':') => {
                out.push_str(MASK);
                &after[at..]
            }
            _ => after,
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_secrets_and_passwords_in_urls_are_hidden() {
        let redactor = Redactor::default();
        redactor.hide("hunter2");
        redactor.hide("hunter2-and-more");
        assert_eq!(redactor.clean("with hunter2-and-more: no"), "with [redacted]: no");
        assert_eq!(redactor.clean("at 'https://me:x@h/p' no"), "at 'https://[redacted]@h/p' no");
        assert_eq!(redactor.clean("a://b:c@d:e@f/g h://i@j/k"), "a://[redacted]@f/g h://i@j/k");
    }

    #[test]
    fn a_secret_of_two_letters_is_none() {
        let redactor = Redactor::default();
        redactor.hide("ab");
        assert_eq!(redactor.clean("about"), "about");
    }
}
