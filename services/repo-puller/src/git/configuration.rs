//! Git's configuration for us alone, in a file of our own: what is in the user's or the system's has no effect.

use std::path::Path;

use crate::error::Error;

/// Settings in the order they were made; a later one wins.
#[derive(Clone, Default)]
pub(crate) struct Configuration(Vec<(String, String)>);

impl Configuration {
    /// What git needs to be told for a program to run it.
    pub(crate) fn for_programs() -> Self {
        let mut configuration = Self::default();
        for (key, value) in [
            // Garbage is collected when we say so, in the foreground.
            ("gc.autoDetach", "false"),
            ("gc.pruneExpire", "now"),
            ("core.logAllRefUpdates", "false"),
            // A prompt would wait for ever: this one answers nothing at once.
            ("core.askPass", "true"),
            // The root may belong to another user of the same group.
            ("safe.directory", "*"),
            ("advice.detachedHead", "false"),
            ("submodule.fetchJobs", "4"),
        ] {
            configuration.set(key, value);
        }
        configuration
    }

    /// One more setting; `key` is `section.name` or `section.subsection.name`.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.0.push((key.to_owned(), value.to_owned()));
    }

    /// Writes the file, readable by nobody else.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let text: String = self.0.iter().filter_map(|(key, value)| entry(key, value)).collect();
        crate::report::replace(path, text.as_bytes(), 0o600)
    }
}

/// A setting as the file has it. None if the key is not one.
fn entry(key: &str, value: &str) -> Option<String> {
    let (section, rest) = key.split_once('.')?;
    let section = match rest.rsplit_once('.') {
        Some((sub, _)) => format!("[{section} \"{}\"]", sub.replace('\\', "\\\\").replace('"', "\\\"")),
        None => format!("[{section}]"),
    };
    let name = rest.rsplit('.').next()?;
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    Some(format!("{section}\n\t{name} = \"{value}\"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_quoted_as_git_wants_them() {
        assert_eq!(entry("gc.auto", "0").expect("a key"), "[gc]\n\tauto = \"0\"\n");
        let long = entry("url.https://a.b/\"c.insteadOf", "x\\y\"\nz").expect("a key");
        assert_eq!(long, "[url \"https://a.b/\\\"c\"]\n\tinsteadOf = \"x\\\\y\\\"\\nz\"\n");
        assert_eq!(entry("nothing", "x"), None);
    }
}
