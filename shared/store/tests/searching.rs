//! Searching: what is found, in which order, and how it is shown.

use contract::search::{Hit, SearchResults};
use store::{
    bodies::{Body, Section},
    revisions::NewPage,
    search::Ask,
};

use crate::fixture::{Fixture, commit, main_ref, migrated, page};

impl Fixture {
    async fn ask(&self, query: &str) -> SearchResults {
        let ask = Ask { query: query.to_owned(), ref_name: Some(main_ref()), commit: None, offset: 0, limit: 20 };
        self.search(&ask).await.expect("results")
    }

    /// The paths of the hits, with their anchors.
    async fn found(&self, query: &str) -> Vec<String> {
        self.ask(query).await.hits.iter().map(place).collect()
    }
}

fn place(hit: &Hit) -> String {
    format!("{}{}", hit.path, hit.anchor.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default())
}

/// A page of sections, each with its headings.
fn document(path: &str, title: &str, sections: &[(&[&str], &str)]) -> (NewPage, Body) {
    let (page, mut body) = page(path, title, &[path]);
    let section = |(headings, text): &(&[&str], &str)| Section {
        anchor: headings.last().map(|heading| heading.to_lowercase().replace(' ', "-")),
        headings: headings.iter().map(|heading| (*heading).to_owned()).collect(),
        text: (*text).to_owned(),
    };
    body.sections = sections.iter().map(section).collect();
    (page, body)
}

async fn library() -> Fixture {
    let store = migrated();
    let pages = [
        document(
            "caching.md",
            "Caching",
            &[
                (&[], "What is kept, and for how long."),
                (&["Redis"], "A cache may be away. Then pages are computed again."),
                (&["Redis", "Eviction"], "Old entries go first."),
            ],
        ),
        document(
            "queue.md",
            "Queue",
            &[
                (&[], "Jobs wait in Postgres. Caching is mentioned here."),
                (&["Caching of results"], "Results are kept by the worker."),
            ],
        ),
        document(
            "install.md",
            "Installation",
            &[
                (&[], "Install the configuration with `REDIS_URL` set to redis://localhost:6379."),
                (&["Linux"], "Run the installer. The quick brown fox jumps."),
                (&["Windows"], "The brown quick fox does not."),
            ],
        ),
        document("zh.md", "指南", &[(&[], "安装说明：先安装再运行。"), (&["运行"], "运行服务。")]),
        document("odd.md", "Odd <b>title</b>", &[(&[], "5 < 6 && \"x\" <script>alert('redis')</script> O'Reilly")]),
    ];
    store.publish(1, &pages).await;
    store
}

#[tokio::test]
async fn titles_come_first_then_headings_then_text() {
    let store = library().await;
    let found = store.found("caching ").await;
    assert_eq!(found[..2], ["caching.md", "queue.md#caching-of-results"]);
    assert!(found.contains(&"queue.md".to_owned()), "{found:?}");
}

#[tokio::test]
async fn a_section_is_found_by_its_page_and_its_headings_too() {
    let store = library().await;
    assert_eq!(store.found("installation linux ").await, ["install.md#linux"]);
    assert_eq!(store.found("caching redis eviction ").await, ["caching.md#eviction"]);
    let hit = &store.ask("eviction ").await.hits[0];
    assert_eq!((hit.url.as_str(), hit.title.as_str()), ("/caching", "Caching"));
    assert_eq!(hit.headings, ["Redis", "Eviction"]);
}

#[tokio::test]
async fn forms_of_a_word_are_found_and_a_beginning_while_it_is_typed() {
    let store = library().await;
    assert_eq!(store.found("installs ").await.first().map(String::as_str), Some("install.md"));
    for typed in ["con", "config", "configur", "configurat", "configuration"] {
        assert_eq!(store.found(typed).await, ["install.md"], "{typed}");
    }
    assert_eq!(store.found("configurat ").await, Vec::<String>::new(), "a whole word that is none");
}

#[tokio::test]
async fn a_phrase_is_found_as_it_is_written() {
    let store = library().await;
    assert_eq!(store.found("\"quick brown\"").await, ["install.md#linux"]);
    assert_eq!(store.found("quick brown ").await.len(), 2);
    assert_eq!(store.found("\"quick brow").await, ["install.md#linux"]);
    assert_eq!(store.found("REDIS_URL ").await, ["install.md"]);
    assert_eq!(store.found("redis://localhost:6379").await, ["install.md"]);
}

#[tokio::test]
async fn words_are_left_out_and_alternatives_taken() {
    let store = library().await;
    assert_eq!(store.found("fox -linux ").await, ["install.md#windows"]);
    let mut either = store.found("eviction or windows ").await;
    either.sort();
    assert_eq!(either, ["caching.md#eviction", "install.md#windows"]);
    assert_eq!(store.found("-linux").await, Vec::<String>::new());
}

