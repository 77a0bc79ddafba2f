//! The status: what is served, what is good and what is not, for people and for programs.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chassis::health::{self, Reading, State as CheckState};
use serde_json::json;

use crate::{
    pages::{HTML, Pages},
    reply,
    view::{self, LeftOut, Row, RowState, StatusView},
};

/// For people.
pub(crate) async fn page(State(pages): State<Pages>) -> Response {
    let (readings, snapshot) = (pages.context.health().readings(), pages.current.load_full());
    let mut rows: Vec<Row> = readings.iter().map(row).collect();
    let fact =
        |name: &str, detail: String| Row { name: name.to_owned(), state: RowState::Fact, detail, since: String::new() };
    let mut left_out = Vec::new();
    if let Some(snapshot) = &snapshot {
        let site = &snapshot.site;
        rows.push(fact("Built", format!("{:.0}", snapshot.built_at)));
        rows.push(fact("Pages", site.pages().len().to_string()));
        rows.push(fact("Other files", site.asset_count().to_string()));
        left_out
            .extend(site.skipped().iter().map(|file| LeftOut { path: file.path.clone(), reason: file.reason.clone() }));
        let hidden = site.pages().iter().filter(|page| health::PATHS.contains(&page.url.as_str()));
        left_out.extend(hidden.map(|page| LeftOut {
            path: page.path.clone(),
            reason: format!("its address, {}, is the server's own", page.url),
        }));
    }
    let version = pages.context.version();
    rows.push(fact(
        "Process",
        format!("{} {}, commit {}, {}", version.name, version.version, version.commit, version.build),
    ));
    let is_good = pages.context.health().is_ready();
    let summary = match (&snapshot, is_good) {
        (Some(_), true) => "The site is served.",
        (Some(_), false) => "The site is served, and something needs attention.",
        (None, _) => "There is no revision to serve yet.",
    };
    let page = StatusView { frame: pages.frame(), summary: summary.to_owned(), is_good, rows, left_out };
    reply::once(StatusCode::OK, HTML, view::html(&page))
}

/// For programs.
pub(crate) async fn json(State(pages): State<Pages>) -> impl IntoResponse {
    let snapshot = pages.current.load_full();
    let site = snapshot.as_ref().map(|snapshot| {
        json!({
            "revision": snapshot.site.revision(), "title": snapshot.site.title(), "built_at": snapshot.built_at.to_string(),
            "pages": snapshot.site.pages().len(), "files": snapshot.site.asset_count(), "left_out": snapshot.site.skipped().len(),
        })
    });
    Json(json!({ "site": site, "checks": pages.context.health().readings(), "version": pages.context.version() }))
}

fn row(reading: &Reading) -> Row {
    Row {
        name: capitalised(reading.name),
        state: match reading.state {
            CheckState::Pass => RowState::Good,
            CheckState::Starting => RowState::Waiting,
            CheckState::Fail => RowState::Bad,
        },
        detail: reading.detail.clone(),
        since: ago(reading.age_seconds),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A length of time in the unit that fits it.
fn ago(seconds: f64) -> String {
    match seconds {
        s if s < 60.0 => format!("{s:.0} s"),
        s if s < 3600.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}
