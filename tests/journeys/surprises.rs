//! The repository holds what nobody expected.

use harness::{repository::Repository, suite::Suite};

#[test]
fn links_out_of_the_repository_lead_nowhere_and_the_rest_is_served() {
    let repository = Repository::with(&[("README.md", "# Home\n"), ("-/x.md", "# Dash\n")]);
    for (target, name) in [("/etc/passwd", "passwd"), ("../../..", "up"), ("/proc/self/environ", "environ.md")] {
        std::os::unix::fs::symlink(target, repository.work().join(name)).expect("a link");
    }
    repository.push("Point elsewhere");
    let suite = Suite::of(&repository);
    for path in
        ["/passwd", "/up/etc/passwd", "/environ", "/environ.md", "/.git", "/.git/config", "/%2e%2e/%2e%2e/etc/passwd"]
    {
        assert_eq!(suite.get(path).status, 404, "{path}");
    }
    assert_eq!(suite.get("/-/x").status, 200);
    let status = suite.get("/-/status").body;
    assert!(status.contains("passwd") && status.contains("leads out of the checkout"), "{status}");
}

#[test]
fn a_page_of_ten_thousand_levels_harms_only_itself() {
    let (list, quote) = ("- ".repeat(10_000) + "x\n", "> ".repeat(10_000) + "x\n");
    let repository = Repository::with(&[("README.md", "# Home\n"), ("list.md", &list), ("quote.md", &quote)]);
    let suite = Suite::of(&repository);
    for path in ["/list", "/quote", "/"] {
        assert_eq!(suite.get(path).status, 200, "{path}");
    }
}

#[test]
fn a_revision_without_any_page_replaces_the_one_before_it_as_was_asked() {
    let repository = Repository::with(&[("README.md", "# Home\n")]);
    let suite = Suite::of(&repository);
    repository.git(&["rm", "--quiet", "README.md"]);
    repository.write("data.bin", "x");
    suite.wait_for_revision(&repository.push("Remove every page"));
    assert_eq!(suite.get("/").status, 200);
    assert_eq!(suite.get("/data.bin").status, 200);
}

#[test]
fn a_script_in_a_page_never_reaches_a_reader() {
    let repository = Repository::with(&[
        ("README.md", "# Home\n<script>alert(1)</script><img src=x onerror=alert(1)>\n"),
        ("x.svg", "<svg onload=\"alert(1)\"/>"),
    ]);
    let suite = Suite::of(&repository);
    let home = suite.get("/");
    assert!(!home.body.contains("alert(1)"), "{}", home.body);
    assert!(home.header("content-security-policy").contains("default-src 'none'"));
    assert!(suite.get("/x.svg").header("content-security-policy").starts_with("sandbox"));
}
