//! A URL that knows the login: it answers lines `username=...` and `password=...`.

use std::time::Duration;

use chassis::config::Secret;
use client::outbound::{Outbound, Request};

use super::{Error, Login};

const FLAG: &str = "--askpass-url (GITSYNC_ASKPASS_URL)";

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Asks. Follows no redirect: a login comes from where it was said to come from.
pub(super) async fn ask(outbound: &Outbound, url: &str) -> Result<Login, Error> {
    let failed = |why: String| Error::new(FLAG, why);
    let request = Request::get(url).map_err(|error| failed(error.to_string()))?.timeout(PATIENCE).limit(64 << 10);
    let response = outbound.send(request).await.map_err(|error| failed(error.to_string()))?;
    match response.status().as_u16() {
        200 => {}
        status => return Err(failed(format!("the answer has status {status}"))),
    }
    let body = response.body().await.map_err(|error| failed(error.to_string()))?;
    login(&String::from_utf8_lossy(&body)).ok_or_else(|| failed("the answer has no username= and password=".to_owned()))
}

/// The last username and the last password in the lines of an answer.
fn login(text: &str) -> Option<Login> {
    let value = |name: &str| text.lines().filter_map(|line| line.split_once('=')).rfind(|(key, _)| *key == name);
    let ((_, username), (_, password)) = (value("username")?, value("password")?);
    Some(Login { username: username.to_owned(), password: Secret::new(password) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_that_are_neither_are_passed_over() {
        let read = login("hello\nusername=me\r\npassword=a=b\nquit=1\n").expect("a login");
        assert_eq!((read.username.as_str(), read.password.reveal()), ("me", "a=b"));
        for text in ["", "username=me", "password=x", "user=me\npass=x", " username=me\npassword=x"] {
            assert!(login(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "(?s).*") {
            let _ = login(&text);
        }
    }
}
