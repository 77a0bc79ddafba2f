//! The command line, the same for every service.

use super::usage::{Arguments, Usage, UsageError};

/// What a process is asked to do.
#[derive(Debug)]
pub(super) enum Invocation {
    Serve,
    Healthcheck,
    Config {
        json: bool,
    },
    Version,
    Help,
    /// One of the service's own commands, by its place among them.
    Admin(usize, Arguments),
}

impl Invocation {
    /// Reads the arguments after the program's name.
    pub(super) fn parse(arguments: &[String], commands: &[&Usage]) -> Result<Self, UsageError> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] | ["serve"] => Ok(Self::Serve),
            ["healthcheck"] => Ok(Self::Healthcheck),
            ["config"] => Ok(Self::Config { json: false }),
            ["config", "--json"] => Ok(Self::Config { json: true }),
            ["--version" | "-V"] => Ok(Self::Version),
            ["--help" | "-h" | "help"] | [.., "--help"] => Ok(Self::Help),
            ["serve" | "healthcheck" | "config", unknown, ..] => Err(unknown_argument(unknown)),
            words => {
                let called = commands.iter().enumerate().find_map(|(place, usage)| Some((place, usage.tail(words)?)));
                let (place, tail) = called.ok_or_else(|| unknown_argument(&words.join(" ")))?;
                Ok(Self::Admin(place, commands[place].parse(tail)?))
            }
        }
    }
}

fn unknown_argument(word: &str) -> UsageError {
    UsageError(format!("unknown argument: {word}"))
}

/// What `--help` prints.
pub(super) fn help(name: &str, about: &str, commands: &[&Usage]) -> String {
    let common = [
        ("serve", "Serve until SIGTERM (what happens without a command)"),
        ("healthcheck", "Ask the process on HOST and PORT whether it is alive"),
        ("config [--json]", "Print every variable that is read, with its default and meaning"),
    ];
    let common = common.map(|(usage, about)| (usage.to_owned(), about));
    let own: Vec<_> = commands.iter().map(|usage| (usage.to_string(), usage.about)).collect();
    let width = common.iter().chain(&own).map(|(usage, _)| usage.len()).max().unwrap_or_default() + 2;
    let list = |rows: &[(String, &str)]| -> String {
        rows.iter().map(|(usage, about)| format!("  {usage:width$}{about}\n")).collect()
    };
    let admin = if own.is_empty() { String::new() } else { format!("\nAdmin commands:\n{}", list(&own)) };
    format!(
        "{about}

Usage: {name} [COMMAND]

Commands:
{}{admin}
Options:
  -h, --help     Print this
  -V, --version  Print version, commit and build

Everything else is configured by environment variables.
",
        list(&common)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::usage::Argument;

    fn retry() -> Usage {
        Usage { name: "jobs retry", about: "Run a failed job again", arguments: vec![Argument::Value("ID")] }
    }

    fn parse(words: &[&str]) -> Result<Invocation, String> {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        Invocation::parse(&words, &[&retry()]).map_err(|error| error.to_string())
    }

    #[test]
    fn an_unknown_argument_is_named() {
        assert!(matches!(parse(&[]), Ok(Invocation::Serve)));
        assert!(matches!(parse(&["config", "--json"]), Ok(Invocation::Config { json: true })));
        for (words, named) in [(vec!["config", "--yaml"], "--yaml"), (vec!["sevre"], "sevre"), (vec!["jobs"], "jobs")] {
            assert_eq!(parse(&words).expect_err("a mistake"), format!("unknown argument: {named}"));
        }
    }

    #[test]
    fn an_admin_command_is_called_by_its_words_and_shown_in_the_help() {
        let Ok(Invocation::Admin(0, arguments)) = parse(&["jobs", "retry", "17"]) else { panic!("not called") };
        assert_eq!(arguments.text("ID"), Some("17"));
        assert_eq!(parse(&["jobs", "retry"]).expect_err("a mistake"), "ID is missing");
        assert!(matches!(parse(&["jobs", "retry", "--help"]), Ok(Invocation::Help)));
        assert!(help("api", "Answers.", &[&retry()]).contains("jobs retry ID    Run a failed job again\n"));
        assert!(!help("web", "Serves.", &[]).contains("Admin"));
    }
}
