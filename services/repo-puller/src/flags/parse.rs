//! Reads the environment, then the command line: a variable gives the default, a flag wins.

use std::collections::BTreeSet;

use chassis::config::Env;

use super::{
    declare::{Class, Flag},
    retired,
    table::{Flags, TABLE},
};

/// Why the command line cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// A flag is unknown, or its value is not one. git-sync ends with 2.
    #[error("{0}")]
    Usage(String),
    /// A variable's value is not one. git-sync ends with 1.
    #[error("{0}")]
    Variable(String),
}

/// Every flag with its value, and what to warn of.
///
/// # Errors
/// At the first flag or variable that cannot be read. A message never contains the value of a secret.
pub(crate) fn parse(arguments: &[String], env: &Env) -> Result<(Flags, Vec<String>), Error> {
    let mut reading = Reading::default();
    for flag in TABLE {
        reading.preset(flag)?;
        reading.variables(flag, env)?;
    }
    reading.line(arguments)?;
    reading.warnings.extend(unknown(env));
    retired::apply(&mut reading.flags, &mut reading.warnings).map_err(Error::Variable)?;
    Ok((reading.flags, reading.warnings))
}

/// What to say of variables that look like ours and are not. Those that Kubernetes makes for a service of such a name
/// are no mistakes.
fn unknown(env: &Env) -> Vec<String> {
    let known: BTreeSet<String> = TABLE
        .iter()
        .flat_map(|flag| flag.variable().into_iter().chain(flag.old.iter().map(|name| (*name).to_owned())))
        .collect();
    let ours = |name: &str| name.starts_with("GITSYNC_") || name.starts_with("GIT_SYNC_");
    let of_service = |name: &str| name.contains("_SERVICE_") || name.contains("_PORT");
    let names = env.names().filter(|name| ours(name) && !of_service(name) && !known.contains(*name));
    names.map(|name| format!("the variable {name} is unknown")).collect()
}

#[derive(Default)]
struct Reading {
    flags: Flags,
    warnings: Vec<String>,
    /// The fields that the command line has set.
    given: BTreeSet<&'static str>,
}

impl Reading {
    fn preset(&mut self, flag: &Flag) -> Result<(), Error> {
        match flag.default {
            "" => Ok(()),
            text => self.flags.take(flag.field, text).map_err(Error::Usage),
        }
    }

    /// The flag's own variable, then those of older releases: the oldest that is set wins.
    fn variables(&mut self, flag: &Flag, env: &Env) -> Result<(), Error> {
        let new = flag.variable().and_then(|name| env.value(&name).map(|text| (name, text)));
        let old = flag.old.iter().rev().find_map(|name| env.value(name).map(|text| ((*name).to_owned(), text)));
        if let Some((name, _)) = &old {
            let instead = flag.variable().map(|new| format!(": use {new}")).unwrap_or_default();
            self.warnings.push(format!("the variable {name} is deprecated{instead}"));
        }
        let Some((name, text)) = old.or(new) else { return Ok(()) };
        self.flags.forget(flag.field);
        let texts = if flag.field == "ssh_key_file" { text.split(':').collect() } else { vec![text] };
        for text in texts {
            self.flags.take(flag.field, text).map_err(|_| {
                let shown = if flag.is_secret() { "[secret]" } else { text };
                Error::Variable(format!("invalid {} env {name}={shown:?}", flag.kind))
            })?;
        }
        Ok(())
    }

    fn line(&mut self, arguments: &[String]) -> Result<(), Error> {
        let mut rest = arguments.iter().map(String::as_str);
        while let Some(word) = rest.next() {
            if word == "--" {
                rest.by_ref().for_each(|word| self.warnings.push(format!("the argument {word:?} means nothing")));
            } else if let Some(long) = word.strip_prefix("--") {
                self.long(long, &mut rest)?;
            } else if let Some(short) = word.strip_prefix('-').filter(|short| !short.is_empty()) {
                self.short(short, &mut rest)?;
            } else {
                self.warnings.push(format!("the argument {word:?} means nothing"));
            }
        }
        Ok(())
    }

