//! Announcements that come late, twice, or from somebody who is behind.

use harness::{house::House, repository::Repository};
use serde_json::json;

#[test]
fn what_comes_late_or_twice_moves_nothing() {
    let repository = Repository::with(&[("README.md", "# One\n")]);
    let house = House::of(&repository);
    let one = repository.head();
    let two = repository.publish(&[("README.md", "# Two\n")]);
    house.wait_until_searchable(&two);
    let three = repository.publish(&[("README.md", "# Three\n")]);
    house.wait_until_searchable(&three);
    for announcement in [
        json!({"ref": "main", "from": two, "to": three}),
        json!({"ref": "main", "from": one, "to": two}),
        json!({"ref": "main", "from": null, "to": one}),
    ] {
        let answer = house.tell("/v1/revisions", &announcement);
        let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!((&told["target"], &told["accepted"]), (&json!(three), &json!(false)), "{announcement}");
    }
    let live = format!("select count(*) from events where kind = 'revision.live' and data ->> 'commit' = '{three}'");
    assert_eq!(house.query(&live), "1");
    assert_eq!(house.search("three").1, three);
}

#[test]
fn whoever_may_not_announce_is_told_so_and_moves_nothing() {
    let repository = Repository::with(&[("README.md", "# One\n")]);
    let house = House::of(&repository);
    let url = format!("{}/v1/revisions", house.api_url());
    let body = json!({"ref": "main", "from": repository.head(), "to": "f".repeat(40)}).to_string();
    for headers in [vec![], vec![("authorization", "Bearer wrong")]] {
        let headers = [headers, vec![("content-type", "application/json")]].concat();
        let answer = harness::http::post(&url, &headers, &body).expect("an answer");
        assert_eq!(answer.status, 401, "{}", answer.body);
        assert!(answer.header("content-type").starts_with("application/problem+json"));
    }
    assert_eq!(house.search("one").1, repository.head());
}

#[test]
fn a_ref_that_jumps_while_it_is_indexed_ends_at_the_last_commit() {
    let pages: Vec<(String, String)> =
        (0..150).map(|page| (format!("page-{page}.md"), format!("# Page {page}\n\nWords of page {page}.\n"))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let repository = Repository::with(&pages);
    let house = House::start(&repository, harness::house::Size::default());
    let mut last = String::new();
    for round in 0..5 {
        last = repository.publish(&[("page-0.md", &format!("# Page\n\nRound number {round}.\n"))]);
    }
    house.wait_until_searchable(&last);
    assert_eq!(house.search("\"number 4\"").0, ["/page-0#page"]);
    assert!(house.search("\"number 3\"").0.is_empty());
}
