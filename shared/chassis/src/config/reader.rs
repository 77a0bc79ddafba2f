//! Reads variables one after the other and notes every mistake instead of stopping at the first.

use super::{Env, Field, Problem, Value};

/// Takes values out of an environment and collects what is wrong.
pub struct Reader<'env> {
    env: &'env Env,
    problems: Vec<Problem>,
}

impl<'env> Reader<'env> {
    pub(super) fn new(env: &'env Env) -> Self {
        Self { env, problems: Vec::new() }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The reference entry of a field of type `T`.
    pub fn field<T: Value>(field: &str, about: &str, default: Option<T>) -> Field {
        Field {
            variable: field.to_uppercase(),
            kind: T::KIND,
            required: default.is_none() && !T::OPTIONAL,
            default: default.map(|value| value.show()),
            secret: T::SECRET,
            about: about.trim().to_owned(),
        }
    }

    /// The value of a field, its default, or none after noting the mistake.
    pub fn value<T: Value>(&mut self, field: &str, default: Option<T>) -> Option<T> {
        let variable = field.to_uppercase();
        let text = if T::SECRET { self.secret(&variable) } else { Ok(self.env.value(&variable).map(str::to_owned)) };
        let text = text.map_err(|problem| self.problems.push(problem)).ok()?;
        let Some(text) = text else {
            return default.or_else(T::absent).or_else(|| self.note(&variable, "is required and not set"));
        };
        T::parse(&text).or_else(|| self.note(&variable, &format!("is not valid: expected {}", T::KIND)))
    }

    /// A secret's text from `X` or from the file that `X_FILE` names.
    fn secret(&self, variable: &str) -> Result<Option<String>, Problem> {
        let file_variable = format!("{variable}_FILE");
        let refuse = |reason| Err(Problem { variable: file_variable.clone(), reason });
        match (self.env.value(variable), self.env.value(&file_variable)) {
            (Some(_), Some(_)) => refuse(format!("and {variable} are both set: set one")),
            (text, None) => Ok(text.map(str::to_owned)),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Ok(Some(text.strip_suffix('\n').unwrap_or(&text).trim_end_matches('\r').to_owned())),
                Err(error) => refuse(format!("names {path}, which cannot be read: {error}")),
            },
        }
    }

    fn note<T>(&mut self, variable: &str, reason: &str) -> Option<T> {
        self.problems.push(Problem { variable: variable.to_owned(), reason: reason.to_owned() });
        None
    }
}
