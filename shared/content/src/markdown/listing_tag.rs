//! The book's `<Listing>` tag: a code block with a file's name above and a caption below.

use std::{borrow::Cow, fmt::Write as _};

/// Turns `<Listing number=… file-name=… caption=…>` and its end into a figure. Other text is kept.
pub(super) fn to_figures(text: &str) -> Cow<'_, str> {
    if !text.contains("<Listing") {
        return Cow::Borrowed(text);
    }
    let mut output = String::with_capacity(text.len());
    let mut captions: Vec<String> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(attributes) = trimmed.strip_prefix("<Listing").and_then(|rest| rest.strip_suffix('>')) {
            output.push_str("<figure class=\"listing\">\n\n");
            if let Some(file) = attribute(attributes, "file-name") {
                let _ = writeln!(output, "Filename: {file}\n");
            }
            captions.push(caption(attributes));
        } else if trimmed == "</Listing>" {
            let caption = captions.pop().unwrap_or_default();
            if !caption.is_empty() {
                let _ = write!(output, "\n<figcaption>\n\n{caption}\n\n</figcaption>\n");
            }
            output.push_str("\n</figure>\n");
        } else {
            output.push_str(line);
            output.push('\n');
        }
    }
    Cow::Owned(output)
}

fn caption(attributes: &str) -> String {
    match (attribute(attributes, "number"), attribute(attributes, "caption")) {
        (Some(number), Some(caption)) => format!("Listing {number}: {caption}"),
        (Some(number), None) => format!("Listing {number}"),
        (None, caption) => caption.unwrap_or_default().to_owned(),
    }
}

/// The value of `name="…"`.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = attributes.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_a_figure_with_its_file_and_caption() {
        let text = "<Listing number=\"1-2\" file-name=\"src/main.rs\" caption=\"Saying `hi`\">\n\n```rust\nx\n```\n\n</Listing>\n";
        let figure = to_figures(text);
        for part in [
            "<figure class=\"listing\">",
            "Filename: src/main.rs",
            "```rust\nx\n```",
            "Listing 1-2: Saying `hi`",
            "</figure>",
        ] {
            assert!(figure.contains(part), "{part} is not in {figure}");
        }
        assert_eq!(to_figures("plain"), "plain");
    }
}
