//! A page's title, found without rendering it.

use crate::front_matter::FrontMatter;

/// How far to look for a heading, in lines.
const REACH: usize = 200;

/// The title of a Markdown page: front matter, else the first heading, else the file's name.
pub(crate) fn of_markdown(front: &FrontMatter, text: &str, path: &str) -> String {
    front.title.clone().or_else(|| heading(text)).unwrap_or_else(|| of_path(path))
}

/// The title of an HTML page: `<title>`, else `<h1>`, else the file's name.
pub(crate) fn of_html(text: &str, path: &str) -> String {
    let element = |name: &str| {
        let begin = text.find(&format!("<{name}"))?;
        let inner = text[begin..].split_once('>')?.1;
        let inner = inner.split_once(&format!("</{name}"))?.0;
        Some(plain(inner)).filter(|title| !title.is_empty())
    };
    element("title").or_else(|| element("h1")).unwrap_or_else(|| of_path(path))
}

/// A title made of a path: `guide/first-steps.md` is "First steps", and a folder's page is named after the folder.
pub(crate) fn of_path(path: &str) -> String {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let stem = if crate::address::index_rank(path).is_some() {
        name(crate::confine::folder(path))
    } else {
        let file = name(path);
        file.rsplit_once('.').map_or(file.clone(), |(stem, _)| stem.to_owned())
    };
    let words = stem.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(|| "Home".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

/// The first heading, in either of Markdown's forms.
fn heading(text: &str) -> Option<String> {
    let mut fence = false;
    let mut before = "";
    for line in text.lines().take(REACH) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fence = !fence;
        } else if !fence {
            let marks = trimmed.bytes().take_while(|byte| *byte == b'#').count();
            if (1..=6).contains(&marks) && trimmed[marks..].starts_with([' ', '\t']) {
                let title = plain(trimmed[marks..].trim().trim_end_matches('#'));
                if !title.is_empty() {
                    return Some(title);
                }
            }
            let underlined = !trimmed.is_empty()
                && (trimmed.bytes().all(|byte| byte == b'=')
                    || trimmed.len() > 1 && trimmed.bytes().all(|byte| byte == b'-'));
            if underlined && !before.is_empty() && !before.starts_with(['-', '>', '|', '<']) {
                return Some(plain(before)).filter(|title| !title.is_empty());
            }
        }
        before = trimmed;
    }
    None
}

/// The words of a line without its marks: emphasis, code, links, tags.
fn plain(line: &str) -> String {
    let (mut text, mut in_tag, mut skip) = (String::new(), false, false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '<' if letters.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '/') => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            ']' if letters.peek() == Some(&'(') => skip = true,
            ')' if skip => skip = false,
            '`' | '*' | '[' | ']' | '\\' => {}
            '!' if letters.peek() == Some(&'[') => {}
            _ if skip => {}
            _ => text.push(letter),
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_heading_is_found_in_both_forms_and_not_in_code() {
        let title = |text: &str| of_markdown(&FrontMatter::default(), text, "a/first-steps.md");
        assert_eq!(title("```sh\n# no\n```\n## `yes` *it* is [a](b)\n"), "yes it is a");
        assert_eq!(title("Underlined\n=====\n"), "Underlined");
        assert_eq!(title("no heading\n"), "First steps");
        assert_eq!(of_path("guide/README.md"), "Guide");
        assert_eq!(of_path("README.md"), "Home");
    }

    #[test]
    fn html_has_its_title() {
        assert_eq!(of_html("<html><title>A &amp; B</title>", "x.html"), "A & B");
        assert_eq!(of_html("<h1 class=a>C</h1>", "x.html"), "C");
        assert_eq!(of_html("<title", "x.html"), "X");
    }
}
