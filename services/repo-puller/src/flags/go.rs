//! Values as Go writes them: durations, whole numbers with a prefix for their base, and truth values.

use std::{fmt, time::Duration};

/// A length of time in nanoseconds, as Go's `time.Duration`: it may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GoDuration(i64);

/// Units, the longest first, so that showing takes them in order.
const UNITS: [(&str, i64); 8] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ns", 1),
];

impl GoDuration {
    pub(crate) const fn of_millis(millis: i64) -> Self {
        Self(millis * 1_000_000)
    }

    /// The same length as the standard library knows it; a negative one is none at all.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0).unwrap_or(0))
    }

    /// Reads `1h15m30.5s`: a sign, then numbers with units; a lone `0` needs none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, mut rest) = match text.as_bytes().first()? {
            b'-' => (-1, &text[1..]),
            b'+' => (1, &text[1..]),
            _ => (1, text),
        };
        if rest == "0" {
            return Some(Self(0));
        }
        if rest.is_empty() {
            return None;
        }
        let mut total: i64 = 0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| c != '.' && !c.is_ascii_digit())?;
            let (number, tail) = rest.split_at(digits);
            let length = tail.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(length);
            let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit)?;
            total = total.checked_add(scaled(number, *nanos)?)?;
            rest = tail;
        }
        Some(Self(sign * total))
    }
}

/// A decimal number times a unit, rounded down to nanoseconds.
fn scaled(number: &str, nanos: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut value = whole.checked_mul(nanos)?;
    let mut place = nanos;
    for digit in fraction.bytes() {
        place /= 10;
        value = value.checked_add(place * i64::from(digit - b'0'))?;
    }
    Some(value)
}

impl fmt::Display for GoDuration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return out.write_str("0s");
        }
        if self.0 < 0 {
            out.write_str("-")?;
        }
        let mut left = self.0.unsigned_abs();
        for (unit, nanos) in UNITS {
            let count = left / nanos.unsigned_abs();
            if count > 0 {
                write!(out, "{count}{unit}")?;
                left %= nanos.unsigned_abs();
            }
        }
        Ok(())
    }
}

/// A whole number: decimal, `0x`, `0b`, `0o` or a plain leading zero for octal, with `_` between digits after a prefix.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if digits.starts_with(['+', '-']) || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    if base == 10 && digits.contains('_') {
        return None;
    }
    let magnitude = i128::from_str_radix(&digits.replace('_', ""), base).ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// A truth value in the spellings of Go's `ParseBool`.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let nanos = |text| GoDuration::parse(text).map(|duration| duration.0);
        assert_eq!(nanos("100ms"), Some(100_000_000));
        assert_eq!(nanos("1m30s"), Some(90_000_000_000));
        assert_eq!(nanos("1.5h"), Some(5_400_000_000_000));
        assert_eq!(nanos(".5s"), Some(500_000_000));
        assert_eq!(nanos("-2us"), Some(-2_000));
        assert_eq!(nanos("3µs"), Some(3_000));
        assert_eq!(nanos("0"), Some(0));
        for wrong in ["", "10", "s", "1x", "1.2.3s", ".s", "1s2", "-", "9999999999h", "１s"] {
            assert_eq!(nanos(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_duration_that_is_shown_reads_back_the_same() {
        for nanos in [1, 999, 1_001, 60_000_000_001, 3_599_999_999_999, -5, i64::MAX] {
            let duration = GoDuration(nanos);
            assert_eq!(GoDuration::parse(&duration.to_string()), Some(duration), "{duration}");
        }
    }

    #[test]
    fn whole_numbers_take_the_prefixes_of_go() {
        for (text, number) in [("10", 10), ("0x1F", 31), ("010", 8), ("0o17", 15), ("0b101", 5), ("-3", -3), ("0", 0)] {
            assert_eq!(parse_int(text), Some(number), "{text}");
        }
        for wrong in ["", "1.0", "08", "0x", "ten", "1_000", "--1", "99999999999999999999"] {
            assert_eq!(parse_int(wrong), None, "{wrong:?}");
        }
        assert_eq!(parse_int("0x_ff"), Some(255));
    }

    #[test]
    fn truth_has_the_spellings_of_go_and_no_others() {
        assert_eq!(parse_bool("T"), Some(true));
        assert_eq!(parse_bool("False"), Some(false));
        assert_eq!(parse_bool("yes"), None);
        assert_eq!(parse_bool("tRUE"), None);
    }
}
