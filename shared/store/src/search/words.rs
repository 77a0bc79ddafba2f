//! Words: runs of letters and digits, in lower case, with their stems.

use std::{borrow::Cow, ops::Range};

use rust_stemmers::{Algorithm, Stemmer};

/// The longest word, in bytes; what is longer is cut. No language needs more, and a file of random letters gets no more.
const LONGEST: usize = 60;

/// A word, and where it is in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word in lower case, without accents that stand alone.
    pub(crate) form: String,
    /// Its bytes in the text.
    pub(crate) range: Range<usize>,
}

/// The words of `text`, in order. A letter of a script that is written without spaces is a word of its own: its
/// neighbours are found as a phrase.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = letters.find(|(_, letter)| letter.is_alphanumeric())?;
        let mut word = Word { form: first.to_lowercase().collect(), range: start..start + first.len_utf8() };
        while let Some((at, letter)) = letters.next_if(|(_, letter)| !stands_alone(first) && continues(*letter)) {
            word.range.end = at + letter.len_utf8();
            if !is_accent(letter) {
                word.form.extend(letter.to_lowercase());
            }
        }
        word.form.truncate(cut(&word.form, LONGEST).len());
        Some(word)
    })
}

/// Words that mean the same have the same stem. English: a word of another language loses little by it.
pub(crate) fn stem(form: &str) -> Cow<'_, str> {
    Stemmer::create(Algorithm::English).stem(form)
}

/// As much of `text` as fits into `most` bytes.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn continues(letter: char) -> bool {
    (letter.is_alphanumeric() && !stands_alone(letter)) || is_accent(letter)
}

/// A combining accent: "e" and U+0301 is "é".
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Letters of scripts without spaces: Thai to Myanmar, kana, Han.
fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<String> {
        words(text).map(|word| word.form).collect()
    }

    #[test]
    fn a_word_is_a_run_of_letters_and_digits_in_lower_case() {
        assert_eq!(forms("Set REDIS_URL to `redis://h:6379`!"), ["set", "redis", "url", "to", "redis", "h", "6379"]);
        assert_eq!(forms("v1.2-rc3 a/b.md “Größe”"), ["v1", "2", "rc3", "a", "b", "md", "größe"]);
        assert_eq!(forms(" \n\t—…"), Vec::<String>::new());
    }

    #[test]
    fn a_letter_of_a_script_without_spaces_is_a_word() {
        assert_eq!(forms("安装 Rust 1.95版"), ["安", "装", "rust", "1", "95", "版"]);
        assert_eq!(forms("한국어 문서"), ["한국어", "문서"]);
    }

    #[test]
    fn a_word_knows_its_place() {
        let text = "«Größe» 大";
        let found: Vec<&str> = words(text).map(|word| &text[word.range]).collect();
        assert_eq!(found, ["Größe", "大"]);
    }

    #[test]
    fn a_composed_letter_does_not_end_a_word() {
        assert_eq!(forms("cafe\u{301}s"), ["cafes"]);
    }

    #[test]
    fn a_very_long_word_is_cut_between_letters() {
        let form = &forms(&"ö".repeat(100))[0];
        assert_eq!(form.len(), 60);
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        assert_eq!(stem("configurations"), stem("configure"));
        assert_ne!(stem("page"), stem("pager"));
    }
}
