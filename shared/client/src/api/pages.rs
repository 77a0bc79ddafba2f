//! Pages as the index knows them.

use contract::{
    Commit, RefName,
    pages::{PageList, PageSummary},
};

use super::{Error, transport::Transport};

/// Which pages to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct PagesOf<'a> {
    /// The revision; else the live one.
    pub revision: Option<&'a Commit>,
    /// The ref whose live revision is meant; else the api's default.
    pub ref_name: Option<&'a RefName>,
    /// The path after which to read on.
    pub after: Option<&'a str>,
    /// How many to return at most; 0: as many as the api likes.
    pub limit: u32,
}

/// `/v1/pages`.
#[derive(Debug)]
pub struct Pages<'api>(pub(super) &'api Transport);

impl Pages<'_> {
    /// `GET`: pages of one revision in the order of their paths.
    pub async fn list(&self, of: &PagesOf<'_>) -> Result<PageList, Error> {
        let mut url = self.0.url(["pages"]);
        let limit = (of.limit > 0).then(|| of.limit.to_string());
        let given = [
            ("revision", of.revision.map(Commit::as_str)),
            ("ref", of.ref_name.map(RefName::as_str)),
            ("after", of.after),
            ("limit", limit.as_deref()),
        ];
        for (name, value) in given {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        self.0.get(url).await
    }

    /// `GET /{path}`: the page with this file in the live revision.
    pub async fn find(&self, path: &str) -> Result<PageSummary, Error> {
        self.0.get(self.0.url(["pages"].into_iter().chain(path.split('/')))).await
    }
}
