//! A snippet's HTML, reduced to what it may be: text and `<mark>`.

/// The snippet with every other tag shown as text. What is escaped in it stays so.
pub(super) fn only(snippet: &str) -> String {
    let mut safe = String::with_capacity(snippet.len());
    let (mut rest, mut is_open) = (snippet, false);
    while let Some(at) = rest.find(['<', '>', '"']) {
        safe.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = if is_open { "</mark>" } else { "<mark>" };
        if let Some(after) = rest.strip_prefix(tag) {
            safe.push_str(tag);
            (rest, is_open) = (after, !is_open);
        } else {
            safe.push_str(match rest.as_bytes()[0] {
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            rest = &rest[1..];
        }
    }
    safe.push_str(rest);
    if is_open {
        safe.push_str("</mark>");
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_and_everything_else_is_text() {
        assert_eq!(only("a &lt; <mark>b</mark> c"), "a &lt; <mark>b</mark> c");
        assert_eq!(only("<script>x</script>"), "&lt;script&gt;x&lt;/script&gt;");
        assert_eq!(only("<mark onclick=\"x\">b</mark>"), "&lt;mark onclick=&quot;x&quot;&gt;b&lt;/mark&gt;");
        assert_eq!(only("<mark>a <mark>b"), "<mark>a &lt;mark&gt;b</mark>");
    }
}
