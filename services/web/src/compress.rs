//! Compression, once per body, and the choice of an encoding per request.

use std::io::Write as _;

use axum::http::{HeaderMap, header::ACCEPT_ENCODING};
use bytes::Bytes;

/// Shorter bodies are not worth it: they fit into one packet anyway.
const WORTH_BYTES: usize = 1000;
/// Brotli's quality: above it a page takes many times longer for a percent or two.
const BROTLI_QUALITY: u32 = 5;

/// A body in every encoding that is smaller than none.
#[derive(Clone, Debug)]
pub(crate) struct Variants {
    /// As it is.
    pub identity: Bytes,
    /// With gzip.
    pub gzip: Option<Bytes>,
    /// With brotli.
    pub brotli: Option<Bytes>,
}

impl Variants {
    /// How much memory it takes, in bytes.
    pub(crate) fn weight(&self) -> usize {
        self.identity.len() + self.gzip.as_ref().map_or(0, Bytes::len) + self.brotli.as_ref().map_or(0, Bytes::len)
    }

    /// The body for a client that accepts `accepted`, and its encoding's name.
    pub(crate) fn choose(&self, accepted: Accepted) -> (&Bytes, Option<&'static str>) {
        match (accepted, &self.brotli, &self.gzip) {
            (Accepted { brotli: true, .. }, Some(brotli), _) => (brotli, Some("br")),
            (Accepted { gzip: true, .. }, _, Some(gzip)) => (gzip, Some("gzip")),
            _ => (&self.identity, None),
        }
    }
}

/// Compresses `identity`. Uses the processor: not for a runtime's thread.
pub(crate) fn all(identity: Bytes) -> Variants {
    let is_worth = identity.len() >= WORTH_BYTES;
    let smaller = |bytes: Vec<u8>| (bytes.len() < identity.len()).then(|| Bytes::from(bytes));
    let gzip = is_worth.then(|| gzip(&identity)).and_then(smaller);
    let brotli = is_worth.then(|| brotli(&identity)).and_then(smaller);
    Variants { identity, gzip, brotli }
}

// Writing to a Vec cannot fail; an empty result would be larger than nothing and so never chosen.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 3), flate2::Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_else(|_| bytes.to_vec())
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::with_capacity(bytes.len() / 3);
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, BROTLI_QUALITY, 20);
    let written = writer.write_all(bytes);
    drop(writer);
    if written.is_ok() { compressed } else { bytes.to_vec() }
}

/// Which encodings a client takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    brotli: bool,
    gzip: bool,
}

impl Accepted {
    /// What `Accept-Encoding` says. An encoding with `q=0` is refused, also when `*` would take it.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let named = |coding: &str| {
            quality(headers, coding).or_else(|| quality(headers, "*")).is_some_and(|quality| quality > 0.0)
        };
        if headers.contains_key(ACCEPT_ENCODING) {
            Self { brotli: named("br"), gzip: named("gzip") }
        } else {
            Self::default()
        }
    }
}

/// The weight that the client gives a coding, if it names it.
fn quality(headers: &HeaderMap, coding: &str) -> Option<f32> {
    let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).find_map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts.next().filter(|name| name.eq_ignore_ascii_case(coding))?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some(weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &str) -> Accepted {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, value.parse().expect("a header"));
        Accepted::of(&headers)
    }

    #[test]
    fn weights_and_wildcards_are_understood() {
        let (both, none) = (Accepted { brotli: true, gzip: true }, Accepted::default());
        assert_eq!(accepted("gzip, deflate, br"), both);
        assert_eq!(accepted("gzip;q=0.5, br;q=0"), Accepted { brotli: false, gzip: true });
        assert_eq!(accepted("*"), both);
        assert_eq!(accepted("*;q=0"), none);
        assert_eq!(accepted("br;q=0, *"), Accepted { brotli: false, gzip: true });
        assert_eq!(accepted("identity"), none);
        assert_eq!(Accepted::of(&HeaderMap::new()), none);
    }

    #[test]
    fn what_is_compressed_is_smaller_and_what_is_short_is_left_alone() {
        let long = all(Bytes::from("text ".repeat(1000)));
        assert!(long.gzip.as_ref().is_some_and(|gzip| gzip.len() < 5000) && long.brotli.is_some());
        assert!(all(Bytes::from_static(b"short")).gzip.is_none());
        assert_eq!(long.choose(accepted("br, gzip")).1, Some("br"));
        assert_eq!(long.choose(accepted("gzip")).1, Some("gzip"));
        assert_eq!(long.choose(accepted("identity")).1, None);
    }
}
