//! What a variable may hold: each type with its name for people, and whether it is a secret.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};

use super::Setting;

/// A type that a variable can be read as.
pub trait Value: Sized {
    /// What it is called in the reference: "whole number", "path".
    const KIND: &'static str;
    /// Whether it may come from a file named by `X_FILE`, and is never shown.
    const SECRET: bool = false;
    /// Whether the variable may be absent without a default.
    const OPTIONAL: bool = false;

    /// Whether it may change while the process runs: [`Live`](super::Live).
    const LIVE: bool = false;

    /// The value in `text`, or none where it is not one.
    fn parse(text: &str) -> Option<Self>;

    /// The value when the variable is absent and has no default.
    fn absent() -> Option<Self> {
        None
    }

    /// The value as one would write it in the environment.
    fn show(&self) -> String;

    /// What changes it while the process runs, if anything does.
    fn setting(&self, _default: Option<&Self>) -> Option<Box<dyn Setting>> {
        None
    }
}

/// One variable, read by envy: its rules for numbers, truth values and names are the ones that hold.
fn by_envy<T: DeserializeOwned>(text: &str) -> Option<T> {
    #[derive(Deserialize)]
    struct Only<T> {
        value: T,
    }
    envy::from_iter::<_, Only<T>>([("VALUE".to_owned(), text.to_owned())]).ok().map(|only| only.value)
}

macro_rules! values {
    ($($type:ty => $kind:literal),* $(,)?) => {$(
        impl Value for $type {
            const KIND: &'static str = $kind;
            fn parse(text: &str) -> Option<Self> { by_envy(text) }
            fn show(&self) -> String { self.to_string() }
        }
    )*};
}

values! {
    bool => "true or false",
    u16 => "whole number",
    u32 => "whole number",
    u64 => "whole number",
    usize => "whole number",
    f64 => "number",
    String => "text",
    IpAddr => "IP address",
}

impl Value for PathBuf {
    const KIND: &'static str = "path";
    fn parse(text: &str) -> Option<Self> {
        by_envy(text)
    }
    fn show(&self) -> String {
        self.display().to_string()
    }
}

/// A length of time in seconds, fractions allowed: `0.3`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Seconds(Duration);

impl Seconds {
    /// Whole seconds.
    pub const fn new(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// The same length of time as the standard library knows it.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl Value for Seconds {
    const KIND: &'static str = "seconds";
    fn parse(text: &str) -> Option<Self> {
        by_envy::<f64>(text).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).map(Self)
    }
    fn show(&self) -> String {
        self.0.as_secs_f64().to_string()
    }
}

/// A value that `Debug` cannot print and nothing shows by accident.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// Keeps `text` secret from here on.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The secret itself: for the one place that needs it.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl Value for Secret {
    const KIND: &'static str = "secret";
    const SECRET: bool = true;
    fn parse(text: &str) -> Option<Self> {
        Some(Self::new(text))
    }
    fn show(&self) -> String {
        String::from("[secret]")
    }
}

impl<T: Value> Value for Option<T> {
    const KIND: &'static str = T::KIND;
    const SECRET: bool = T::SECRET;
    const OPTIONAL: bool = true;
    const LIVE: bool = T::LIVE;
    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }
    /// What was there at the start may change; what was not there stays away.
    fn setting(&self, default: Option<&Self>) -> Option<Box<dyn Setting>> {
        self.as_ref()?.setting(default.and_then(Option::as_ref))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_may_have_fractions_but_not_be_negative_or_endless() {
        assert_eq!(Seconds::parse("0.3").map(Seconds::duration), Some(Duration::from_millis(300)));
        assert_eq!(Seconds::parse("-1"), None);
        assert_eq!(Seconds::parse("inf"), None);
    }
}
