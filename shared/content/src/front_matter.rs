//! Front matter: what a page says of itself before it begins, in YAML between `---` or TOML between `+++`.

use serde::Deserialize;

/// The fields that mean something here; others are left alone.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(crate) struct FrontMatter {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) weight: Option<i64>,
    pub(crate) draft: bool,
}

/// Splits a source into its front matter and its text. What cannot be understood is left in place, as text is.
pub(crate) fn split(source: &str) -> (FrontMatter, &str) {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let parsed = fenced(source, "---")
        .and_then(|(yaml, text)| Some((serde_saphyr::from_str(yaml).ok()?, text)))
        .or_else(|| fenced(source, "+++").and_then(|(toml, text)| Some((toml::from_str(toml).ok()?, text))));
    parsed.unwrap_or_else(|| (FrontMatter::default(), source))
}

/// The text between a first line that is `fence` and the next such line, and the text after that.
fn fenced<'a>(source: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let (first, rest) = source.split_once('\n')?;
    if first.trim_end() != fence {
        return None;
    }
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == fence {
            return Some((&rest[..offset], &rest[offset + line.len()..]));
        }
        offset += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_toml_are_read_and_taken_off() {
        let (front, text) = split("---\ntitle: One\nweight: 3\ntags: [a]\n---\n# Text\n");
        assert_eq!((front.title.as_deref(), front.weight, text), (Some("One"), Some(3), "# Text\n"));
        let (front, text) = split("+++\ntitle = \"Two\"\ndraft = true\n+++\nText");
        assert_eq!((front.title.as_deref(), front.draft, text), (Some("Two"), true, "Text"));
    }

    #[test]
    fn what_is_not_front_matter_stays_text() {
        for source in ["---\nnever closed", "text\n---\n", "---\n: [broken\n---\ntext", ""] {
            assert_eq!(split(source), (FrontMatter::default(), source));
        }
    }
}
