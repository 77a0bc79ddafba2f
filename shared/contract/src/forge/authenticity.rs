//! Whether a webhook was sent by someone who knows the secret.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Whether a delivery proves that its sender knows one of the secrets, in one of the ways of the forges:
/// `X-Hub-Signature-256` (GitHub, Gitea, Forgejo), `X-Gitea-Signature`, `X-Gitlab-Token`, or `Authorization: Bearer`.
///
/// `header` looks up a header by its name in lower case. A signature is over the body as it came. Several secrets may
/// be valid at once, for rotation; an empty one never is. How long it takes tells nothing of a secret but its length.
pub fn is_authentic<'a>(
    header: impl Fn(&str) -> Option<&'a str>,
    body: &[u8],
    secrets: impl IntoIterator<Item = &'a str>,
) -> bool {
    let signature = header("x-hub-signature-256").and_then(|value| value.strip_prefix("sha256="));
    let signature = signature.or_else(|| header("x-gitea-signature")).and_then(digest);
    let bearer = header("authorization").and_then(|value| value.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let token = header("x-gitlab-token").or(bearer);
    let knows = |secret: &str| {
        let signed = signature.is_some_and(|digest| hmac(secret.as_bytes(), body).verify_slice(&digest).is_ok());
        signed | token.is_some_and(|token| is_same(token, secret))
    };
    secrets.into_iter().filter(|secret| !secret.is_empty()).fold(false, |known, secret| knows(secret) | known)
}

fn hmac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("a key of any length").chain_update(message)
}

/// Compares through digests, so that no time depends on where two texts differ.
fn is_same(one: &str, other: &str) -> bool {
    let digest = hmac(b"token", one.as_bytes()).finalize().into_bytes();
    hmac(b"token", other.as_bytes()).verify(&digest).is_ok()
}

/// The 32 bytes that 64 hexadecimal digits tell.
fn digest(digits: &str) -> Option<[u8; 32]> {
    let digits = <&[u8; 64]>::try_from(digits.as_bytes()).ok()?;
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From GitHub's documentation: body, secret and the signature that they make.
    const BODY: &[u8] = b"Hello, World!";
    const SECRET: &str = "It's a Secret to Everybody";
    const SIGNATURE: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn sent(name: &str, value: &str) -> bool {
        is_authentic(|asked| (asked == name).then_some(value), BODY, ["older", SECRET])
    }

    #[test]
    fn every_forge_is_known_by_its_own_proof() {
        let prefixed = format!("sha256={SIGNATURE}");
        assert!(sent("x-hub-signature-256", &prefixed));
        assert!(sent("x-gitea-signature", SIGNATURE));
        assert!(sent("x-gitlab-token", SECRET) && sent("x-gitlab-token", "older"));
        assert!(sent("authorization", &format!("bearer {SECRET}")));
    }

    #[test]
    fn nothing_else_is_a_proof() {
        let other = SIGNATURE.replace('7', "8");
        for (name, value) in [
            ("x-hub-signature-256", SIGNATURE.to_owned()),
            ("x-hub-signature-256", format!("sha256={other}")),
            ("x-hub-signature-256", format!("sha256={}", &SIGNATURE[..62])),
            ("x-hub-signature", format!("sha256={SIGNATURE}")),
            ("x-gitlab-token", SIGNATURE.to_owned()),
            ("x-gitlab-token", String::new()),
            ("authorization", format!("Basic {SECRET}")),
            ("authorization", SECRET.to_owned()),
        ] {
            assert!(!sent(name, &value), "{name}: {value}");
        }
    }

    #[test]
    fn an_empty_secret_lets_nobody_in() {
        assert!(!is_authentic(|_| Some(""), b"", [""]));
        let signed_with_nothing = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
        assert!(!is_authentic(|name| (name == "x-gitea-signature").then_some(signed_with_nothing), b"", [""]));
        assert!(!is_authentic(|_| Some("anything"), b"", []));
    }

    proptest! {
        #[test]
        fn whatever_a_header_holds_it_proves_nothing_by_accident(value in ".{0,80}", body: Vec<u8>) {
            prop_assert!(!is_authentic(|_| Some(&value), &body, ["the secret"]));
        }

        #[test]
        fn hexadecimal_digits_come_back(bytes: [u8; 32]) {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(digest(&digits), Some(bytes));
        }
    }
}
