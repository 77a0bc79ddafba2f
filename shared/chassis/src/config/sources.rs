//! Where a variable's text comes from: the environment, a secret's file, or a file in `CONFIG_DIR`.

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use super::{Env, Problem};

/// The variable that names the folder of overrides.
pub(super) const CONFIG_DIR: &str = "CONFIG_DIR";
/// More than this is no setting.
const SIZE_LIMIT: u64 = 64 << 10;

/// Which of the sources a text is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The variable itself.
    Environment,
    /// The file that `X_FILE` names.
    SecretFile,
    /// A file in `CONFIG_DIR`.
    Folder,
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Environment => "environment",
            Self::SecretFile => "secret file",
            Self::Folder => CONFIG_DIR,
        })
    }
}

/// Everything that is set at one moment. A later source wins: environment, secret's file, folder.
pub(super) struct Sources<'env> {
    env: &'env Env,
    folder: BTreeMap<String, Result<String, String>>,
}

impl<'env> Sources<'env> {
    /// Reads the folder, if there is one.
    pub(super) fn read(env: &'env Env) -> Result<Self, Problem> {
        let Some(path) = env.value(CONFIG_DIR) else { return Ok(Self::without_folder(env)) };
        let folder = files(Path::new(path)).map_err(|error| Problem {
            variable: CONFIG_DIR.to_owned(),
            reason: format!("names {path}, which cannot be read: {error}"),
        })?;
        Ok(Self { env, folder })
    }

    /// The environment and what it names, alone.
    pub(super) fn without_folder(env: &'env Env) -> Self {
        Self { env, folder: BTreeMap::new() }
    }

    /// The text of a variable and where it is from. Only a live one may be overridden by the folder.
    pub(super) fn text(&self, variable: &str, secret: bool, live: bool) -> Result<Option<(String, Origin)>, Problem> {
        match self.folder.get(variable).filter(|_| live) {
            Some(Ok(text)) if text.is_empty() => {}
            Some(Ok(text)) => return Ok(Some((text.clone(), Origin::Folder))),
            Some(Err(reason)) => {
                return Err(Problem { variable: variable.to_owned(), reason: format!("in {CONFIG_DIR} {reason}") });
            }
            None => {}
        }
        if secret { self.secret(variable) } else { Ok(self.of_environment(variable)) }
    }

    /// The names and texts in the folder.
    pub(super) fn folder(&self) -> impl Iterator<Item = (&str, &Result<String, String>)> {
        self.folder.iter().map(|(name, text)| (name.as_str(), text))
    }

    fn of_environment(&self, variable: &str) -> Option<(String, Origin)> {
        self.env.value(variable).map(|text| (text.to_owned(), Origin::Environment))
    }

    /// A secret's text from `X` or from the file that `X_FILE` names.
    fn secret(&self, variable: &str) -> Result<Option<(String, Origin)>, Problem> {
        let file_variable = format!("{variable}_FILE");
        let refuse = |reason| Err(Problem { variable: file_variable.clone(), reason });
        match (self.of_environment(variable), self.env.value(&file_variable)) {
            (Some(_), Some(_)) => refuse(format!("and {variable} are both set: set one")),
            (text, None) => Ok(text),
            (None, Some(path)) => match text_of(Path::new(path)) {
                Ok(text) if text.is_empty() => refuse(format!("names {path}, which is empty")),
                Ok(text) => Ok(Some((text, Origin::SecretFile))),
                Err(reason) => refuse(format!("names {path}, which {reason}")),
            },
        }
    }
}

/// The files of a folder that are named as variables are. What a mounted volume swaps as a whole is read as a whole.
fn files(folder: &Path) -> io::Result<BTreeMap<String, Result<String, String>>> {
    let folder = folder.join("..data").canonicalize().or_else(|_| folder.canonicalize())?;
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_variable = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if is_variable && entry.path().is_file() {
            files.insert(name, text_of(&entry.path()));
        }
    }
    Ok(files)
}

/// A file's text without its last line break, or why it has none.
fn text_of(path: &Path) -> Result<String, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    if fs::metadata(path).map_err(unreadable)?.len() > SIZE_LIMIT {
        return Err(format!("is larger than {} KiB", SIZE_LIMIT >> 10));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
