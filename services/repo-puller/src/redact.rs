//! Secrets never leave the process in a message: whatever git or a server says goes through here.

use std::sync::{Arc, PoisonError, RwLock};

const MASK: &str = "[redacted]";
/// A shorter secret would blank out half of every message.
const SHORTEST: usize = 3;
/// What ends the part of a URL that may hold a login.
const AUTHORITY_END: [char; 10] = ['/', '?', '#', '\'', '"', '<', '>', '\\', ' ', '\n'];

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

    /// The text without secrets, without what stands before the `@` of a URL, and without what `Authorization` and
    /// cookie headers hold.
    pub(crate) fn clean(&self, text: &str) -> String {
        let secrets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let text = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, MASK));
        without_userinfo(&without_headers(&text))
    }
}

/// Hides the login in every `scheme://login@host`: a user without a password may be a token. That ssh's user is `git`
/// is no secret.
fn without_userinfo(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        out.push_str(before);
        let authority = after.find(AUTHORITY_END).unwrap_or(after.len());
        rest = match after[..authority].rfind('@') {
            Some(at) if &after[..at] != "git" => {
                out.push_str(MASK);
                &after[at..]
            }
            _ => after,
        };
    }
    out.push_str(rest);
    out
}

/// Hides the rest of a line after the name of a header that holds a secret.
fn without_headers(text: &str) -> String {
    text.split_inclusive('\n').map(without_header).collect()
}

fn without_header(line: &str) -> String {
    let small = line.to_ascii_lowercase();
    let names = ["authorization:", "cookie:", "private-token:", "x-gitlab-token:"];
    let value = names.iter().filter_map(|name| small.find(name).map(|at| at + name.len())).min();
    match value {
        Some(value) => format!("{} {MASK}{}", &line[..value], if line.ends_with('\n') { "\n" } else { "" }),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_secrets_and_logins_in_urls_are_hidden() {
        let redactor = Redactor::default();
        redactor.hide("hunter2");
        redactor.hide("hunter2-and-more");
        assert_eq!(redactor.clean("with hunter2-and-more: no"), "with [redacted]: no");
        assert_eq!(redactor.clean("at 'https://me:x@h/p' no"), "at 'https://[redacted]@h/p' no");
        assert_eq!(redactor.clean("a://b:c@d:e@f/g h://i@j/k"), "a://[redacted]@f/g h://[redacted]@j/k");
        assert_eq!(redactor.clean("https://token@h and ssh://git@h/x"), "https://[redacted]@h and ssh://git@h/x");
    }

    #[test]
    fn headers_that_hold_secrets_are_hidden_to_the_end_of_their_line() {
        let clean = |text| Redactor::default().clean(text);
        assert_eq!(clean("> Authorization: Basic eDp5\r\n> Host: h\n"), "> Authorization: [redacted]\n> Host: h\n");
        assert_eq!(clean("=> Send header: set-cookie: a=b; c"), "=> Send header: set-cookie: [redacted]");
        assert_eq!(clean("PRIVATE-TOKEN: x"), "PRIVATE-TOKEN: [redacted]");
        assert_eq!(clean("no authorization here"), "no authorization here");
    }

    #[test]
    fn a_secret_of_two_letters_is_none() {
        let redactor = Redactor::default();
        redactor.hide("ab");
        assert_eq!(redactor.clean("about"), "about");
    }

    proptest! {
        #[test]
        fn a_known_secret_is_never_there(before in ".*", secret in "[^\\[\\]a-z]{3,20}", after in ".*") {
            let redactor = Redactor::default();
            redactor.hide(&secret);
            let text = [before, secret.clone(), after].concat();
            prop_assert!(!redactor.clean(&text).contains(&secret));
        }

        #[test]
        fn a_login_is_never_there(before in ".*", login in "X[A-Z0-9:@%]{3,20}X", after in "[^X]*") {
            let text = format!("{before}https://{login}@host/{after}");
            prop_assert!(!Redactor::default().clean(&text).contains(&login));
        }
    }
}