#[tokio::test]
async fn text_without_spaces_is_found() {
    let store = library().await;
    assert_eq!(store.found("安装").await, ["zh.md"]);
    assert_eq!(store.found("运行").await.len(), 2);
    assert!(store.ask("安装").await.hits[0].snippet.starts_with("<mark>安</mark><mark>装</mark>说明"));
}

#[tokio::test]
async fn a_snippet_is_safe_html() {
    let store = library().await;
    let hits = store.ask("alert ").await.hits;
    assert_eq!(
        hits[0].snippet,
        "5 &lt; 6 &amp;&amp; &quot;x&quot; &lt;script&gt;<mark>alert</mark>(&#39;redis&#39;)&lt;/script&gt; O&#39;Reilly"
    );
    assert_eq!(hits[0].title, "Odd <b>title</b>");
}

#[tokio::test]
async fn whatever_is_typed_is_answered() {
    let store = library().await;
    let long = "word ".repeat(5000);
    let deep = "(".repeat(500);
    for query in [
        "",
        " ",
        "'",
        "\\",
        "';--",
        "a & b | !c",
        "<->",
        ":*",
        "\0",
        "\u{202e}",
        "((",
        "' or 1=1",
        "%",
        "😀",
        "ﬁ",
        "İ",
        &long,
        &deep,
        "\"",
        "-",
        "- -",
        "a\u{1f}b",
        "\u{1d400}",
    ] {
        let results = store.ask(query).await;
        assert_eq!(results.revision, Some(commit(1)), "{query:?}");
    }
}

#[tokio::test]
async fn nothing_live_is_nothing_found() {
    let store = migrated();
    assert_eq!(store.ask("anything").await.revision, None);
    assert_eq!(store.pages().list(None, None, None, 10).await.expect("asked"), None);
}

#[tokio::test]
async fn a_revision_is_searched_by_name_while_it_is_kept_and_the_live_one_otherwise() {
    let store = migrated();
    store.publish(1, &[page("a.md", "A", &["apple"])]).await;
    store.publish(2, &[page("a.md", "A", &["banana"])]).await;
    let of = async |number, query: &str| {
        let ask = Ask { query: query.to_owned(), ref_name: None, commit: Some(commit(number)), offset: 0, limit: 10 };
        let results = store.search(&ask).await.expect("results");
        (results.revision, results.hits.len())
    };
    assert_eq!(of(1, "apple ").await, (Some(commit(1)), 1));
    assert_eq!(of(2, "apple ").await, (Some(commit(2)), 0));
    assert_eq!(of(3, "banana ").await, (Some(commit(2)), 1), "not known: the live one");
    let id = store.announced(4).await;
    store.start(id, &[page("a.md", "A", &["cherry"])], 1).await;
    assert_eq!(of(4, "banana ").await, (Some(commit(2)), 1), "not indexed yet: the live one");
}

#[tokio::test]
async fn what_the_navigation_leads_to_comes_before_what_lies_beside_it() {
    let store = migrated();
    let mut older = document("2018/papaya.md", "Papaya", &[(&["Papaya"], "A papaya is a papaya.")]);
    older.0.is_listed = false;
    store.publish(1, &[older, document("papaya.md", "Fruits", &[(&["Papaya"], "It is sweet.")])]).await;
    assert_eq!(store.found("papaya ").await, ["papaya.md#papaya", "2018/papaya.md#papaya"]);
}

#[tokio::test]
async fn a_page_shows_its_best_sections_only_and_more_is_told() {
    let store = migrated();
    let many: Vec<String> = (0..8).map(|number| format!("kiwi {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut pages = vec![page("many.md", "Many", &many)];
    pages.extend(
        (0..5).map(|number| page(&format!("{number}.md"), "One", &[&format!("one kiwi {number} and more words")])),
    );
    store.publish(1, &pages).await;
    assert_eq!(store.found("kiwi ").await.iter().filter(|place| place.starts_with("many.md")).count(), 3);
    let (mut seen, mut offset) = (Vec::new(), 0);
    loop {
        let ask = Ask { query: "kiwi ".to_owned(), ref_name: None, commit: None, offset, limit: 3 };
        let results = store.search(&ask).await.expect("results");
        seen.extend(results.hits.iter().map(place));
        offset += 3;
        if !results.more {
            break;
        }
    }
    assert_eq!(seen, store.found("kiwi ").await, "page by page is the same as at once");
}

#[tokio::test]
async fn a_title_is_found_among_more_matches_than_are_ranked() {
    let store = migrated();
    let sections: Vec<String> = (0..1500).map(|number| format!("common word {number}")).collect();
    let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
    let mut pages: Vec<_> =
        (0..10).map(|number| page(&format!("{number}.md"), "Other", &sections[number * 150..][..150])).collect();
    pages.push(page("last.md", "Common", &["nothing else"]));
    store.publish(1, &pages).await;
    assert_eq!(store.found("common ").await[0], "last.md");
}
