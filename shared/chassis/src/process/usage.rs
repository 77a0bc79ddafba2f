//! The arguments of an admin command: declared, parsed, and told in the same words.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// One argument as a command declares it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument {
    /// Required, at its place.
    Value(&'static str),
    /// May be given, with a value.
    Option(&'static str, &'static str),
    /// May be given.
    Switch(&'static str),
}

impl fmt::Display for Argument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(name) => write!(out, "{name}"),
            Self::Option(name, value) => write!(out, "[{name} {value}]"),
            Self::Switch(name) => write!(out, "[{name}]"),
        }
    }
}

/// How a command is called.
#[derive(Clone, Debug)]
pub(super) struct Usage {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) arguments: Vec<Argument>,
}

impl Usage {
    /// What follows the command's name in `words`, if they call this command.
    pub(super) fn tail<'a>(&self, words: &'a [&'a str]) -> Option<&'a [&'a str]> {
        let name: Vec<_> = self.name.split(' ').collect();
        words.strip_prefix(name.as_slice())
    }

    /// The arguments in `words`, or what is wrong with them.
    pub(super) fn parse(&self, words: &[&str]) -> Result<Arguments, UsageError> {
        let mut given = BTreeMap::new();
        let mut places = self.arguments.iter().filter_map(|argument| match argument {
            Argument::Value(name) => Some(*name),
            _ => None,
        });
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, value) = match self.option(word) {
                Some(Argument::Switch(name)) => (name, String::new()),
                Some(Argument::Option(name, value)) => match words.next() {
                    Some(text) => (name, (*text).to_owned()),
                    None => return Err(UsageError(format!("{name} needs {value}"))),
                },
                _ if word.starts_with('-') => return Err(UsageError(format!("unknown argument: {word}"))),
                _ => match places.next() {
                    Some(name) => (name, (*word).to_owned()),
                    None => return Err(UsageError(format!("unknown argument: {word}"))),
                },
            };
            if given.insert(name, value).is_some() {
                return Err(UsageError(format!("{name} is given twice")));
            }
        }
        places.next().map_or(Ok(Arguments(given)), |name| Err(UsageError(format!("{name} is missing"))))
    }

    fn option(&self, word: &str) -> Option<Argument> {
        self.arguments.iter().copied().find(|argument| match argument {
            Argument::Value(_) => false,
            Argument::Option(name, _) | Argument::Switch(name) => *name == word,
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.name)?;
        self.arguments.iter().try_for_each(|argument| write!(out, " {argument}"))
    }
}

/// What an admin command was called with, by the names that it declared.
#[derive(Clone, Debug, Default)]
pub struct Arguments(BTreeMap<&'static str, String>);

impl Arguments {
    /// The text of a value or an option, if it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether a switch was given.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A value as a number or another type.
    ///
    /// # Errors
    /// When it was not given, or is not of this type. Returned from the command, the process ends with 64.
    pub fn parse<T: FromStr>(&self, name: &'static str) -> Result<T, UsageError> {
        let text = self.text(name).ok_or_else(|| UsageError(format!("{name} is missing")))?;
        text.parse().map_err(|_| UsageError(format!("{name} is not valid: {text}")))
    }
}

/// The command line is not what the usage says.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub(super) String);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        let arguments = vec![Argument::Value("ID"), Argument::Option("--ref", "REF"), Argument::Switch("--all")];
        let usage = Usage { name: "jobs retry", about: "", arguments };
        assert_eq!(usage.to_string(), "jobs retry ID [--ref REF] [--all]");
        usage.parse(usage.tail(words).expect("this command")).map_err(|error| error.to_string())
    }

    #[test]
    fn arguments_are_found_by_name_in_any_order() {
        let arguments = parse(&["jobs", "retry", "--ref", "main", "17", "--all"]).expect("valid");
        assert_eq!(arguments.parse("ID"), Ok(17));
        assert_eq!((arguments.text("--ref"), arguments.has("--all")), (Some("main"), true));
        assert!(!parse(&["jobs", "retry", "17"]).expect("valid").has("--all"));
        assert!(arguments.parse::<i64>("--ref").is_err());
    }

    #[test]
    fn what_the_usage_does_not_allow_is_named() {
        let wrong = |words: &[&str]| parse(words).expect_err("a mistake");
        assert_eq!(wrong(&["jobs", "retry"]), "ID is missing");
        assert_eq!(wrong(&["jobs", "retry", "17", "18"]), "unknown argument: 18");
        assert_eq!(wrong(&["jobs", "retry", "17", "--force"]), "unknown argument: --force");
        assert_eq!(wrong(&["jobs", "retry", "17", "--ref"]), "--ref needs REF");
        assert_eq!(wrong(&["jobs", "retry", "17", "--all", "--all"]), "--all is given twice");
    }
}
