//! The repository's URL, as git writes them.

/// The URL without the user and password of http(s), and those apart.
pub(super) fn without_login(url: &str) -> (String, Option<(String, String)>) {
    let whole = || (url.to_owned(), None);
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https")) else {
        return whole();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some(at) = rest[..end].rfind('@') else { return whole() };
    let (user, password) = rest[..at].split_once(':').unwrap_or((&rest[..at], ""));
    (format!("{scheme}://{}", &rest[at + 1..]), Some((decoded(user), decoded(password))))
}

/// The last part of the path.
pub(super) fn last_part(url: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    path.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default().to_owned()
}

/// Text with its `%xx` taken for bytes.
fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_taken_out_of_http_and_nothing_else() {
        let login = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(without_login("https://a:b%40@h:1/x"), ("https://h:1/x".to_owned(), login("a", "b@")));
        assert_eq!(without_login("http://t@h"), ("http://h".to_owned(), login("t", "")));
        assert_eq!(without_login("https://a:b@c@h/x@y"), ("https://h/x@y".to_owned(), login("a", "b@c")));
        for url in ["https://h/a@b", "ssh://git@h/x", "git@h:x/y", "/a@b", "file:///a"] {
            assert_eq!(without_login(url), (url.to_owned(), None));
        }
        assert_eq!(without_login("https://%zz:%@h/").1, login("%zz", "%"));
    }

    #[test]
    fn the_last_part_names_the_link() {
        for (url, name) in [
            ("https://h/a/b", "b"),
            ("https://h/a/b.git/", "b.git"),
            ("git@h:a/b", "b"),
            ("git@h:b", "b"),
            ("file:///srv/c", "c"),
            ("https://h", ""),
        ] {
            assert_eq!(last_part(url), name, "{url}");
        }
    }
}
