//! mdBook's includes: another file, or part of it, in the place of `{{#include path}}`.

use crate::{
    Sources,
    confine::{folder, join},
};

/// How often an included file may include another.
const NESTING: usize = 8;

/// `text` with its includes expanded. One that cannot be is left as it was written, which shows its author what is wrong.
pub(crate) fn expand(sources: &Sources, path: &str, text: &str) -> String {
    let mut budget = sources.page_bytes();
    expand_from(sources, path, text, NESTING, &mut budget)
}

fn expand_from(sources: &Sources, path: &str, text: &str, nesting: usize, budget: &mut u64) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{#") {
        let Some((directive, following)) = after.split_once("}}").filter(|(directive, _)| !directive.contains('\n'))
        else {
            expanded.push_str(before);
            expanded.push_str("{{#");
            rest = after;
            continue;
        };
        let is_escaped = before.ends_with('\\');
        expanded.push_str(before.strip_suffix('\\').unwrap_or(before));
        match included(sources, path, directive, nesting, budget).filter(|_| !is_escaped) {
            Some(text) => expanded.push_str(&text),
            None => expanded.push_str(&format!("{{{{#{directive}}}}}")),
        }
        rest = following;
    }
    expanded.push_str(rest);
    expanded
}

/// What a directive stands for, if it is an include that can be followed.
fn included(sources: &Sources, from: &str, directive: &str, nesting: usize, budget: &mut u64) -> Option<String> {
    let (word, argument) = directive.trim().split_once(char::is_whitespace)?;
    if !matches!(word, "include" | "rustdoc_include" | "playground" | "playpen") || nesting == 0 {
        return None;
    }
    // A playground's file may be followed by words for the editor.
    let argument = argument.split_whitespace().next()?;
    let (file, part) = argument.split_once(':').unwrap_or((argument, ""));
    let path = join(folder(from), file)?;
    let text = sources.read(&path).ok()?;
    *budget = budget.checked_sub(text.len() as u64)?;
    let text = cut(&text, part);
    Some(if word == "include" { expand_from(sources, &path, &text, nesting - 1, budget) } else { text })
}

/// The lines that `part` names: all, `3`, `3:5`, `3:`, `:5`, or an anchor. Anchor lines are never shown.
fn cut(text: &str, part: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let number = |text: &str| text.parse::<usize>().ok();
    let chosen: Vec<&str> = match part.split_once(':') {
        None if part.is_empty() => lines,
        None => match number(part) {
            Some(line) => lines.into_iter().skip(line.saturating_sub(1)).take(1).collect(),
            None => anchored(&lines, part),
        },
        Some((first, last)) => {
            let (first, last) = (number(first).unwrap_or(1).max(1), number(last).unwrap_or(usize::MAX));
            lines.into_iter().take(last).skip(first - 1).collect()
        }
    };
    chosen.into_iter().filter(|line| anchor(line).is_none()).collect::<Vec<_>>().join("\n")
}

/// The lines between an anchor's begin and end.
fn anchored<'a>(lines: &[&'a str], name: &str) -> Vec<&'a str> {
    let begin = lines.iter().position(|line| anchor(line) == Some(("ANCHOR:", name)));
    let lines = begin.map_or(&[][..], |begin| &lines[begin + 1..]);
    lines.iter().take_while(|line| anchor(line) != Some(("ANCHOR_END:", name))).copied().collect()
}

/// The mark and name of a line that only begins or ends a part for includes.
fn anchor(line: &str) -> Option<(&'static str, &str)> {
    ["ANCHOR_END:", "ANCHOR:"].into_iter().find_map(|mark| {
        let (_, name) = line.split_once(mark)?;
        Some((mark, name.split_whitespace().next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_lines_ranges_and_anchors() {
        let text = "1\n// ANCHOR: a\n3\n// ANCHOR: b\n5\n// ANCHOR_END: a\n7\n";
        assert_eq!(cut(text, "3"), "3");
        assert_eq!(cut(text, "5:7"), "5\n7");
        assert_eq!(cut(text, ":1"), "1");
        assert_eq!(cut(text, "a"), "3\n5");
        assert_eq!(cut(text, ""), "1\n3\n5\n7");
        assert_eq!(cut(text, "missing"), "");
        assert_eq!(cut(text, "0:0"), "");
    }
}
