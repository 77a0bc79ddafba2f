//! Pages as the index knows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Commit;

/// One page of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageSummary {
    /// Its file, relative to the site's root: `guide/install.md`.
    pub path: String,
    /// Where a browser finds it, from the site's root: `/guide/install`.
    pub url: String,
    /// Its title.
    pub title: String,
}

/// Pages of one revision in the order of their paths: `GET /v1/pages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageList {
    /// The revision they are of.
    pub revision: Commit,
    /// At most as many as were asked for.
    pub pages: Vec<PageSummary>,
    /// The path to send as `after` to read on; none at the end.
    #[serde(default)]
    pub next: Option<String>,
}
