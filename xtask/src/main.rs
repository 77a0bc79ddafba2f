//! Development commands: `cargo xtask COMMAND`. Not a service, and in no image.

mod bench;
mod reference;
mod render;
mod source;
mod test;
mod up;

use std::{io::Write as _, process::ExitCode};

const HELP: &str = "\
Development commands.

Usage: cargo xtask COMMAND

Commands:
  up         Build the suite, start it, and publish a site until Ctrl-C
  test       Run every test
  bench      Measure, and compare with the targets
  reference  Write the tables of settings in docs/ anew

`cargo xtask COMMAND --help` tells more.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["up", options @ ..] => up::run(options),
        ["test", options @ ..] => test::run(options),
        ["bench", options @ ..] => bench::run(options),
        ["reference", options @ ..] => reference::run(options),
        [] | ["help" | "--help" | "-h"] => {
            say(HELP);
            Ok(ExitCode::SUCCESS)
        }
        [unknown, ..] => Err(Usage(format!("unknown command: {unknown}\n\n{HELP}")).into()),
    };
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "error: {error:#}");
        ExitCode::from(if error.is::<Usage>() { 64 } else { 1 })
    })
}

/// The command line is wrong.
#[derive(Debug)]
struct Usage(String);

impl std::fmt::Display for Usage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Says something to whoever watches.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
