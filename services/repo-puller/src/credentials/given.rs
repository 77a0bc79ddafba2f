//! The JSON of `--credential`: an object or a list of them.

use std::path::PathBuf;

use chassis::config::Secret;
use serde_json::{Map, Value};

use super::{Login, scope::Scope, source::Source};

/// Reads one value of `--credential`.
///
/// # Errors
/// What is wrong, to be read after the flag's name. Values are not repeated.
pub(super) fn parse(text: &str) -> Result<Vec<(Scope, Source)>, String> {
    let value = serde_json::from_str(text).map_err(|error| {
        format!("is not JSON: there is a mistake in line {}, column {}", error.line(), error.column())
    })?;
    let list = match value {
        Value::Array(list) => list,
        object => vec![object],
    };
    list.into_iter()
        .map(|entry| if let Value::Object(fields) = entry { one(fields) } else { Err(SHAPE.to_owned()) })
        .collect()
}

const SHAPE: &str =
    "must be an object, or a list of objects, with the fields url, username and password or password-file";

fn one(mut fields: Map<String, Value>) -> Result<(Scope, Source), String> {
    let mut field = |name: &str| match fields.remove(name) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("must have text as its {name}")),
    };
    let [url, username, password, file] = ["url", "username", "password", "password-file"].map(&mut field);
    let (url, username, password, file) = (url?, username?, password?, file?);
    if let Some(name) = fields.keys().next() {
        return Err(format!("has a field that is unknown: {name}"));
    }
    if username.is_empty() {
        return Err("must have a username".to_owned());
    }
    let scope = Scope::of(&url).ok_or("must have an http or https URL without a login as its url")?;
    let source = match (password.is_empty(), file.is_empty()) {
        (false, true) => Source::Given(Login { username, password: Secret::new(password) }),
        (true, false) => {
            Source::File { username, path: PathBuf::from(file), flag: "--credential (GITSYNC_CREDENTIAL)" }
        }
        _ => return Err("must have either a password or a password-file".to_owned()),
    };
    Ok((scope, source))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_object_and_a_list_are_read() {
        let one = parse(r#"{"url":"https://h/a","username":"me","password":"s3cret"}"#).expect("a credential");
        assert_eq!(one[0].0.to_string(), "https://h/a");
        assert!(
            matches!(&one[0].1, Source::Given(login) if login.username == "me" && login.password.reveal() == "s3cret")
        );
        let two = r#"[{"url":"https://h","username":"a","password-file":"/p"},{"url":"http://i","username":"b","password":"c"}]"#;
        let two = parse(two).expect("two credentials");
        assert!(matches!(&two[0].1, Source::File { path, .. } if path.as_os_str() == "/p"));
        assert_eq!(two.len(), 2);
        assert!(parse("[]").expect("none").is_empty());
    }

    #[test]
    fn a_mistake_is_told_without_the_secret() {
        for (text, reason) in [
            ("s3cret", "line 1, column 1"),
            (r#""s3cret""#, "must be an object"),
            (r#"{"url":"https://h","username":"me"}"#, "either a password"),
            (r#"{"url":"https://h","username":"me","password":"s3cret","password-file":"/p"}"#, "either a password"),
            (r#"{"url":"https://h","username":"me","password":["s3cret"]}"#, "text as its password"),
            (r#"{"url":"https://h","password":"s3cret"}"#, "a username"),
            (r#"{"username":"me","password":"s3cret"}"#, "as its url"),
            (r#"{"url":"https://me:s3cret@h","username":"me","password":"s3cret"}"#, "as its url"),
            (r#"{"url":"https://h","username":"me","password":"s3cret","extra":"s3cret"}"#, "unknown: extra"),
            (r#"{"url":"https://h","username":"me","password":"s3cret" "#, "line 1"),
        ] {
            let told = parse(text).expect_err("a mistake");
            assert!(told.contains(reason) && !told.contains("s3cret"), "{text}: {told}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn any_fields_are_answered(url in "(https?://)?.{0,10}", username in ".{0,5}", password in "(s3cret.{0,5})?", extra: bool) {
            let mut json = serde_json::json!({"url": url, "username": username, "password": password});
            if extra {
                json["more"] = Value::Null;
            }
            match parse(&json.to_string()) {
                Ok(read) => prop_assert!(read.len() == 1 && !extra && !username.is_empty() && !password.is_empty()),
                Err(told) => prop_assert!(!told.contains("s3cret")),
            }
        }
    }
}
