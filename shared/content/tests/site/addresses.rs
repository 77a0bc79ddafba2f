//! Which URL leads where.

use content::Found;

use crate::checkout::{Checkout, body};

fn files() -> Checkout {
    Checkout::new(&[
        (
            "README.md",
            "# Home\n[Guide](guide/) [Install](guide/install.md#linux) ![logo](img/logo.png) [gone](gone.md)\n",
        ),
        ("guide/README.md", "# Guide\n[up](../README.md) [root](/guide/install.md)\n"),
        ("guide/install.md", "# Install\n<a href=\"README.md\">guide</a> <img src=\"../img/logo.png\">\n"),
        ("notes/one.md", "# One\n"),
        ("img/logo.png", "png"),
        (".hidden.md", "# Hidden\n"),
        ("-/x.md", "# Dash\n"),
    ])
}

fn moved(found: Found<'_>) -> String {
    match found {
        Found::Moved(url) => url,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_page_loses_its_ending_and_a_readme_is_its_folder() {
    let checkout = files();
    let site = checkout.site();
    for url in ["/", "/guide/", "/guide/install", "/-/x"] {
        assert!(matches!(site.find(url), Found::Page(_)), "{url} is {:?}", site.find(url));
    }
    assert!(matches!(site.find("/guide/install.md"), Found::Source(_)));
    assert!(matches!(site.find("/img/logo.png"), Found::Asset(_)));
}

#[test]
fn other_spellings_lead_to_the_page() {
    let checkout = files();
    let site = checkout.site();
    let expected = [
        ("/guide", "/guide/"),
        ("/guide/install/", "/guide/install"),
        ("/guide/install.html", "/guide/install"),
        ("/index.html", "/"),
        ("/guide/index", "/guide/"),
    ];
    for (asked, leads) in expected {
        assert_eq!(moved(site.find(asked)), leads, "{asked}");
    }
}

#[test]
fn nothing_is_found_outside_or_behind_a_dot() {
    let checkout = files();
    let site = checkout.site();
    for url in [
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/.hidden",
        "/.hidden.md",
        "/.git/config",
        "/a%00b",
        "/%ff",
        "/guide//install",
    ] {
        assert!(matches!(site.find(url), Found::Missing), "{url} is {:?}", site.find(url));
    }
}

#[test]
fn links_mean_what_they_mean_on_a_forge() {
    let checkout = files();
    let site = checkout.site();
    let home = body(&site, "/");
    for link in ["href=\"/guide/\"", "href=\"/guide/install#linux\"", "src=\"/img/logo.png\""] {
        assert!(home.html.contains(link), "{link} is not in {}", home.html);
    }
    assert_eq!(home.broken, ["gone.md"]);
    let guide = body(&site, "/guide/").html;
    assert!(guide.contains("href=\"/\"") && guide.contains("href=\"/guide/install\""), "{guide}");
    let install = body(&site, "/guide/install").html;
    assert!(install.contains("href=\"/guide/\"") && install.contains("src=\"/img/logo.png\""), "{install}");
}

#[test]
fn a_folder_without_a_page_is_listed() {
    let checkout = files();
    let site = checkout.site();
    assert!(body(&site, "/notes/").html.contains("<a href=\"/notes/one\">One</a>"));
}

#[test]
fn a_missing_page_suggests_those_like_it() {
    let checkout = files();
    let site = checkout.site();
    let suggested: Vec<_> = site.suggest("/guide/instal", 3).iter().map(|page| page.url.as_str()).collect();
    assert_eq!(suggested.first(), Some(&"/guide/install"));
    assert!(site.suggest("/zzzz", 3).is_empty());
}

#[test]
fn the_tree_is_ordered_by_weight_then_title() {
    let checkout = Checkout::new(&[
        ("README.md", "# Home"),
        ("b.md", "# Beta"),
        ("a.md", "---\nweight: 5\n---\n# Alpha"),
        ("c/README.md", "# Folder"),
        ("c/d.md", "# Inner"),
    ]);
    let site = checkout.site();
    let Found::Page(inner) = site.find("/c/d") else { panic!("no page") };
    let navigation = site.navigation(Some(inner));
    let titles: Vec<_> = navigation.nodes.iter().map(|node| node.title.as_str()).collect();
    assert_eq!(titles, ["Home", "Beta", "Folder", "Alpha"]);
    let title = |index: Option<usize>| index.map(|index| site.pages()[index].title.as_str());
    assert_eq!((title(navigation.previous), title(navigation.next)), (Some("Folder"), Some("Alpha")));
    assert_eq!(title(navigation.above.first().copied()), Some("Folder"));
}
