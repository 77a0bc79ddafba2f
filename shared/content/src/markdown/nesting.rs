//! Nesting: how deep a line's blocks may lie in one another.

/// Flattens lines that would open more than `most` blocks, so that no parser or writer has to follow them down.
pub(super) fn flatten(text: &str, most: usize) -> String {
    // A block takes at least a mark or two columns, so a short line cannot be deep.
    if text.lines().all(|line| depth(line) <= most) {
        return text.to_owned();
    }
    let lines = text.lines().map(|line| if depth(line) > most { line.trim_start_matches(is_block_mark) } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// An upper bound of the blocks that a line opens or continues.
fn depth(line: &str) -> usize {
    let marks = &line[..line.len() - line.trim_start_matches(is_block_mark).len()];
    let spaces =
        marks.bytes().filter(|byte| *byte == b' ').count() + 4 * marks.bytes().filter(|byte| *byte == b'\t').count();
    marks.bytes().filter(|byte| !matches!(byte, b' ' | b'\t')).count() + spaces / 2
}

fn is_block_mark(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')') || letter.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_lines_are_flattened_and_others_kept() {
        let deep = format!("{}x", "- ".repeat(10_000));
        assert_eq!(flatten(&format!("- a\n{deep}"), 100), "- a\nx");
        let quoted = format!("{}x", ">".repeat(10_000));
        assert_eq!(flatten(&quoted, 100), "x");
        assert_eq!(flatten("- a\n  - b\n", 100), "- a\n  - b\n");
    }
}
