//! Pages of a revision, as the index knows them.

use contract::{
    Commit, RefName,
    pages::{PageList, PageSummary},
};

use crate::{Error, Store, search::Scope};

/// The store's pages.
#[derive(Clone, Copy, Debug)]
pub struct Pages<'a> {
    store: &'a Store,
}

impl Store {
    /// Pages of revisions that are live, or were and are still kept.
    pub fn pages(&self) -> Pages<'_> {
        Pages { store: self }
    }
}

impl Pages<'_> {
    /// At most `limit` pages in the order of their paths, those that come after `after`. None when nothing is live.
    ///
    /// The pages are those of `commit`, or of the live revision where that is not indexed (yet); see [`Scope`].
    pub async fn list(
        &self,
        ref_name: Option<&RefName>,
        commit: Option<&Commit>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<PageList>, Error> {
        let mut connection = self.store.connection().await?;
        let Some(scope) = Scope::find(&mut connection, ref_name, commit).await? else { return Ok(None) };
        let pages = sqlx::query_as!(
            PageSummary,
            "select path, url, title from pages join bodies on bodies.id = pages.body
            where revision = $1 and path > $2 order by path limit $3",
            scope.revision,
            after.unwrap_or_default(),
            i64::from(limit) + 1,
        );
        let mut pages = pages.fetch_all(&mut *connection).await?;
        let more = pages.len() > limit as usize;
        pages.truncate(limit as usize);
        let next = pages.last().filter(|_| more).map(|page| page.path.clone());
        Ok(Some(PageList { revision: scope.commit, pages, next }))
    }

    /// The page at `path`, of the revision that [`list`](Self::list) would choose.
    pub async fn find(
        &self,
        ref_name: Option<&RefName>,
        commit: Option<&Commit>,
        path: &str,
    ) -> Result<Option<PageSummary>, Error> {
        let mut connection = self.store.connection().await?;
        let Some(scope) = Scope::find(&mut connection, ref_name, commit).await? else { return Ok(None) };
        let page = sqlx::query_as!(
            PageSummary,
            "select path, url, title from pages join bodies on bodies.id = pages.body where revision = $1 and path = $2",
            scope.revision,
            path,
        );
        Ok(page.fetch_optional(&mut *connection).await?)
    }
}
