//! A query as people write it: words, "a phrase", -without, this or that, and a last word that is still being typed.

use super::{
    stop::is_stop_word,
    words::{stem, words},
};

/// How many words a query may have; more are not looked at.
const MOST_WORDS: usize = 24;

/// The shortest beginning of a word that is looked for by itself, in letters: one or two are the beginning of too much.
/// Beside other words, which narrow it, any is: what one types must not lose its hits on the way to the next word.
const SHORTEST_BEGINNING: usize = 3;

/// The shortest beginning that is marked, in letters. A single one would speckle the snippet.
const SHORTEST_MARKED: usize = 2;

/// A query that asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    /// What Postgres is asked, as a `tsquery`.
    pub(super) tsquery: String,
    /// What is marked in a snippet.
    pub(super) wanted: Wanted,
}

/// The words that a query asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    stems: Vec<String>,
    forms: Vec<String>,
    beginning: Option<String>,
}

impl Wanted {
    /// Which of the wanted words a word is, by a number; none when it is not wanted.
    pub(super) fn position(&self, form: &str) -> Option<usize> {
        let beginning = || self.beginning.as_ref().filter(|beginning| form.starts_with(beginning.as_str())).map(|_| 0);
        let exact = || self.forms.iter().position(|wanted| wanted == form).map(|at| 1 + at);
        let stem = stem(form);
        let by_stem = || self.stems.iter().position(|wanted| *wanted == stem).map(|at| 1 + self.forms.len() + at);
        beginning().or_else(exact).or_else(by_stem)
    }
}

/// Words that belong together: one word, or a phrase.
struct Term {
    forms: Vec<String>,
    /// Written as a phrase: its words are wanted as they are, and so are words that ask for nothing.
    exact: bool,
    without: bool,
    /// Its last word may be the beginning of one.
    open: bool,
}

impl Query {
    /// None when nothing is asked for: no word, or only words that are not wanted.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut wanted = Wanted::default();
        let branches: Vec<String> = branches(text).iter().filter_map(|terms| branch(terms, &mut wanted)).collect();
        (!branches.is_empty()).then(|| Self { tsquery: branches.join(" | "), wanted })
    }
}

/// What stands between "or"s, cut into terms.
fn branches(text: &str) -> Vec<Vec<Term>> {
    let mut branches = vec![Vec::new()];
    let (mut rest, mut left) = (text.trim_start(), MOST_WORDS);
    while !rest.is_empty() && left > 0 {
        let (without, start) = rest.strip_prefix('-').map_or((false, rest), |start| (true, start));
        let quoted = start.strip_prefix('"');
        let inner = quoted.unwrap_or(start);
        let end = if quoted.is_some() {
            inner.find('"')
        } else {
            inner.find(|letter: char| letter.is_whitespace() || letter == '"')
        };
        let word = &inner[..end.unwrap_or(inner.len())];
        rest = &inner[end.unwrap_or(inner.len())..];
        rest = if quoted.is_some() { rest.strip_prefix('"').unwrap_or(rest) } else { rest };
        rest = rest.trim_start();
        if quoted.is_none() && !without && word.eq_ignore_ascii_case("or") && !rest.is_empty() {
            branches.push(Vec::new());
            continue;
        }
        let forms: Vec<String> = words(word).map(|word| word.form).take(left).collect();
        left -= forms.len();
        if let (false, Some(branch)) = (forms.is_empty(), branches.last_mut()) {
            branch.push(Term { forms, exact: quoted.is_some(), without, open: end.is_none() && !without });
        }
    }
    branches
}

