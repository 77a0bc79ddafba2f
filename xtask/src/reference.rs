//! `cargo xtask reference`: the tables of settings in `docs/`, written anew from what the executables say.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context as _, ensure};
use harness::executables::{self, workspace};

use crate::Usage;

const HELP: &str = "\
Write the tables of settings in docs/ anew, from what `NAME config` prints. A test compares them.

Usage: cargo xtask reference
";

/// Which process's table stands on which page.
const PLACES: [(&str, &str); 4] = [
    ("web", "docs/configuration.md"),
    ("api", "docs/configuration.md"),
    ("worker", "docs/configuration.md"),
    ("repo-puller", "docs/puller.md"),
];

/// Writes every table between its marks.
pub(crate) fn run(options: &[&str]) -> anyhow::Result<ExitCode> {
    match options {
        [] => {}
        ["--help" | "-h"] => {
            crate::say(HELP);
            return Ok(ExitCode::SUCCESS);
        }
        _ => return Err(Usage(format!("unknown option: {}\n\n{HELP}", options.join(" "))).into()),
    }
    let bin = executables::build(executables::Profile::Debug)?;
    for (name, page) in PLACES {
        write(&bin, name, &workspace().join(page))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(bin: &Path, name: &str, page: &Path) -> anyhow::Result<()> {
    let output = std::process::Command::new(bin.join(name)).arg("config").env_clear().output()?;
    ensure!(output.status.success(), "`{name} config` failed");
    let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
    let (begin, end) = (format!("<!-- {name} config -->\n"), format!("<!-- end of {name} config -->\n"));
    let marks = || format!("{} has no marks for {name}", page.display());
    let (before, rest) = text.split_once(&begin).with_context(marks)?;
    let (_, after) = rest.split_once(&end).with_context(marks)?;
    let table = String::from_utf8_lossy(&output.stdout);
    fs::write(page, format!("{before}{begin}\n{}\n\n{end}{after}", table.trim()))?;
    crate::say(&format!("{name}: {}\n", page.display()));
    Ok(())
}