    /// `--flag=value`, `--flag value`, or `--flag` alone where it may.
    fn long<'a>(&mut self, word: &'a str, rest: &mut impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        let flag = TABLE.iter().find(|flag| flag.name() == name);
        let flag = flag.ok_or_else(|| Error::Usage(format!("unknown flag: --{name}")))?;
        let value = value.or(flag.bare).or_else(|| rest.next());
        let value = value.ok_or_else(|| Error::Usage(format!("flag needs an argument: --{name}")))?;
        self.set(flag, value)
    }

    /// `-h`, `-?`, `-v 6`, `-v=6` or `-v6`.
    fn short<'a>(&mut self, word: &'a str, rest: &mut impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let unknown = |letter: char| Error::Usage(format!("unknown shorthand flag: {letter:?} in -{word}"));
        let mut letters = word.chars();
        match letters.next() {
            Some('h' | '?') if letters.as_str().is_empty() => {
                self.flags.help = true;
                Ok(())
            }
            Some('v') => {
                let joined = letters.as_str();
                let value = joined.strip_prefix('=').or(Some(joined).filter(|joined| !joined.is_empty()));
                let value = value.or_else(|| rest.next());
                let value = value.ok_or_else(|| Error::Usage("flag needs an argument: 'v' in -v".to_owned()))?;
                let flag = TABLE.iter().find(|flag| flag.field == "verbose").ok_or_else(|| unknown('v'))?;
                self.set(flag, value)
            }
            letter => Err(unknown(letter.unwrap_or('-'))),
        }
    }

    fn set(&mut self, flag: &'static Flag, value: &str) -> Result<(), Error> {
        if self.given.insert(flag.field) {
            self.flags.forget(flag.field);
        }
        if flag.class == Class::Retired {
            self.warnings.push(format!("the flag --{} is deprecated: {}", flag.name(), flag.about.trim()));
        }
        self.flags.take(flag.field, value).map_err(|reason| {
            let shown = if flag.is_secret() { "[secret]" } else { value };
            Error::Usage(format!("invalid argument {shown:?} for \"--{}\" flag: {reason}", flag.name()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::GoDuration;

    fn read(words: &[&str], env: &Env) -> Result<Flags, Error> {
        parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>(), env).map(|(flags, _)| flags)
    }

    fn usage(words: &[&str]) -> String {
        read(words, &Env::default()).err().map(|error| error.to_string()).expect("an error")
    }

    #[test]
    fn every_default_is_a_value() {
        let flags = read(&[], &Env::default()).expect("readable");
        assert_eq!(flags.period, GoDuration::of_millis(10_000));
        assert_eq!((flags.r#ref.as_str(), flags.depth, flags.ssh_known_hosts), ("HEAD", 1, true));
        assert_eq!(flags.max_failures, 0);
    }

    #[test]
    fn a_flag_is_written_in_any_of_the_ways_of_pflag() {
        let flags = read(&["--repo=a", "--ref", "main", "--one-time", "-v", "6"], &Env::default()).expect("readable");
        assert_eq!((flags.repo.as_str(), flags.r#ref.as_str(), flags.one_time, flags.verbose), ("a", "main", true, 6));
        assert_eq!(read(&["-v=3"], &Env::default()).expect("readable").verbose, 3);
        assert_eq!(read(&["-v4"], &Env::default()).expect("readable").verbose, 4);
        assert!(!read(&["--one-time=false"], &Env::default()).expect("readable").one_time);
        assert!(read(&["-?"], &Env::default()).expect("readable").help);
    }

    #[test]
    fn what_is_wrong_on_the_command_line_is_named() {
        assert_eq!(usage(&["--rebo=a"]), "unknown flag: --rebo");
        assert_eq!(usage(&["--repo"]), "flag needs an argument: --repo");
        assert_eq!(usage(&["-repo=a"]), "unknown shorthand flag: 'r' in -repo=a");
        assert!(usage(&["--period=10"]).starts_with("invalid argument \"10\" for \"--period\" flag"));
        assert!(!usage(&["--__env__GITSYNC_PASSWORD=x", "--depth=s3cret"]).contains("password"));
    }

    #[test]
    fn a_flag_wins_over_its_variable_and_an_old_variable_over_a_new_one() {
        let env = Env::from([("GITSYNC_REF", "dev"), ("GITSYNC_DEPTH", "0x2"), ("GIT_SYNC_DEPTH", "3")]);
        let flags = read(&["--ref=main"], &env).expect("readable");
        assert_eq!((flags.r#ref.as_str(), flags.depth), ("main", 3));
        let env = Env::from([("GIT_SYNC_KNOWN_HOSTS", "true"), ("GIT_KNOWN_HOSTS", "false")]);
        assert!(!read(&[], &env).expect("readable").ssh_known_hosts);
    }

    #[test]
    fn a_variable_that_nobody_reads_is_warned_of() {
        let env = Env::from([("GITSYNC_PEROID", "1s"), ("GIT_SYNC_PORT_80_TCP", "x"), ("GITSYNC_REF", "main")]);
        let (_, warnings) = parse(&[], &env).expect("readable");
        assert_eq!(warnings, ["the variable GITSYNC_PEROID is unknown"]);
    }

    #[test]
    fn a_bad_variable_is_another_kind_of_error_than_a_bad_flag() {
        let env = Env::from([("GITSYNC_PERIOD", "soon")]);
        let error = read(&[], &env).err().expect("an error");
        assert_eq!(error, Error::Variable("invalid duration env GITSYNC_PERIOD=\"soon\"".to_owned()));
    }

    #[test]
    fn a_list_is_replaced_by_the_first_flag_and_grows_with_the_next() {
        let env = Env::from([("GITSYNC_SSH_KEY_FILE", "/a:/b")]);
        assert_eq!(read(&[], &env).expect("readable").ssh_key_file, ["/a", "/b"]);
        let flags = read(&["--ssh-key-file=/c", "--ssh-key-file=/d"], &env).expect("readable");
        assert_eq!(flags.ssh_key_file, ["/c", "/d"]);
    }

    #[test]
    fn the_password_has_its_variable_and_its_hidden_flag() {
        let env = Env::from([("GITSYNC_PASSWORD", "a")]);
        assert_eq!(read(&[], &env).expect("readable").password, "a");
        assert_eq!(read(&["--__env__GITSYNC_PASSWORD=b"], &env).expect("readable").password, "b");
        assert_eq!(read(&["--password=c"], &env).expect("readable").password, "c");
    }

    #[test]
    fn retired_flags_override_new_ones() {
        let flags =
            read(&["--branch=dev", "--ref=main", "--wait=0.5", "--dest=site"], &Env::default()).expect("readable");
        assert_eq!((flags.r#ref.as_str(), flags.link.as_str()), ("dev", "site"));
        assert_eq!(flags.period, GoDuration::of_millis(500));
        assert_eq!(read(&["--branch=a", "--rev=HEAD"], &Env::default()).expect("readable").r#ref, "a");
        assert_eq!(read(&["--rev=b"], &Env::default()).expect("readable").r#ref, "b");
        let flags = read(&["--max-sync-failures=0", "--max-failures=3"], &Env::default()).expect("readable");
        assert_eq!(flags.max_failures, 3);
        assert!(usage(&["--branch=a", "--rev=b"]).contains("--rev"));
        assert!(usage(&["--change-permissions=1"]).contains("--group-write"));
    }
}
