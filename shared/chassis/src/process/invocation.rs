//! The command line, the same for every service.

/// What a process is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Invocation {
    Serve,
    Healthcheck,
    Config { json: bool },
    Version,
    Help,
}

impl Invocation {
    /// Reads the arguments after the program's name. The error is the argument that nobody knows.
    pub(super) fn parse(arguments: &[String]) -> Result<Self, String> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] | ["serve"] => Ok(Self::Serve),
            ["healthcheck"] => Ok(Self::Healthcheck),
            ["config"] => Ok(Self::Config { json: false }),
            ["config", "--json"] => Ok(Self::Config { json: true }),
            ["--version" | "-V"] => Ok(Self::Version),
            ["--help" | "-h" | "help"] => Ok(Self::Help),
            ["serve" | "healthcheck" | "config", unknown, ..] | [unknown, ..] => Err((*unknown).to_owned()),
        }
    }
}

/// What `--help` prints.
pub(super) fn help(name: &str, about: &str) -> String {
    format!(
        "{about}

Usage: {name} [COMMAND]

Commands:
  serve             Serve until SIGTERM (what happens without a command)
  healthcheck       Ask the process on HOST and PORT whether it is alive
  config [--json]   Print every variable that is read, with its default and meaning

Options:
  -h, --help        Print this
  -V, --version     Print version, commit and build

Everything else is configured by environment variables.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_argument_is_named() {
        let parse = |words: &[&str]| Invocation::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(parse(&[]), Ok(Invocation::Serve));
        assert_eq!(parse(&["config", "--json"]), Ok(Invocation::Config { json: true }));
        assert_eq!(parse(&["config", "--yaml"]), Err("--yaml".to_owned()));
        assert_eq!(parse(&["sevre"]), Err("sevre".to_owned()));
    }
}
