//! What a server says it can do.

use super::{
    Doubt,
    packets::{Packet, decode},
};

/// What matters here of a v2 server's capabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    /// The hash that names objects, where the server tells it.
    pub(super) object_format: Option<String>,
}

/// Reads the answer to `GET info/refs?service=git-upload-pack`.
pub(super) fn parse(bytes: &[u8]) -> Result<Capabilities, Doubt> {
    let mut packets = decode(bytes).peekable();
    // Some servers introduce the service first, as in the older protocol.
    if matches!(packets.peek(), Some(Ok(packet)) if packet.line() == Some("# service=git-upload-pack")) {
        packets.next();
        packets.next_if_eq(&Ok(Packet::Flush));
    }
    match packets.next() {
        Some(Ok(packet)) if packet.line() == Some("version 2") => {}
        Some(Ok(Packet::Data(_) | Packet::Flush)) => return Err(Doubt::OldProtocol),
        Some(Err(doubt)) => return Err(doubt),
        _ => return Err(Doubt::Garbled("it advertises nothing")),
    }
    let (mut capabilities, mut lists) = (Capabilities::default(), false);
    for packet in packets {
        let packet = packet?;
        match packet.line().map(|line| line.split_once('=').unwrap_or((line, ""))) {
            Some(("ls-refs", _)) => lists = true,
            Some(("object-format", format)) => capabilities.object_format = Some(format.to_owned()),
            _ if packet == Packet::Flush && lists => return Ok(capabilities),
            _ if packet == Packet::Flush => return Err(Doubt::OldProtocol),
            _ => {}
        }
    }
    Err(Doubt::Garbled("the advertisement is cut short"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::packets::encode, *};

    fn advertise(lines: &[&str]) -> String {
        lines.iter().map(|line| encode(line)).collect::<String>() + "0000"
    }

    #[test]
    fn a_server_of_v2_is_known_with_and_without_an_introduction() {
        let plain =
            advertise(&["version 2", "agent=git/2.47", "ls-refs=unborn", "fetch=shallow", "object-format=sha256"]);
        let introduced = advertise(&["# service=git-upload-pack"]) + &plain;
        for text in [&plain, &introduced] {
            let capabilities = parse(text.as_bytes()).expect("capabilities");
            assert_eq!(capabilities.object_format.as_deref(), Some("sha256"));
        }
        assert_eq!(parse(advertise(&["version 2", "ls-refs"]).as_bytes()), Ok(Capabilities::default()));
    }

    #[test]
    fn older_servers_and_broken_answers_are_told_apart() {
        let line = format!("{} HEAD\0multi_ack", "a".repeat(40));
        let old = advertise(&["# service=git-upload-pack"]) + &advertise(&[&line]);
        for text in [old, advertise(&["version 1"]), advertise(&["version 2", "fetch"])] {
            assert_eq!(parse(text.as_bytes()), Err(Doubt::OldProtocol), "{text}");
        }
        let whole = advertise(&["version 2", "ls-refs"]);
        for text in ["", "0001", "<html>", &whole[..whole.len() - 4], &whole[..whole.len() - 6]] {
            assert!(matches!(parse(text.as_bytes()), Err(Doubt::Garbled(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }

        #[test]
        fn any_lines_are_answered(lines in prop::collection::vec("(version 2|ls-refs|object-format=.*|.*)", 0..8)) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let _ = parse(advertise(&lines).as_bytes());
        }
    }
}
