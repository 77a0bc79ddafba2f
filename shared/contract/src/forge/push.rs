//! What a webhook's body says was pushed.

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde::Deserialize;

use crate::{Invalid, events::Push};

/// What the forges' bodies have in common, and the two fields that tell the commit behind an annotated tag.
#[derive(Deserialize)]
struct Body {
    r#ref: Option<String>,
    after: Option<String>,
    checkout_sha: Option<String>,
    head_commit: Option<HeadCommit>,
}

#[derive(Deserialize)]
struct HeadCommit {
    id: Option<String>,
}

/// The push that a webhook's body tells; none where it tells of something else, such as a ping.
///
/// The body is JSON, or the form that GitHub can send instead (`payload=`).
///
/// # Errors
/// [`Invalid`] for what is neither, and for a push whose ref or commit is none.
pub fn push(body: &[u8]) -> Result<Option<Push>, Invalid> {
    let body: Body = serde_json::from_slice(&json(body)).map_err(|_| Invalid("a webhook's body, as JSON or a form"))?;
    let (Some(name), Some(after)) = (body.r#ref, body.after) else { return Ok(None) };
    let deleted = !after.is_empty() && after.bytes().all(|digit| digit == b'0');
    let commit = body.checkout_sha.or_else(|| body.head_commit?.id).unwrap_or(after);
    let commit = if deleted { None } else { Some(commit.parse()?) };
    Ok(Some(Push { ref_name: name.parse()?, commit }))
}

/// The JSON within a form, or the body itself.
fn json(body: &[u8]) -> Cow<'_, [u8]> {
    let Some(payload) = body.strip_prefix(b"payload=") else { return Cow::Borrowed(body) };
    let payload = payload.split(|&byte| byte == b'&').next().unwrap_or_default();
    let spaced: Vec<u8> = payload.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    Cow::Owned(percent_decode(&spaced).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn told(body: &serde_json::Value) -> Option<(String, Option<String>)> {
        let push = push(body.to_string().as_bytes()).expect("a webhook")?;
        Some((push.ref_name.to_string(), push.commit.map(String::from)))
    }

    #[test]
    fn every_forge_is_understood() {
        let (tag, commit, zero) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let pushed = |name: &str| Some((name.to_owned(), Some(commit.clone())));
        // GitHub and Gitea: a branch, and an annotated tag, where `after` is the tag and not the commit.
        assert_eq!(told(&json!({"ref": "refs/heads/main", "after": commit, "deleted": false})), pushed("main"));
        let annotated = json!({"ref": "refs/tags/v1", "after": tag, "head_commit": {"id": commit, "message": "x"}});
        assert_eq!(told(&annotated), pushed("refs/tags/v1"));
        // GitLab: the same.
        let gitlab = json!({"object_kind": "tag_push", "ref": "refs/tags/v1", "after": tag, "checkout_sha": commit});
        assert_eq!(told(&gitlab), pushed("refs/tags/v1"));
        // A branch is deleted.
        let deleted = json!({"ref": "refs/heads/old", "after": zero, "checkout_sha": null, "head_commit": null});
        assert_eq!(told(&deleted), Some(("old".to_owned(), None)));
    }

    #[test]
    fn what_is_no_push_is_passed_over() {
        assert_eq!(told(&json!({"zen": "Design for failure.", "hook_id": 1})), None);
        assert_eq!(told(&json!({"ref": "v1", "ref_type": "tag"})), None);
        assert_eq!(told(&json!({"action": "synchronize", "before": "a", "after": "b"})), None);
    }

    #[test]
    fn a_form_holds_the_same() {
        let form = format!(
            "payload=%7B%22ref%22%3A+%22refs%2Fheads%2Fa%2Bb%22%2C%22after%22%3A%22{}%22%7D&x=1",
            "c".repeat(40)
        );
        let push = push(form.as_bytes()).expect("a webhook").expect("a push");
        assert_eq!(push.ref_name.as_str(), "a+b");
    }

    #[test]
    fn a_wrong_body_is_an_error_that_does_not_repeat_it() {
        let commit = "a".repeat(40);
        let bodies = [
            "s3cret".to_owned(),
            "[]".to_owned(),
            format!(r#"{{"ref":"s3cret..","after":"{commit}"}}"#),
            r#"{"ref":"refs/heads/main","after":"s3cret"}"#.to_owned(),
            r#"{"ref":"refs/heads/main","after":""}"#.to_owned(),
        ];
        for body in bodies {
            let error = push(body.as_bytes()).expect_err("an error").to_string();
            assert!(!error.contains("s3cret"), "{body}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = push(&bytes);
        }

        #[test]
        fn any_ref_and_commit_are_answered(name in ".*", after in "[0a]{0,65}", form: bool) {
            let body = json!({"ref": name, "after": after}).to_string();
            let encoded = percent_encoding::utf8_percent_encode(&body, percent_encoding::NON_ALPHANUMERIC);
            let body = if form { format!("payload={encoded}") } else { body };
            if let Ok(told) = push(body.as_bytes()) {
                let told = told.expect("a push");
                prop_assert_eq!(name.strip_prefix("refs/heads/").unwrap_or(&name), told.ref_name.as_str());
                prop_assert!(told.commit.is_none_or(|commit| commit.as_str() == after));
            }
        }
    }
}
