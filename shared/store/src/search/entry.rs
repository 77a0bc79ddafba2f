//! A section's entry in the index: its words with their places and weights, as Postgres reads a `tsvector`.

use std::{collections::BTreeMap, fmt::Write as _};

use super::words::{stem, words};
use crate::bodies::Section;

/// The last place that a `tsvector` can tell from the others.
const LAST_PLACE: u32 = 16_383;

/// How many bytes of words an entry may have. A `tsvector` has room for a megabyte, places included.
const MOST_BYTES: usize = 300_000;

/// Between two fields, so that no phrase spans them.
const GAP: u32 = 10;

/// What a section is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The page's title (A) where the page begins, and the section's own heading (B).
    pub(crate) heads: String,
    /// The same; the headings above and, further down, the page's title (C); the text (D).
    pub(crate) words: String,
}

impl Entry {
    /// The entry of a section of the page with this title.
    pub(crate) fn of(title: &str, section: &Section, begins_page: bool) -> Self {
        let mut heads = Lexemes::default();
        if begins_page {
            heads.add(title, "A");
        }
        let (own, above) = section.headings.split_last().map_or((None, &[][..]), |(own, above)| (Some(own), above));
        if let Some(own) = own {
            heads.add(own, "B");
        }
        let mut all = heads.clone();
        if !begins_page {
            all.add(title, "C");
        }
        for heading in above {
            all.add(heading, "C");
        }
        all.add(&section.text, "");
        Self { heads: heads.to_tsvector(), words: all.to_tsvector() }
    }
}

/// Words and their stems, each with the places where it stands.
#[derive(Clone, Default)]
struct Lexemes {
    places: BTreeMap<String, Vec<(u32, &'static str)>>,
    last: u32,
    bytes: usize,
}

impl Lexemes {
    /// Adds a field's words. What does not fit is left out: the end of a very long section.
    fn add(&mut self, text: &str, weight: &'static str) {
        for word in words(text) {
            if self.last >= LAST_PLACE || self.bytes >= MOST_BYTES {
                return;
            }
            self.last += 1;
            self.bytes += word.form.len();
            let stem = stem(&word.form);
            if stem != word.form {
                self.bytes += stem.len();
                self.places.entry(stem.into_owned()).or_default().push((self.last, weight));
            }
            self.places.entry(word.form).or_default().push((self.last, weight));
        }
        self.last += GAP;
    }

    /// A lexeme has letters and digits only, so none needs to be escaped.
    fn to_tsvector(&self) -> String {
        let mut text = String::new();
        for (lexeme, places) in &self.places {
            let mut separator = ':';
            let _ = write!(text, "'{lexeme}'");
            for (place, weight) in places {
                let _ = write!(text, "{separator}{}{weight}", place.min(&LAST_PLACE));
                separator = ',';
            }
            text.push(' ');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(headings: &[&str], text: &str) -> Section {
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Section { anchor: None, headings, text: text.to_owned() }
    }

    #[test]
    fn a_page_begins_with_its_title_and_a_section_with_its_heading() {
        let first = Entry::of("Guide", &section(&[], "Read on"), true);
        assert_eq!(first.heads, "'guid':1A 'guide':1A ");
        assert_eq!(first.words, "'guid':1A 'guide':1A 'on':13 'read':12 ");
        let later = Entry::of("Guide", &section(&["Set up", "Linux"], "x"), false);
        assert_eq!(later.heads, "'linux':1B ");
        assert_eq!(later.words, "'guid':12C 'guide':12C 'linux':1B 'set':23C 'up':24C 'x':35 ");
    }

    #[test]
    fn an_endless_section_has_an_end() {
        let text: String = (0..200_000).fold(String::new(), |text, number| text + "word" + &number.to_string() + " ");
        let entry = Entry::of("Long", &section(&[], &text), true);
        assert!(entry.words.len() < 900_000, "{}", entry.words.len());
        assert!(entry.words.contains("'word16000':") && !entry.words.contains("'word17000':"));
    }
}
