//! Git's packet lines: four hexadecimal digits of length, these four included, and as many bytes.

use super::Doubt;

/// The end of a message.
pub(super) const FLUSH: &str = "0000";
/// The end of a message's first part.
pub(super) const DELIMITER: &str = "0001";

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    Data(&'a [u8]),
    Flush,
    Delimiter,
    End,
}

impl<'a> Packet<'a> {
    /// The line in a packet of data, without its line break; none for other packets and for what is no text.
    pub(super) fn line(self) -> Option<&'a str> {
        let Self::Data(bytes) = self else { return None };
        std::str::from_utf8(bytes).ok().map(|line| line.strip_suffix('\n').unwrap_or(line))
    }
}

/// A line as a packet. It has at most 65515 bytes: names of refs and capabilities are far from it.
pub(super) fn encode(line: &str) -> String {
    format!("{:04x}{line}\n", line.len() + 5)
}

/// The packets in a whole message, until its bytes end or make no sense.
pub(super) fn decode(bytes: &[u8]) -> impl Iterator<Item = Result<Packet<'_>, Doubt>> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest.take().filter(|bytes| !bytes.is_empty())?;
        let packet = split(bytes).ok_or(Doubt::Garbled("a packet is broken"));
        Some(packet.map(|(packet, after)| {
            rest = Some(after);
            packet
        }))
    })
}

fn split(bytes: &[u8]) -> Option<(Packet<'_>, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(4)?;
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    match usize::from_str_radix(digits, 16).ok()? {
        0 => Some((Packet::Flush, rest)),
        1 => Some((Packet::Delimiter, rest)),
        2 => Some((Packet::End, rest)),
        length => {
            let (data, rest) = rest.split_at_checked(length.checked_sub(4)?)?;
            Some((Packet::Data(data), rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn special_packets_and_broken_ones_are_told_apart() {
        let all = |text: &'static str| decode(text.as_bytes()).collect::<Result<Vec<_>, _>>();
        let expected = [Packet::Data(b"a\n"), Packet::Delimiter, Packet::Data(b""), Packet::Flush, Packet::End];
        assert_eq!(all("0006a\n0001000400000002"), Ok(expected.to_vec()));
        for broken in ["0", "0003", "0006a", "zzzz", "+005a", "00 5a", "ffff"] {
            assert!(all(broken).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn lines_come_back(lines in prop::collection::vec("[^\n]{0,200}", 0..20)) {
            let text: String = lines.iter().map(|line| encode(line)).collect();
            let back: Vec<_> = decode(text.as_bytes()).map(|packet| packet.expect("a packet").line().expect("a line")).collect();
            prop_assert_eq!(back, lines);
        }

        #[test]
        fn any_bytes_come_to_an_end(bytes: Vec<u8>) {
            prop_assert!(decode(&bytes).count() <= bytes.len() / 4 + 1);
        }
    }
}
