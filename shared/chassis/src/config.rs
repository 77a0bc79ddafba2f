//! Configuration (factor III): the environment, read once, section by section, with every mistake in one report.

mod environment;
mod misspelling;
mod reader;
mod reference;
mod report;
mod section;
mod value;

pub use environment::Env;
pub use reader::Reader;
pub use reference::{as_json, as_markdown};
pub use report::{Problem, Report};
pub use section::{Field, Section, Sections};
pub use value::{Seconds, Secret, Value};

/// Reads a whole configuration, or says everything that is wrong with it.
///
/// Variables that look like a misspelling of a known one are returned beside the configuration, as warnings.
///
/// # Errors
/// One [`Report`] that names every missing and every invalid variable, and no value.
pub fn read<C: Sections>(env: &Env) -> Result<(C, Vec<Problem>), Report> {
    let mut reader = Reader::new(env);
    let config = C::read(&mut reader);
    let warnings = misspelling::suspects(env, &C::fields());
    match (config, reader.into_problems()) {
        (Some(config), problems) if problems.is_empty() => Ok((config, warnings)),
        (_, problems) => Err(Report::new(problems)),
    }
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
        assert!(table.contains("| `PORT` | whole number | `8080` | Where to listen. |"), "{table}");
        assert!(table.contains("| `SITE_ROOT` | path | required |"), "{table}");
        assert!(table.contains("| `WRITE_TOKEN` | secret |"), "{table}");
    }
}
