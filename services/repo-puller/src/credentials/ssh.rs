//! The ssh command that git is to use: which keys, and which hosts are known.

/// The value of `GIT_SSH_COMMAND`. `given` is the one that is set already and goes on from there; `known_hosts` is the
/// file of known hosts, or none to trust any host. Nobody is there to answer a question, so that ssh asks none.
pub(crate) fn command(given: Option<&str>, keys: &[String], known_hosts: Option<&str>) -> String {
    let mut command = given.filter(|given| !given.is_empty()).unwrap_or("ssh").to_owned();
    for key in keys {
        command += &format!(" -i {}", quoted(key));
    }
    command += " -o BatchMode=yes";
    match known_hosts {
        Some(file) => command += &format!(" -o StrictHostKeyChecking=yes -o UserKnownHostsFile={}", quoted(file)),
        None => command += " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
    }
    command
}

/// Text as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+:@%,=".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_and_hosts_are_appended_to_what_is_there() {
        let keys = ["/a/ssh".to_owned(), "/b c/it's".to_owned()];
        assert_eq!(
            command(None, &keys, Some("/k")),
            r"ssh -i /a/ssh -i '/b c/it'\''s' -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/k"
        );
        let lax = command(Some("ssh -v"), &[], None);
        assert_eq!(lax, "ssh -v -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_shell_reads_a_quoted_word_as_it_was(text in "[^\0]{0,40}") {
            let command = format!("printf %s {}", quoted(&text));
            let output = std::process::Command::new("sh").args(["-c", &command]).output().expect("a shell");
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), text);
        }
    }
}
