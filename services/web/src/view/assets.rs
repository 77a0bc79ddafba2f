//! Style, scripts and icon: a few files of our own, served under names that contain their hash and never change.

use std::sync::LazyLock;

use bytes::Bytes;
use content::ContentHash;

use crate::compress::{self, Variants};

/// Where they are served.
pub(crate) const PREFIX: &str = "/-/assets/";

/// One file, compressed once.
pub(crate) struct Asset {
    name: String,
    url: String,
    /// For `Content-Type`.
    pub content_type: &'static str,
    /// Its bytes in every encoding.
    pub variants: Variants,
}

impl Asset {
    fn new(stem: &str, extension: &str, content_type: &'static str, text: &str) -> Self {
        let hash = ContentHash::of(text.as_bytes()).short();
        let name = format!("{stem}.{}.{extension}", &hash[..12]);
        let url = format!("{PREFIX}{name}");
        Self { name, url, content_type, variants: compress::all(Bytes::copy_from_slice(text.as_bytes())) }
    }

    /// Where it is served.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The style of every page.
pub(crate) static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    let parts = [
        include_str!("../../assets/base.css"),
        include_str!("../../assets/frame.css"),
        include_str!("../../assets/search.css"),
        include_str!("../../assets/text.css"),
        include_str!("../../assets/code.css"),
    ];
    Asset::new("site", "css", "text/css; charset=utf-8", &parts.concat())
});

/// What a page does beyond being read: contents, copying, following revisions, results while one types.
pub(crate) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let parts = [include_str!("../../assets/site.js"), include_str!("../../assets/search.js")];
    Asset::new("site", "js", JAVASCRIPT, &parts.concat())
});

/// Dark or light, before anything is painted.
pub(crate) static THEME: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("theme", "js", JAVASCRIPT, include_str!("../../assets/theme.js")));

/// Twelve dots.
pub(crate) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("../../assets/icon.svg")));

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The file of that name.
pub(crate) fn find(name: &str) -> Option<&'static Asset> {
    [&STYLESHEET, &SCRIPT, &THEME, &ICON].into_iter().map(|asset| &**asset).find(|asset| asset.name == name)
}

/// Changes whenever a file or a template changes: pages that were made with others are not reused.
pub(crate) fn digest() -> ContentHash {
    let templates = [
        include_str!("../../templates/frame.html"),
        include_str!("../../templates/page.html"),
        include_str!("../../templates/entry.html"),
    ];
    let urls = [&STYLESHEET, &SCRIPT, &THEME, &ICON].map(|asset| asset.url.clone());
    ContentHash::of((templates.concat() + &urls.concat()).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The WCAG relative luminance of `#rrggbb`.
    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("hexadecimal")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Every `--name: light-dark(#light, #dark)` of the palette.
    fn palette() -> Vec<(String, [String; 2])> {
        let line = |line: &str| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(':')?;
            let (light, dark) = value.trim().strip_prefix("light-dark(")?.split_once(')')?.0.split_once(',')?;
            Some((name.to_owned(), [light.trim().to_owned(), dark.trim().to_owned()]))
        };
        include_str!("../../assets/base.css").lines().filter_map(line).collect()
    }

    #[test]
    fn words_are_readable_on_every_ground_in_light_and_dark() {
        let palette = palette();
        let color =
            |name: &str, theme: usize| palette.iter().find(|(known, _)| known == name).expect(name).1[theme].clone();
        for theme in 0..2 {
            for words in [
                "ink",
                "quiet",
                "accent",
                "code-comment",
                "code-string",
                "code-keyword",
                "code-number",
                "code-name",
                "good",
                "bad",
                "waiting",
            ] {
                for ground in ["paper", "raised"] {
                    let ratio = contrast(&color(words, theme), &color(ground, theme));
                    assert!(ratio >= 4.5, "{words} on {ground} in theme {theme} has a contrast of {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn a_page_weighs_less_than_fifty_kilobytes_before_its_text() {
        let bytes = STYLESHEET.variants.identity.len() + SCRIPT.variants.identity.len() + THEME.variants.identity.len();
        assert!(bytes < 40_000, "{bytes} bytes of style and script");
    }

    #[test]
    fn an_asset_is_found_by_its_name_and_no_other() {
        assert!(find(STYLESHEET.url().strip_prefix(PREFIX).expect("a prefix")).is_some());
        assert!(find("site.css").is_none());
    }
}
