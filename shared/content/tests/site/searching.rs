//! What search is given of a page: its sections, and a hash that changes when they do.

use content::{Format, Lease, Settings, Site, Sources};

use crate::checkout::Checkout;

fn words(sources: &Sources, path: &str) -> String {
    sources.sections(path).expect("read").into_iter().map(|section| section.text).collect::<Vec<_>>().join("|")
}

#[test]
fn sections_are_read_without_the_manifest_and_with_includes() {
    let book = Checkout::new(&[
        ("book.toml", "[book]\n"),
        ("src/SUMMARY.md", "[One](one.md)\n"),
        ("src/one.md", "---\ntitle: Uno\n---\nbefore\n\n# One\n\n{{#include part.txt}}\n"),
        ("src/part.txt", "included"),
        ("plain.html", "<h1 id=top>Plain</h1><p>Some <b>HTML</b>"),
    ]);
    let sources = Sources::open(Lease::open(book.path()).expect("a lease"), Settings::default());
    assert_eq!(words(&sources, "src/one.md"), "before|included");
    assert_eq!(words(&sources, "plain.html"), "Some HTML");
    assert!(sources.sections("src/missing.md").is_err());
}

#[test]
fn the_hash_of_a_text_covers_what_it_includes() {
    let files = [("a.md", "# A\n{{#include part.txt}}\n"), ("b.md", "# B\n"), ("part.txt", "one"), ("c/d.md", "x")];
    let (before, after) = (Checkout::new(&files), Checkout::new(&files));
    after.write("part.txt", b"two");
    let hashes = |site: &Site| {
        let texts = site.pages().iter().filter(|page| page.format != Format::Listing);
        texts.map(|page| site.sources().text_hash(page).expect("read").expect("a text")).collect::<Vec<_>>()
    };
    let (before, after) = (before.site(), after.site());
    assert_eq!(before.pages().iter().filter(|page| page.format == Format::Listing).count(), 2);
    let (before, after) = (hashes(&before), hashes(&after));
    assert_ne!(before[0], after[0]);
    assert_eq!(before[1..], after[1..]);
}
