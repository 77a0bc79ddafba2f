//! Words that ask for nothing.

/// Words that a question has and an answer need not have, sorted. They are indexed, and count in a phrase and when nothing else was asked.
const WORDS: [&str; 44] = [
    "a", "about", "an", "and", "are", "as", "at", "be", "by", "can", "could", "did", "do", "does", "for", "from",
    "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or", "should", "so", "that",
    "the", "then", "there", "this", "to", "was", "we", "what", "with", "would", "you",
];

/// Whether a word asks for nothing.
pub(super) fn is_stop_word(form: &str) -> bool {
    WORDS.binary_search(&form).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted() {
        assert!(WORDS.is_sorted());
        assert!(is_stop_word("the") && !is_stop_word("redis"));
    }
}
