//! From a push to a result: published, found, rolled back.

use harness::{house::House, http, repository::Repository};

fn book() -> Repository {
    Repository::with(&[
        ("README.md", "# A book\n\nBegin with [lifetimes](lifetimes.md).\n"),
        (
            "lifetimes.md",
            "# Lifetimes\n\nEvery reference has one.\n\n## Lifetime elision\n\nElision is what the compiler does.\n",
        ),
        ("traits.md", "# Traits\n\nShared behaviour.\n"),
    ])
}

#[test]
fn a_section_is_found_in_the_api_and_on_the_page_of_results() {
    let repository = book();
    let house = House::of(&repository);
    let (hits, revision) = house.search("lifetime elision");
    assert_eq!(hits.first().map(String::as_str), Some("/lifetimes#lifetime-elision"));
    assert_eq!(revision, repository.head());
    house.web().wait_for_revision(&repository.head());
    let page = house.web().get("/-/search?q=lifetime+elision");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("href=\"/lifetimes#lifetime-elision\""), "{}", page.body);
    assert!(page.body.contains("<mark>"), "{}", page.body);
    let instant = house.web().get("/-/search.json?q=elis");
    assert!(instant.body.contains("lifetime-elision"), "{}", instant.body);
}

#[test]
fn a_push_is_searchable_and_what_it_removed_is_not_found_any_more() {
    let repository = book();
    let house = House::of(&repository);
    assert_eq!(house.search("behaviour").0, ["/traits#traits"]);
    repository.git(&["rm", "--quiet", "traits.md"]);
    let commit = repository.publish(&[("macros.md", "# Macros\n\nCode that writes code, hygienically.\n")]);
    house.wait_until_searchable(&commit);
    assert_eq!(house.search("hygienically").0, ["/macros#macros"]);
    assert!(house.search("behaviour").0.is_empty());
}

#[test]
fn a_force_push_back_takes_search_back_and_forth_again() {
    let repository = book();
    let house = House::of(&repository);
    let before = repository.head();
    let after = repository.publish(&[("traits.md", "# Traits\n\nSpecialised.\n")]);
    house.wait_until_searchable(&after);
    repository.force_back(&before);
    house.wait_until_searchable(&before);
    assert_eq!(house.search("behaviour").0, ["/traits#traits"]);
    assert!(house.search("specialised").0.is_empty());
    repository.force_back(&after);
    house.wait_until_searchable(&after);
    assert_eq!(house.search("specialised").0, ["/traits#traits"]);
}

#[test]
fn a_query_with_anything_in_it_is_answered() {
    let house = House::of(&book());
    for query in ["%22", "%22a+b", "-", "%27%3B+drop+table+pages", "%00", "%F0%9F%A6%80", "a%26b%7C%21%28", "%E4%BD%A0"]
    {
        let answer = house.ask(&format!("/v1/search?q={query}"));
        assert!([200, 422].contains(&answer.status), "{query}: {} {}", answer.status, answer.body);
        let page = house.web().get(&format!("/-/search?q={query}"));
        assert!([200, 422, 503].contains(&page.status), "{query}: {}", page.status);
    }
    let script = house.web().get("/-/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert!(!script.body.contains("<script>alert"), "{}", script.body);
}

#[test]
fn a_site_without_an_api_says_that_it_has_no_search() {
    let repository = book();
    let suite = harness::suite::Suite::of(&repository);
    assert!(!suite.get("/").body.contains("role=\"search\""));
    let page = http::get(&format!("{}/-/search?q=x", suite.url())).expect("an answer");
    assert_eq!(page.status, 404);
    assert!(page.body.contains("has no search"), "{}", page.body);
}
