//! The repository is untrusted: nothing leaves the checkout, nothing runs, nothing panics.

use std::os::unix::{ffi::OsStrExt, fs::symlink};

use content::Found;

use crate::checkout::{Checkout, body, rendered};

#[test]
fn links_out_of_the_checkout_are_left_out_and_reported() {
    let checkout = Checkout::new(&[("README.md", "# Home"), (".git/config", "secret"), ("in.txt", "in")]);
    for (target, name) in [
        ("/etc/passwd", "passwd"),
        ("../..", "up"),
        ("nowhere", "gone"),
        (".git/config", "config"),
        ("loop", "loop"),
        ("in.txt", "fine.txt"),
    ] {
        symlink(target, checkout.path().join(name)).expect("a link");
    }
    let site = checkout.site();
    for url in ["/passwd", "/up", "/up/", "/gone", "/config", "/loop"] {
        assert!(matches!(site.find(url), Found::Missing), "{url} is {:?}", site.find(url));
    }
    assert!(matches!(site.find("/fine.txt"), Found::Asset(_)));
    let reported: Vec<_> = site.skipped().iter().map(|skipped| skipped.path.as_str()).collect();
    for name in ["passwd", "up", "gone", "config", "loop"] {
        assert!(reported.contains(&name), "{name} is not in {reported:?}");
    }
}

#[test]
fn a_file_swapped_for_a_link_is_not_followed_out() {
    let checkout = Checkout::new(&[("README.md", "# Home"), ("a.txt", "a")]);
    let site = checkout.site();
    let Found::Asset(asset) = site.find("/a.txt") else { panic!("no asset") };
    std::fs::remove_file(checkout.path().join("a.txt")).expect("removed");
    symlink("/etc/passwd", checkout.path().join("a.txt")).expect("a link");
    assert!(site.open(asset).is_err());
}

#[test]
fn names_and_bytes_that_are_no_text_stop_nothing() {
    let checkout = Checkout::new(&[("README.md", "# Home")]);
    checkout.write("bytes.md", b"# T\xff\xfe\0\r\n\xc3(");
    std::fs::write(checkout.path().join(std::ffi::OsStr::from_bytes(b"\xff.md")), "x").expect("written");
    let site = checkout.site();
    assert!(body(&site, "/bytes").html.contains("<h1"));
    assert_eq!(site.skipped().len(), 1);
}

#[test]
fn deep_nesting_is_rendered_in_bounded_time_and_stack() {
    let lists: String = (0..10_000).map(|depth| format!("{}- x\n", " ".repeat(depth * 2 % 20_000))).collect();
    for hostile in [
        lists,
        "- ".repeat(10_000),
        ">".repeat(10_000) + "x",
        "*a ".repeat(10_000),
        "[".repeat(10_000),
        "<div>".repeat(10_000),
        "![".repeat(5_000),
    ] {
        assert!(rendered(&hostile).len() < 20 << 20);
    }
}

#[test]
fn what_could_run_is_gone() {
    let hostile = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href=\" java\tscript:alert(1)\">x</a>",
        "<iframe src=//evil></iframe>",
        "<style>*{display:none}</style>",
        "<p style=\"position:fixed\">x</p>",
        "<svg onload=alert(1)></svg>",
        "<form action=//evil><button>x</button></form>",
        "<base href=//evil>",
        "<meta http-equiv=refresh content=0>",
        "<object data=x></object>",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<input type=text autofocus onfocus=alert(1)>",
        "<math><mtext><script>alert(1)</script>",
        "<p class=\"site-header\" id=x>x</p>",
        "<a href=\"vbscript:x\">x</a>",
        "<details ontoggle=alert(1) open>x</details>",
    ];
    for source in hostile {
        let html = rendered(source).to_lowercase();
        for bad in [
            "<script",
            "alert(1)\"",
            "onerror",
            "onload",
            "ontoggle",
            "onfocus",
            "javascript:",
            "vbscript:",
            "<iframe",
            "<style",
            "style=",
            "<form",
            "<base",
            "<meta",
            "<object",
            "site-header",
            "type=\"text\"",
        ] {
            assert!(!html.contains(bad), "{bad} is in {html}");
        }
    }
}

#[test]
fn random_bytes_never_panic_and_never_script() {
    let pieces = [
        "<",
        ">",
        "\"",
        "'",
        "`",
        "```",
        "[",
        "](",
        ")",
        "!",
        "#",
        "\n",
        "- ",
        "> ",
        "|",
        "-|-",
        "&lt;",
        "<script>",
        "on",
        "=",
        "javascript:",
        "{{#include ",
        "}}",
        "\0",
        "é",
        "---\n",
        "[^1]",
        "<!--",
        "-->",
        "<Listing",
        " ",
        "\t",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0)
    };
    for _ in 0..500 {
        let source: String = (0..next() % 60).map(|_| pieces[next() % pieces.len()]).collect();
        let html = rendered(&source);
        assert!(!html.to_lowercase().contains("<script"), "{source:?} became {html}");
        content::sections(&source);
    }
}

#[test]
fn a_page_that_is_too_large_is_left_out_and_reported() {
    let checkout = Checkout::new(&[("README.md", "# Home")]);
    checkout.write("large.md", &vec![b'x'; 5 << 20]);
    let site = checkout.site();
    assert!(matches!(site.find("/large"), Found::Missing));
    assert!(site.skipped()[0].reason.contains("larger"));
}
