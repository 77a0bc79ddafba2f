//! What a file of the repository is, by its name: source code is text, whatever lists of media types make of its ending.

use std::path::Path;

/// The media type of a file by its ending. Text of any kind is shown as text.
pub(crate) fn content_type(path: &str) -> String {
    if is_text_name(path) {
        return "text/plain; charset=utf-8".to_owned();
    }
    let guess = mime_guess::from_path(Path::new(path)).first();
    match guess {
        Some(kind)
            if kind.type_() == mime_guess::mime::TEXT
                && !matches!(kind.subtype().as_str(), "css" | "csv" | "javascript" | "xml") =>
        {
            "text/plain; charset=utf-8".to_owned()
        }
        Some(kind) if kind.type_() == mime_guess::mime::TEXT => format!("{}; charset=utf-8", kind.essence_str()),
        Some(kind) => kind.essence_str().to_owned(),
        None => "application/octet-stream".to_owned(),
    }
}

/// Endings of sources that lists of media types do not know, or take for something to download or to play: `main.ts` is
/// no film.
const SOURCES: [&str; 70] = [
    "adoc",
    "bash",
    "bat",
    "bzl",
    "c",
    "cc",
    "cfg",
    "clj",
    "cmake",
    "cmd",
    "conf",
    "cpp",
    "cs",
    "cue",
    "dart",
    "diff",
    "edn",
    "el",
    "env",
    "erl",
    "ex",
    "exs",
    "fish",
    "fs",
    "go",
    "gradle",
    "graphql",
    "h",
    "hcl",
    "hpp",
    "hs",
    "ini",
    "java",
    "jl",
    "jsx",
    "kt",
    "kts",
    "lisp",
    "lock",
    "lua",
    "mdx",
    "mk",
    "ml",
    "nim",
    "nix",
    "patch",
    "php",
    "pl",
    "pm",
    "properties",
    "proto",
    "ps1",
    "py",
    "r",
    "rb",
    "rs",
    "rst",
    "scala",
    "sh",
    "sql",
    "swift",
    "tex",
    "tf",
    "tmpl",
    "toml",
    "ts",
    "tsx",
    "vue",
    "zig",
    "zsh",
];

/// Whether a file is text everywhere: a source, or a name without an ending, as `LICENSE`, `Makefile`, `.gitignore`.
fn is_text_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    ending.is_none_or(|ending| SOURCES.binary_search(&ending.to_ascii_lowercase().as_str()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_shown_as_text_and_media_as_what_they_are() {
        assert!(SOURCES.is_sorted());
        for path in ["main.ts", "a/b.GO", "x.sh", "Makefile", ".gitignore", "notes.txt", "Cargo.toml", "run.ps1"] {
            assert_eq!(content_type(path), "text/plain; charset=utf-8", "{path}");
        }
        assert_eq!(content_type("a.png"), "image/png");
        assert_eq!(content_type("a.svg"), "image/svg+xml");
        assert_eq!(content_type("a.css"), "text/css; charset=utf-8");
        assert_eq!(content_type("a.bin"), "application/octet-stream");
    }
}
