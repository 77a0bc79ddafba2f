//! mdBooks: their sources, their summary, their includes.

use content::Found;

use crate::checkout::{Checkout, body};

fn book() -> Checkout {
    Checkout::new(&[
        ("book.toml", "[book]\ntitle = \"The Book\"\nsrc = \"text\"\n"),
        ("README.md", "# Repository\n"),
        ("text/SUMMARY.md", "# Summary\n\n[Title](title.md)\n\n# Part\n\n- [One](one.md)\n  - [Two](two.md)\n"),
        ("text/title.md", "# Title page\n[one](one.html)\n"),
        (
            "text/one.md",
            "# One\n```rust\n{{#rustdoc_include ../code/main.rs:here}}\n```\n![i](img/i.svg) [code](../code/main.rs)\n",
        ),
        ("text/two.md", "# Two\n{{#include ../../etc/passwd}}\n"),
        ("text/img/i.svg", "<svg/>"),
        ("code/main.rs", "fn main() {\n// ANCHOR: here\nlet shown = 1;\n// ANCHOR_END: here\n}\n"),
    ])
}

#[test]
fn a_book_has_its_title_its_order_and_its_sources_at_the_root() {
    let checkout = book();
    let site = checkout.site();
    assert_eq!(site.title(), "The Book");
    assert!(matches!(site.find("/"), Found::Moved(url) if url == "/title"));
    let Found::Page(one) = site.find("/one") else { panic!("no page") };
    let navigation = site.navigation(Some(one));
    let titles: Vec<_> = navigation.nodes.iter().map(|node| node.title.as_str()).collect();
    assert_eq!(titles, ["Title", "Part", "One"]);
    assert_eq!(navigation.nodes[2].children[0].title, "Two");
}

#[test]
fn what_lies_beside_the_sources_is_published_too() {
    let checkout = book();
    let site = checkout.site();
    assert!(matches!(site.find("/README"), Found::Page(_)), "{:?}", site.find("/README"));
    assert!(matches!(site.find("/code/main.rs"), Found::Asset(_)));
    let listed: Vec<_> =
        site.pages().iter().enumerate().map(|(at, page)| (&page.path, site.listed().contains(&at))).collect();
    assert!(listed.iter().all(|(path, is_listed)| *is_listed == path.starts_with("text/")), "{listed:?}");
}

#[test]
fn includes_and_links_of_a_book_are_resolved() {
    let checkout = book();
    let site = checkout.site();
    let one = body(&site, "/one");
    assert!(one.html.contains("shown") && !one.html.contains("ANCHOR") && !one.html.contains("main()"), "{}", one.html);
    assert!(one.html.contains("src=\"/img/i.svg\"") && one.html.contains("href=\"/code/main.rs\""), "{}", one.html);
    assert!(body(&site, "/title").html.contains("href=\"/one\""));
}

#[test]
fn an_include_out_of_the_checkout_is_left_as_it_was_written() {
    let checkout = book();
    assert!(body(&checkout.site(), "/two").html.contains("{{#include ../../etc/passwd}}"));
}
