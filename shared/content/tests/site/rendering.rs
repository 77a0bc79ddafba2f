//! What Markdown becomes.

use crate::checkout::{Checkout, body, rendered};

#[test]
fn headings_have_the_anchors_of_the_forge() {
    let checkout = Checkout::new(&[("README.md", "# A `b`!\n## Dup\n## Dup\n## Über-uns & co\n")]);
    let home = body(&checkout.site(), "/");
    let anchors: Vec<_> = home.headings.iter().map(|heading| heading.anchor.as_str()).collect();
    assert_eq!(anchors, ["a-b", "dup", "dup-1", "über-uns--co"]);
    assert!(home.html.contains("<h2 id=\"dup-1\">"), "{}", home.html);
}

#[test]
fn tables_tasks_notes_footnotes_and_definitions_are_rendered() {
    let html =
        rendered("|a|\n|-|\n|b|\n\n- [x] done\n\n> [!WARNING]\n> Care\n\nText[^1]\n\n[^1]: Note\n\nTerm\n: Meaning\n");
    for part in
        ["<table>", "type=\"checkbox\"", "markdown-alert-warning", "<section class=\"footnotes\"", "<dt>Term</dt>"]
    {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[test]
fn code_has_classes_and_no_styles() {
    let html = rendered("```rust,ignore\nfn main() {}\n```\n");
    assert!(html.contains("<code class=\"language-rust\">") && html.contains("class=\"s-"), "{html}");
    assert!(!html.contains("style="), "{html}");
}

#[test]
fn front_matter_is_not_shown_and_says_what_the_page_is() {
    let checkout = Checkout::new(&[("a.md", "---\ntitle: Said\ndescription: In a word.\n---\nText\n")]);
    let site = checkout.site();
    let page = site.pages().iter().find(|page| page.path == "a.md").expect("a page");
    assert_eq!((page.title.as_str(), page.description.as_deref()), ("Said", Some("In a word.")));
    assert!(!body(&site, "/a").html.contains("title:"));
}

#[test]
fn a_draft_is_not_published() {
    let checkout = Checkout::new(&[("a.md", "---\ndraft: true\n---\nText\n"), ("b.md", "b")]);
    assert!(checkout.site().pages().iter().all(|page| page.path != "a.md"));
}

#[test]
fn a_page_in_html_is_sanitised_like_any_other() {
    let checkout = Checkout::new(&[
        ("p.html", "<title>T</title><h1>Hi</h1><script>x()</script><a href=\"q.md\">q</a>"),
        ("q.md", "# Q"),
    ]);
    let html = body(&checkout.site(), "/p.html").html;
    assert!(html.trim_start().starts_with("<h1>"), "the title is in the page's head: {html}");
    assert!(html.contains("<h1>Hi</h1>") && html.contains("href=\"/q\"") && !html.contains("x()"), "{html}");
}

#[test]
fn a_picture_from_elsewhere_is_shown_by_its_words() {
    let html = rendered("![A **plan**](https://h.example/p.png) ![](//h.example/a/logo.svg?x=1)\n");
    assert!(
        html.contains("<a href=\"https://h.example/p.png\" rel=\"noopener\">A <strong>plan</strong></a>"),
        "{html}"
    );
    assert!(html.contains(">logo.svg</a>"), "{html}");
    // Within a link its words are the link, and so they are where HTML was written.
    let html =
        rendered("[![Build](HTTPS://h.example/b.svg)](https://h.example/ci) <img src=https://h.example/c.png alt=C>\n");
    assert!(!html.contains("<img") && html.contains(">Build</a> C"), "{html}");
    let html = rendered("a <img alt=\"x > y\" src=\"https://h.example/c.png\"> b <img src=p.png alt=kept> c\n");
    assert!(html.contains("a x &gt; y b <img") && html.contains("alt=\"kept\""), "{html}");
    let html = rendered("<img src=//h alt='<script>x()</script><b onclick=x()>&lt;i&gt;'> end\n");
    assert!(
        !html.contains("<script") && !html.contains("<b") && !html.contains("<i>") && html.contains("end"),
        "{html}"
    );
}

#[test]
fn the_digest_changes_with_titles_and_not_with_text() {
    let checkout = Checkout::new(&[("README.md", "# A\none\n")]);
    let before = checkout.site().digest();
    checkout.write("README.md", b"# A\ntwo\n");
    assert_eq!(checkout.site().digest(), before);
    checkout.write("README.md", b"# B\ntwo\n");
    assert_ne!(checkout.site().digest(), before);
}
