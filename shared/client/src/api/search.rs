//! Search: sections that match.

use contract::{Commit, RefName, search::SearchResults};

use super::{Error, transport::Transport};

/// What to look for, and where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// What the reader typed.
    pub text: &'a str,
    /// The revision to search; else the live one. Where it is not indexed the answer says which revision it is of.
    pub revision: Option<&'a Commit>,
    /// The ref whose live revision is meant; else the api's default.
    pub ref_name: Option<&'a RefName>,
    /// How many hits to leave out at the beginning.
    pub offset: u32,
    /// How many hits to return at most; 0: as many as the api likes.
    pub limit: u32,
}

/// `/v1/search`.
#[derive(Debug)]
pub struct Search<'api>(pub(super) &'api Transport);

impl Search<'_> {
    /// `GET`: the best sections for a query.
    pub async fn find(&self, query: &Query<'_>) -> Result<SearchResults, Error> {
        let mut url = self.0.url(["search"]);
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("q", query.text);
            if let Some(revision) = query.revision {
                pairs.append_pair("revision", revision.as_str());
            }
            if let Some(name) = query.ref_name {
                pairs.append_pair("ref", name.as_str());
            }
            for (name, number) in [("offset", query.offset), ("limit", query.limit)] {
                if number > 0 {
                    pairs.append_pair(name, &number.to_string());
                }
            }
        }
        self.0.get(url).await
    }
}
