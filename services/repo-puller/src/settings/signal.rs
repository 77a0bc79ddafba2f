//! Signals by name or number.

use crate::flags::parse_int;

/// The signals that a process may be asked to listen to.
const NAMES: [(&str, i32); 10] = [
    ("HUP", signal_hook::consts::SIGHUP),
    ("USR1", signal_hook::consts::SIGUSR1),
    ("USR2", signal_hook::consts::SIGUSR2),
    ("WINCH", signal_hook::consts::SIGWINCH),
    ("CONT", signal_hook::consts::SIGCONT),
    ("URG", signal_hook::consts::SIGURG),
    ("QUIT", signal_hook::consts::SIGQUIT),
    ("ALRM", signal_hook::consts::SIGALRM),
    ("PIPE", signal_hook::consts::SIGPIPE),
    ("IO", signal_hook::consts::SIGIO),
];

/// The number of a signal that is written `SIGHUP`, `HUP` or `1`.
pub(super) fn parse(text: &str) -> Option<i32> {
    let name = text.strip_prefix("SIG").unwrap_or(text);
    let wanted = parse_int(text);
    let known = NAMES.iter().find(|(known, number)| *known == name || wanted == Some(i64::from(*number)));
    known.map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_a_name_or_a_number_as_go_writes_them() {
        assert_eq!([parse("SIGHUP"), parse("HUP"), parse("1"), parse("0x1")], [Some(1); 4]);
        for wrong in ["", "SIGKILL", "9", "hup", "99"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
