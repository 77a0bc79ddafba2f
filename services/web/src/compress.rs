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
        let brotli = self.brotli.as_ref().map(|bytes| (accepted.brotli, bytes, Some("br")));
        let gzip = self.gzip.as_ref().map(|bytes| (accepted.gzip, bytes, Some("gzip")));
        let mut best = (accepted.identity.max(f32::MIN_POSITIVE), &self.identity, None);
        for encoded in [gzip, brotli].into_iter().flatten() {
            // Of two that are wanted alike, the smaller one.
            if encoded.0 >= best.0 {
                best = encoded;
            }
        }
        (best.1, best.2)
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

/// How much a client wants each encoding, from 0, not at all, to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Accepted {
    brotli: f32,
    gzip: f32,
    identity: f32,
}

impl Accepted {
    /// What `Accept-Encoding` says. An encoding with `q=0` is refused, also when `*` would take it. The body as it is
    /// is wanted less than any other, unless it is named.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let named = |coding: &str| quality(headers, coding).or_else(|| quality(headers, "*")).unwrap_or(0.0);
        let identity = quality(headers, "identity").unwrap_or(0.0);
        if headers.contains_key(ACCEPT_ENCODING) {
            Self { brotli: named("br"), gzip: named("gzip"), identity }
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
    fn the_encoding_that_is_wanted_most_is_chosen() {
        let body = all(Bytes::from("text ".repeat(1000)));
        let cases = [
            ("gzip, deflate, br", Some("br")),
            ("gzip;q=0.5, br;q=0", Some("gzip")),
            ("br;q=0.1, gzip;q=1", Some("gzip")),
            ("*", Some("br")),
            ("*;q=0", None),
            ("br;q=0, *", Some("gzip")),
            ("identity;q=1, br;q=0.5", None),
            ("identity;q=0.5, br;q=0.8", Some("br")),
            ("identity", None),
        ];
        for (given, chosen) in cases {
            assert_eq!(body.choose(accepted(given)).1, chosen, "{given}");
        }
        assert_eq!(body.choose(Accepted::of(&HeaderMap::new())).1, None);
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