/// One branch as a `tsquery`, its words added to what is wanted.
fn branch(terms: &[Term], wanted: &mut Wanted) -> Option<String> {
    let asks = |term: &Term| term.exact || term.forms.len() > 1 || !is_stop_word(&term.forms[0]);
    let something = terms.iter().any(|term| !term.without && asks(term));
    let kept: Vec<&Term> = terms.iter().filter(|term| term.without || !something || asks(term)).collect();
    if kept.iter().all(|term| term.without) {
        return None;
    }
    let is_narrowed = kept.iter().filter(|term| !term.without).count() > 1;
    let parts = kept.into_iter().map(|term| {
        if term.without {
            format!("!{}", phrase(term, false, &mut Wanted::default()))
        } else {
            phrase(term, is_narrowed, wanted)
        }
    });
    Some(format!("({})", parts.collect::<Vec<_>>().join(" & ")))
}

/// A term as a `tsquery`. Its words have letters and digits only, so none needs to be escaped.
fn phrase(term: &Term, is_narrowed: bool, wanted: &mut Wanted) -> String {
    let last = term.forms.len() - 1;
    let parts = term.forms.iter().enumerate().map(|(at, form)| {
        let stem = stem(form).into_owned();
        let letters = form.chars().count();
        if at == last && term.open && (letters >= SHORTEST_BEGINNING || is_narrowed || at > 0) {
            wanted.beginning = (letters >= SHORTEST_MARKED).then(|| form.clone());
            wanted.stems.push(stem.clone());
            format!("('{stem}' | '{form}':*)")
        } else if term.exact {
            wanted.forms.push(form.clone());
            format!("'{form}'")
        } else {
            wanted.stems.push(stem.clone());
            format!("'{stem}'")
        }
    });
    format!("({})", parts.collect::<Vec<_>>().join(" <-> "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tsquery(text: &str) -> String {
        Query::parse(text).map(|query| query.tsquery).unwrap_or_default()
    }

    #[test]
    fn every_word_is_wanted_and_the_last_may_be_a_beginning() {
        assert_eq!(tsquery("running pages "), "(('run') & ('page'))");
        assert_eq!(tsquery("running configu"), "(('run') & (('configu' | 'configu':*)))");
        assert_eq!(tsquery("go"), "(('go'))");
    }

    #[test]
    fn a_short_beginning_counts_beside_other_words() {
        assert_eq!(tsquery("lifetime el"), "(('lifetim') & (('el' | 'el':*)))");
        assert_eq!(tsquery("lifetime e"), "(('lifetim') & (('e' | 'e':*)))");
        assert_eq!(tsquery("redis_u"), "(('redi' <-> ('u' | 'u':*)))");
        assert_eq!(tsquery("-lifetime el"), "(!('lifetim') & ('el'))");
        assert_eq!(tsquery("lifetime el "), "(('lifetim') & ('el'))");
    }

    #[test]
    fn a_phrase_is_wanted_as_it_is_written() {
        assert_eq!(tsquery(r#""running to" x "#), "(('running' <-> 'to') & ('x'))");
        assert_eq!(tsquery(r#""running sho"#), "(('running' <-> ('sho' | 'sho':*)))");
        assert_eq!(tsquery("REDIS_URL "), "(('redi' <-> 'url'))");
        assert_eq!(tsquery("安装 "), "(('安' <-> '装'))");
    }

    #[test]
    fn words_can_be_unwanted_or_alternatives() {
        assert_eq!(tsquery("cache -redis "), "(('cach') & !('redi'))");
        assert_eq!(tsquery("cache or queue "), "(('cach')) | (('queue'))");
        assert_eq!(tsquery("cache or"), "(('cach'))");
    }

    #[test]
    fn words_that_ask_for_nothing_count_only_among_themselves() {
        assert_eq!(tsquery("how to install the worker "), "(('instal') & ('worker'))");
        assert_eq!(tsquery("what is this "), "(('what') & ('is') & ('this'))");
    }

    #[test]
    fn nothing_asked_is_nothing_found() {
        for text in ["", "  ", "-", "\"", "\"\"", "-redis", "!&|():*<->'\\", "- \" -"] {
            assert_eq!(Query::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_long_query_is_cut() {
        let query = tsquery(&"word ".repeat(1000));
        assert_eq!(query.matches("word").count(), MOST_WORDS);
    }
}
