//! The question which refs there are, and its answer, resolved as git resolves names.

use std::collections::HashMap;

use contract::Commit;

use super::{
    Doubt,
    advertisement::Capabilities,
    packets::{DELIMITER, FLUSH, Packet, decode, encode},
};

/// Where git looks for a name, in this order.
fn places(name: &str) -> [String; 6] {
    [
        name.to_owned(),
        format!("refs/{name}"),
        format!("refs/tags/{name}"),
        format!("refs/heads/{name}"),
        format!("refs/remotes/{name}"),
        format!("refs/remotes/{name}/HEAD"),
    ]
}

/// The request for the refs that these names may mean, annotated tags with what is behind them.
pub(super) fn question(names: &[&str], capabilities: &Capabilities) -> String {
    let mut body = encode("command=ls-refs");
    if let Some(format) = &capabilities.object_format {
        body += &encode(&format!("object-format={format}"));
    }
    body += DELIMITER;
    body += &encode("peel");
    for place in names.iter().flat_map(|name| places(name)) {
        body += &encode(&format!("ref-prefix {place}"));
    }
    body + FLUSH
}

/// Reads the answer, and finds what each name means.
pub(super) fn answer(bytes: &[u8], names: &[&str]) -> Result<Vec<Option<Commit>>, Doubt> {
    let mut refs = HashMap::new();
    let mut packets = decode(bytes);
    loop {
        match packets.next().ok_or(Doubt::Garbled("the list of refs is cut short"))?? {
            Packet::Flush => break,
            packet => {
                let line = packet.line().ok_or(Doubt::Garbled("a ref is no line"))?;
                if let Some((name, commit)) = read(line)? {
                    refs.insert(name, commit);
                }
            }
        }
    }
    if packets.next().is_some() {
        return Err(Doubt::Garbled("something follows the list of refs"));
    }
    Ok(names.iter().map(|name| places(name).iter().find_map(|place| refs.get(place.as_str()).cloned())).collect())
}

/// A ref's name and the commit it leads to; none for a `HEAD` that leads nowhere yet.
fn read(line: &str) -> Result<Option<(&str, Commit)>, Doubt> {
    let mut words = line.split(' ');
    let (Some(id), Some(name)) = (words.next(), words.next()) else { return Err(Doubt::Garbled("a ref has no name")) };
    if id == "unborn" {
        return Ok(None);
    }
    let peeled = words.find_map(|word| word.strip_prefix("peeled:"));
    let commit = peeled.unwrap_or(id).parse().map_err(|_| Doubt::Garbled("a ref has no id"))?;
    Ok(Some((name, commit)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(digit: &str) -> String {
        digit.repeat(40)
    }

    fn found(lines: &[String], name: &str) -> Option<String> {
        let text: String = lines.iter().map(|line| encode(line)).collect();
        answer((text + FLUSH).as_bytes(), &[name]).expect("an answer").remove(0).map(String::from)
    }

    #[test]
    fn a_name_means_what_it_means_to_git() {
        let lines = [
            format!("{} HEAD symref-target:refs/heads/main", id("1")),
            format!("{} refs/heads/main", id("1")),
            format!("{} refs/heads/deep/main", id("2")),
            format!("{} refs/heads/v1", id("2")),
            format!("{} refs/tags/v1 peeled:{}", id("3"), id("4")),
            "unborn refs/heads/empty".to_owned(),
        ];
        let expected = [
            ("HEAD", "1"),
            ("main", "1"),
            ("heads/main", "1"),
            ("refs/heads/main", "1"),
            ("deep/main", "2"),
            ("v1", "4"),
            ("refs/heads/v1", "2"),
            ("tags/v1", "4"),
        ];
        for (name, digit) in expected {
            assert_eq!(found(&lines, name), Some(id(digit)), "{name}");
        }
        assert_eq!(found(&lines, "v"), None);
        assert_eq!(found(&lines, "empty"), None);
        assert_eq!(found(&[], "HEAD"), None);
    }

    #[test]
    fn a_list_that_is_not_whole_tells_nothing() {
        let line = encode(&format!("{} refs/heads/main", id("1")));
        let cut = &line[..line.len() - 10];
        let short = encode("abc refs/heads/main") + FLUSH;
        for text in
            ["", &line, cut, &(line.clone() + "0001" + FLUSH), &(line.clone() + FLUSH + &line), &short, "<html>"]
        {
            assert!(matches!(answer(text.as_bytes(), &["main"]), Err(Doubt::Garbled(_))), "{text}");
        }
        assert!(answer((encode("ERR no") + FLUSH).as_bytes(), &["main"]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = answer(&bytes, &["main"]);
        }

        #[test]
        fn a_listed_branch_is_found(name in "[a-z/.-]{1,30}", digits in "[0-9a-f]{40}") {
            let text = encode(&format!("{digits} refs/heads/{name}")) + FLUSH;
            let found = answer(text.as_bytes(), &[&name]).expect("an answer").remove(0);
            prop_assert_eq!(found.map(String::from), Some(digits));
        }

        #[test]
        fn any_lines_are_answered(lines in prop::collection::vec("[0-9a-f]{38,41} .{0,20}( peeled:.*)?", 0..6)) {
            let text: String = lines.iter().map(|line| encode(line)).collect();
            let _ = answer((text + FLUSH).as_bytes(), &["main"]);
        }
    }
}
