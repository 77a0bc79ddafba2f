//! The options of `up`.

use std::{io::IsTerminal as _, net::TcpListener};

use anyhow::Context as _;

use crate::{Usage, render::Style};

pub(super) const HELP: &str = "\
Build the suite, start each service as a process of its own, and publish a site until Ctrl-C.

Usage: cargo xtask up [--repo URL|PATH] [--ref REF] [--port PORT] [--json]

Options:
  --repo URL|PATH  What to publish: a URL, a work tree, a bare repository, or any folder.
                   This project's docs/ without it, edits included
  --ref REF        A branch, tag or commit; the remote's HEAD without it
  --port PORT      Where to serve it on 127.0.0.1; 0 takes any free port [8080]
  --json           Show log lines as they are written
";

/// What was asked for.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) repo: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) port: u16,
    pub(super) style: Style,
}

impl Options {
    /// Whether the site's port is free: found out before everything is built and started.
    pub(super) fn check_port(&self) -> anyhow::Result<()> {
        TcpListener::bind(("127.0.0.1", self.port))
            .map(drop)
            .with_context(|| format!("port {} cannot be had; --port takes another, 0 any free one", self.port))
    }

    /// The options, or none when help was asked for.
    pub(super) fn parse(arguments: &[&str]) -> anyhow::Result<Option<Self>> {
        #[expect(clippy::disallowed_methods, reason = "a terminal's habit, not a setting of ours")]
        let is_plain = std::env::var_os("NO_COLOR").is_some() || !std::io::stdout().is_terminal();
        let style = if is_plain { Style::Plain } else { Style::Colour };
        let mut options = Self { repo: None, reference: None, port: 8080, style };
        let mut words = arguments.iter().flat_map(|word| {
            word.split_once('=')
                .filter(|_| word.starts_with("--"))
                .map_or(vec![*word], |(name, value)| vec![name, value])
        });
        while let Some(word) = words.next() {
            let mut value =
                || words.next().map(str::to_owned).ok_or_else(|| Usage(format!("{word} needs a value\n\n{HELP}")));
            match word {
                "--repo" => options.repo = Some(value()?),
                "--ref" => options.reference = Some(value()?),
                "--port" => {
                    let port = value()?;
                    options.port = port.parse().map_err(|_| Usage(format!("--port {port}: not a port, 0 to 65535")))?;
                }
                "--json" => options.style = Style::Json,
                "--help" | "-h" => return Ok(None),
                unknown => return Err(Usage(format!("unknown option: {unknown}\n\n{HELP}")).into()),
            }
        }
        Ok(Some(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_both_forms_and_mistakes_are_named() {
        let options = Options::parse(&["--repo=a", "--ref", "b", "--port", "0"]).expect("valid").expect("options");
        assert_eq!((options.repo.as_deref(), options.reference.as_deref(), options.port), (Some("a"), Some("b"), 0));
        for (arguments, named) in [(&["--repo"][..], "--repo"), (&["--port", "x"], "--port x"), (&["--what"], "--what")]
        {
            let error = Options::parse(arguments).expect_err("a mistake");
            assert!(format!("{error:#}").contains(named), "{error:#}");
        }
    }
}
