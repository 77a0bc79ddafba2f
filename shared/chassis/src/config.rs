//! Configuration (factor III): the environment, read once, section by section, with every mistake in one report.

mod environment;
mod follow;
mod instruments;
mod live;
mod misspelling;
mod reader;
mod reference;
mod reload;
mod report;
mod section;
mod sources;
mod value;

pub use environment::Env;
pub use follow::follow;
pub use live::{Change, Changes, Live, Setting};
pub use reader::Reader;
pub use reference::{as_json, as_markdown};
pub use reload::Reload;
pub use report::{Problem, Report};
pub use section::{Field, Section, Sections};
pub use sources::Origin;
pub use value::{Seconds, Secret, Value};

use std::path::PathBuf;

use sources::Sources;

crate::section! {
    /// Where settings come from that may change while the process runs.
    pub struct LiveConfig {
        /// Folder whose files, named as variables, override those that are live, and are followed.
        pub config_dir: Option<PathBuf>,
    }
}

/// A configuration, and what was noticed while it was read.
pub struct Loaded<C> {
    /// The sections.
    pub config: C,
    /// Variables that look like a misspelling of a known one.
    pub warnings: Vec<Problem>,
    /// Where each variable that is set was found.
    pub origins: Vec<(String, Origin)>,
    /// What follows the sources from here on.
    pub reload: Reload,
}

/// Reads a whole configuration, or says everything that is wrong with it.
///
/// A later source wins: the default, the environment, a secret's file, and for what is [`Live`] a file in `CONFIG_DIR`.
///
/// # Errors
/// One [`Report`] that names every missing and every invalid variable, and no value.
pub fn load<C: Sections>(env: &Env) -> Result<Loaded<C>, Report> {
    let (sources, unreadable) = match Sources::read(env) {
        Ok(sources) => (sources, None),
        Err(problem) => (Sources::without_folder(env), Some(problem)),
    };
    let mut reader = Reader::new(&sources);
    reader.problems.extend(unreadable);
    let config = C::read(&mut reader);
    let (fields, Reader { problems, origins, slots, settled, .. }) = (C::fields(), reader);
    match config {
        Some(config) if problems.is_empty() => Ok(Loaded {
            config,
            warnings: misspelling::suspects(env, &fields),
            origins,
            reload: Reload::new(env, fields, slots, settled),
        }),
        _ => Err(Report::new(problems)),
    }
}

/// The same for a process that follows nothing: the configuration and the warnings.
///
/// # Errors
/// As for [`load`].
pub fn read<C: Sections>(env: &Env) -> Result<(C, Vec<Problem>), Report> {
    load(env).map(|loaded| (loaded.config, loaded.warnings))
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::section! {
        /// A section for these tests.
        struct Sample {
            /// Where to listen.
            port: u16 = 8080,
            /// Where to look.
            site_root: std::path::PathBuf,
            /// Who may write.
            write_token: Option<Secret>,
        }
    }

    #[test]
    fn every_mistake_is_named_at_once_and_no_value_is_echoed() {
        let env = Env::from([("PORT", "eighty"), ("WRITE_TOKEN", "a"), ("WRITE_TOKEN_FILE", "/b")]);
        let report = read::<Sample>(&env).expect_err("three mistakes").to_string();
        for name in ["PORT", "SITE_ROOT", "WRITE_TOKEN_FILE"] {
            assert!(report.contains(name), "{name} is not in: {report}");
        }
        assert!(!report.contains("eighty"), "the value is in: {report}");
    }

    #[test]
    fn an_empty_variable_is_unset() {
        let env = Env::from([("PORT", ""), ("SITE_ROOT", "/srv")]);
        let (sample, _) = read::<Sample>(&env).expect("valid");
        assert_eq!((sample.port, sample.site_root), (8080, "/srv".into()));
    }

    #[test]
    fn a_secret_comes_from_a_file_without_its_last_line_break() {
        let file = std::env::temp_dir().join(format!("chassis-secret-{}", std::process::id()));
        std::fs::write(&file, "s3cret\n").expect("written");
        let env = Env::from([("SITE_ROOT", "/srv"), ("WRITE_TOKEN_FILE", file.to_str().expect("utf-8"))]);
        let (sample, _) = read::<Sample>(&env).expect("valid");
        std::fs::remove_file(&file).expect("removed");
        let token = sample.write_token.expect("set");
        assert_eq!(token.reveal(), "s3cret");
        assert!(!format!("{token:?}").contains("s3cret"));
    }

    #[test]
    fn a_missing_secret_file_is_named() {
        let env = Env::from([("SITE_ROOT", "/srv"), ("WRITE_TOKEN_FILE", "/nowhere/token")]);
        let report = read::<Sample>(&env).expect_err("a mistake").to_string();
        assert!(report.contains("WRITE_TOKEN_FILE") && report.contains("/nowhere/token"), "{report}");
    }

    #[test]
    fn a_misspelt_variable_is_warned_of() {
        let env = Env::from([("SITE_ROOT", "/srv"), ("SITE_ROTO", "/srv"), ("PATH", "/bin")]);
        let (_, warnings) = read::<Sample>(&env).expect("valid");
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].variable, "SITE_ROTO");
        assert!(warnings[0].reason.contains("SITE_ROOT"));
    }

    #[test]
    fn the_reference_is_made_from_the_types() {
        let table = as_markdown(&<Sample as Sections>::fields());
        assert!(table.contains("| `PORT` | whole number | `8080` |  | Where to listen. |"), "{table}");
        assert!(table.contains("| `SITE_ROOT` | path | required |"), "{table}");
        assert!(table.contains("| `WRITE_TOKEN` | secret |  |  |"), "{table}");
    }
}
