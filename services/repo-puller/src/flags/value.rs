//! What a flag may hold: each type with its name in the help text.

use super::go::{self, GoDuration};

/// A type that a flag can be read as. Texts come from the command line or from a variable.
pub(crate) trait Value: Default {
    /// What the help text and the messages call it.
    const KIND: &'static str;
    /// What the flag means when it stands without a value; most need one.
    const BARE: Option<&'static str> = None;
    /// Whether the flag may be given several times.
    const REPEATS: bool = false;

    /// Takes `text`, in place of what was there, or beside it where the flag repeats.
    fn take(&mut self, text: &str) -> Result<(), String>;
}

macro_rules! scalar {
    ($type:ty, $kind:literal, $bare:expr, $parse:expr, $wrong:literal) => {
        impl Value for $type {
            const KIND: &'static str = $kind;
            const BARE: Option<&'static str> = $bare;
            fn take(&mut self, text: &str) -> Result<(), String> {
                let parse: fn(&str) -> Option<$type> = $parse;
                *self = parse(text).ok_or_else(|| format!(concat!($wrong, " {:?}"), text))?;
                Ok(())
            }
        }
    };
}

scalar!(String, "string", None, |text| Some(text.to_owned()), "invalid text");
scalar!(bool, "bool", Some("true"), go::parse_bool, "invalid truth value");
scalar!(i64, "int", None, go::parse_int, "invalid whole number");
scalar!(f64, "float", None, |text| text.parse().ok().filter(|number: &f64| number.is_finite()), "invalid number");
scalar!(GoDuration, "duration", None, GoDuration::parse, "time: invalid duration");

impl Value for Option<i64> {
    const KIND: &'static str = "int";
    fn take(&mut self, text: &str) -> Result<(), String> {
        Value::take(self.get_or_insert_default(), text)
    }
}

impl Value for Vec<String> {
    const KIND: &'static str = "stringArray";
    const REPEATS: bool = true;
    fn take(&mut self, text: &str) -> Result<(), String> {
        self.push(text.to_owned());
        Ok(())
    }
}
