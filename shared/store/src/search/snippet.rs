//! A piece of text that shows why it was found, as safe HTML.

use super::{
    query::Wanted,
    words::{Word, words},
};

/// How much text a snippet shows, in bytes, more or less.
const LENGTH: usize = 240;

/// How much of it stands before the first marked word.
const LEAD: usize = 40;

/// How many words of a section are looked at.
const MOST_WORDS: usize = 5000;

/// The piece of `text` with the most of what is wanted, that marked with `<mark>`, everything else escaped.
pub(super) fn snippet(text: &str, wanted: &Wanted) -> String {
    let all: Vec<Word> = words(text).take(MOST_WORDS).collect();
    let matches: Vec<(usize, &Word)> =
        all.iter().filter_map(|word| wanted.position(&word.form).map(|which| (which, word))).collect();
    let first = best_start(&matches);
    let start = if first > LEAD { start_before(first, text, &all) } else { 0 };
    let last = all.iter().map(|word| word.range.end).take_while(|end| *end <= start + LENGTH).last();
    let is_whole = text[start..].len() <= LENGTH;
    let end = if is_whole {
        text.len()
    } else {
        last.filter(|end| *end > start).unwrap_or_else(|| text.floor_char_boundary(start + LENGTH))
    };
    let mut html = String::with_capacity(LENGTH * 2);
    if start > 0 {
        html.push_str("… ");
    }
    let mut at = start;
    for (_, word) in matches.iter().filter(|(_, word)| word.range.start >= start && word.range.end <= end) {
        escape(&text[at..word.range.start], &mut html);
        html.push_str("<mark>");
        escape(&text[word.range.clone()], &mut html);
        html.push_str("</mark>");
        at = word.range.end;
    }
    escape(&text[at..end], &mut html);
    if end < text.len() {
        html.push_str(" …");
    }
    html
}

/// Where a piece begins that leads to `first`: at a word after a space, so that no "t" of "doesn't" begins it; in a
/// text without spaces at any word.
fn start_before(first: usize, text: &str, all: &[Word]) -> usize {
    let lead = || all.iter().map(|word| word.range.start).filter(|start| (first - LEAD..=first).contains(start));
    let after_space = |start: &usize| text[..*start].ends_with(char::is_whitespace);
    lead().find(after_space).or_else(|| lead().next()).unwrap_or(first)
}

/// Where the piece with the most different wanted words begins: the first of them.
fn best_start(matches: &[(usize, &Word)]) -> usize {
    let score = |at: usize| {
        let start = matches[at].1.range.start;
        let inside = matches[at..].iter().take_while(|(_, word)| word.range.end <= start + LENGTH - LEAD);
        let mut found: Vec<usize> = inside.map(|(which, _)| *which).collect();
        let total = found.len();
        found.sort_unstable();
        found.dedup();
        (found.len(), total)
    };
    let best = (0..matches.len().min(200)).rev().max_by_key(|at| score(*at));
    best.map_or(0, |at| matches[at].1.range.start)
}

/// Adds text to HTML: escaped, and every run of spaces and line breaks as one space.
fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            space if space.is_whitespace() || space.is_control() => {
                if !html.ends_with(' ') && !html.is_empty() {
                    html.push(' ');
                }
            }
            letter => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::query::Query, *};

    fn shown(text: &str, query: &str) -> String {
        snippet(text, &Query::parse(query).expect("a query").wanted)
    }

    #[test]
    fn what_matches_is_marked_and_everything_is_escaped() {
        let html = shown("Use <b>Pages</b> & \"page\"\n\n  caches", "page \"b\" ");
        assert_eq!(
            html,
            "Use &lt;<mark>b</mark>&gt;<mark>Pages</mark>&lt;/<mark>b</mark>&gt; &amp; &quot;<mark>page</mark>&quot; caches"
        );
    }

    #[test]
    fn a_word_that_is_being_typed_is_marked_whole() {
        assert_eq!(shown("The configuration", "config"), "The <mark>configuration</mark>");
    }

    #[test]
    fn a_long_text_is_shown_where_most_of_the_query_is() {
        let text = format!("cache {} cache redis {}", "filler ".repeat(100), "filler ".repeat(100));
        let html = shown(&text, "redis cache ");
        assert!(html.starts_with("… ") && html.ends_with(" …"), "{html}");
        assert!(html.contains("<mark>cache</mark> <mark>redis</mark>"), "{html}");
        assert!(html.len() < 2 * LENGTH, "{html}");
    }

    #[test]
    fn a_piece_begins_at_a_word_and_not_within_one() {
        let text = format!("{} but hadn’t figured out the actual return type of redis", "filler ".repeat(20));
        let html = shown(&text, "redis ");
        assert!(html.starts_with("… figured out"), "{html}");
        let html = shown(&format!("{}字", "漢".repeat(50)), "字 ");
        assert!(html.starts_with("… 漢") && html.ends_with("漢<mark>字</mark>"), "{html}");
    }

    #[test]
    fn a_text_without_a_match_is_shown_from_its_beginning() {
        assert_eq!(shown("Plain text.", "redis "), "Plain text.");
        let html = shown(&"filler ".repeat(100), "redis ");
        assert!(html.starts_with("filler") && html.ends_with(" …"), "{html}");
    }

    #[test]
    fn a_text_without_spaces_does_not_break_a_letter() {
        for text in ["漢".repeat(500), "…".repeat(500), "é".repeat(500)] {
            assert!(shown(&text, "漢 ").contains('…'));
        }
    }
}
