//! The little language of `--git-config` and `--git-config-add`: `key:value,key:value`, quoted as needed.
//!
//! In double quotes a key or a value may hold anything; `\"` and `\\` are a quote and a backslash, `\n` and `\t` a line
//! break and a tab, `\,` a comma. A value without quotes ends before a comma and may escape likewise; a key without
//! quotes ends before a colon and is taken as it is. Nothing is trimmed.

use std::{iter::Peekable, str::Chars};

type Letters<'a> = Peekable<Chars<'a>>;

/// Reads settings of git in their order.
///
/// # Errors
/// What is wrong, to be read after the flag's name. Values are not repeated: they may be secrets.
pub(crate) fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut letters = text.chars().peekable();
    let mut settings = Vec::new();
    while letters.peek().is_some() {
        let key = key(&mut letters)?;
        let value = value(&mut letters).map_err(|reason| format!("{reason} for the key {key}"))?;
        settings.push((key, value));
    }
    Ok(settings)
}

fn key(letters: &mut Letters<'_>) -> Result<String, String> {
    let key = if letters.next_if_eq(&'"').is_some() {
        quoted(letters)?
    } else {
        std::iter::from_fn(|| letters.next_if(|&letter| letter != ':')).collect()
    };
    if letters.next() != Some(':') {
        return Err("has a key that no colon follows".to_owned());
    }
    if is_key(&key) { Ok(key) } else { Err("has a key that is not of git's form section.name".to_owned()) }
}

fn value(letters: &mut Letters<'_>) -> Result<String, String> {
    let value = if letters.next_if_eq(&'"').is_some() {
        quoted(letters)?
    } else {
        let mut value = String::new();
        while let Some(letter) = letters.next_if(|&letter| letter != ',') {
            value.push(if letter == '\\' { escaped(letters)? } else { letter });
        }
        if value.is_empty() {
            return Err("has no value".to_owned());
        }
        value
    };
    match letters.next() {
        None | Some(',') => Ok(value),
        Some(_) => Err("has something after the closing quote".to_owned()),
    }
}

/// What is between two quotes, after the first.
fn quoted(letters: &mut Letters<'_>) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match letters.next() {
            Some('"') => return Ok(text),
            Some('\\') => text.push(escaped(letters)?),
            Some(letter) => text.push(letter),
            None => return Err("has no closing quote".to_owned()),
        }
    }
}

/// The letter that is meant after a backslash.
fn escaped(letters: &mut Letters<'_>) -> Result<char, String> {
    match letters.next() {
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some(letter @ ('"' | ',' | '\\')) => Ok(letter),
        _ => Err("has a backslash before something else than n, t, a comma, a quote or a backslash".to_owned()),
    }
}

/// Whether git takes it for a key: `section.name`, or `section.anything.name`.
fn is_key(key: &str) -> bool {
    let Some(((section, _), (_, name))) = key.split_once('.').zip(key.rsplit_once('.')) else { return false };
    let plain = |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let begins = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    !section.is_empty() && plain(section) && plain(name) && begins && !key.contains(['\n', '\0'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_and_values_may_be_quoted_or_not() {
        for (text, expected) in [
            ("", &[][..]),
            ("a.b:c", &[("a.b", "c")]),
            (r#""a.b":"c""#, &[("a.b", "c")]),
            ("a.b:c,d.e:f,", &[("a.b", "c"), ("d.e", "f")]),
            (
                "http.postBuffer:10485760,sect.k1:\"a val\",sect.k2:another val",
                &[("http.postBuffer", "10485760"), ("sect.k1", "a val"), ("sect.k2", "another val")],
            ),
            (r#"a.b: c ,d.e:" f ""#, &[("a.b", " c "), ("d.e", " f ")]),
            (r#""url.https://h:1/,x.insteadOf":git@h:"#, &[("url.https://h:1/,x.insteadOf", "git@h:")]),
            (r#"a.b:\n\t\"\,\\,d.e:"\n\t\"\,\\,:""#, &[("a.b", "\n\t\",\\"), ("d.e", "\n\t\",\\,:")]),
            (r#"a.b:"""#, &[("a.b", "")]),
        ] {
            let read = parse(text).expect(text);
            let read: Vec<_> = read.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn a_mistake_is_told_without_the_value() {
        for text in [
            "abc",
            "a.b",
            "a.b:",
            "a.b:,c.d:e",
            "a:s3cret",
            ".b:s3cret",
            "a.:s3cret",
            "a.1b:s3cret",
            "a_.b:s3cret",
            r"a.b:s3cret\x",
            r"a.b:s3cret\",
            r#"a.b:"s3cret\x""#,
            r#"a.b:"s3cret"#,
            r#"a.b:"s3cret"x"#,
            r#""a.b"x:s3cret"#,
            r#""a.b"#,
            r#""a.b:s3cret"#,
            "a.b:s3cret,x",
            "\"a.\nx.b\":s3cret",
        ] {
            let told = parse(text).expect_err(text);
            assert!(!told.contains("s3cret"), "{text}: {told}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_quoted_comes_back(settings in prop::collection::vec(("[a-z]{1,5}(\\.[^\n\0]{0,8})?\\.[a-z]{1,5}", "[^\0]{0,12}"), 0..5)) {
            let escape = |text: &str| {
                let text = text.replace('\\', r"\\").replace('"', r#"\""#);
                format!("\"{}\"", text.replace('\n', r"\n").replace('\t', r"\t"))
            };
            let text: Vec<_> = settings.iter().map(|(key, value)| format!("{}:{}", escape(key), escape(value))).collect();
            prop_assert_eq!(parse(&text.join(",")), Ok(settings));
        }
    }
}
