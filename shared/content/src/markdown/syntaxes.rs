//! The syntaxes of code: loaded when a block needs them, let go when none has for a while. What they compile as they
//! are used takes more memory than all else of a small site.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use syntect::parsing::{SyntaxReference, SyntaxSet};

static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

struct Loaded {
    syntaxes: Arc<SyntaxSet>,
    used: Instant,
}

/// All syntaxes, to be held no longer than a block takes.
pub(super) fn loaded() -> Arc<SyntaxSet> {
    let (mut place, used) = (LOADED.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
    let load = || Loaded { syntaxes: Arc::new(SyntaxSet::load_defaults_newlines()), used };
    let loaded = place.get_or_insert_with(load);
    loaded.used = used;
    loaded.syntaxes.clone()
}

/// Lets the syntaxes go if no block has needed them for so long. The next one that does takes some 20 ms more.
pub fn release_syntaxes(unused: Duration) {
    let mut place = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let gone = place.take_if(|loaded| loaded.used.elapsed() >= unused);
    drop(place);
    drop(gone);
}

/// The syntax of a language, by its name or a file's ending, or by that of one that looks alike.
pub(super) fn find<'a>(syntaxes: &'a SyntaxSet, language: &str) -> Option<&'a SyntaxReference> {
    let known = match language {
        "console" | "shell" | "terminal" | "zsh" => "sh",
        "jsonc" | "json5" => "json",
        "jsx" | "mjs" | "typescript" | "ts" | "tsx" => "js",
        "dockerfile" | "toml" | "ini" | "text" | "txt" | "plain" => return None,
        known => known,
    };
    syntaxes.find_syntax_by_token(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_used_is_let_go_and_loaded_again() {
        let held = loaded();
        assert!(Arc::ptr_eq(&held, &loaded()), "loaded twice");
        release_syntaxes(Duration::from_hours(1));
        assert!(Arc::ptr_eq(&held, &loaded()), "let go while in use");
        release_syntaxes(Duration::ZERO);
        assert!(!Arc::ptr_eq(&held, &loaded()), "kept");
    }
}
