//! Indexing: a revision's pages are listed and cut into batches, so that many workers share them.

use contract::revisions::{RevisionId, RevisionState};

use super::{
    Revisions,
    ending::{Ending, go_live, target_of},
    row::state_of,
};
use crate::{Error, Tx, bodies, locks};

/// A page that a revision has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPage {
    /// Its file, relative to the site's root; at most 2000 bytes.
    pub path: String,
    /// Where a browser finds it.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The hash of everything on it. Two pages with one hash and one title have the same sections.
    pub hash: Vec<u8>,
    /// Whether the site's navigation leads to it.
    pub is_listed: bool,
}

/// What [`Revisions::start`] found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// So many batches, numbered from 0: enqueue one job for each, in the same transaction.
    Batches(u32),
    /// Everything on the pages was known: the revision is live.
    Live,
    /// The revision is not waiting to be started: a job that came twice, or late.
    Not(RevisionState),
}

/// A page of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchPage {
    /// Its file.
    pub path: String,
    /// Its title, as it was given.
    pub title: String,
    /// The hash that it was given.
    pub hash: Vec<u8>,
}

impl Revisions<'_> {
    /// Writes down which pages an announced revision has, and cuts those whose bodies are not indexed into batches of at
    /// most `batch_size` pages.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a path is too long or there are too many pages. After any error, and after
    /// [`Started::Not`], drop the transaction.
    pub async fn start(
        &self,
        tx: &mut Tx,
        id: RevisionId,
        pages: &[NewPage],
        batch_size: u32,
    ) -> Result<Started, Error> {
        let count = i32::try_from(pages.len()).map_err(|_| Error::Invalid("there are too many pages"))?;
        if pages.iter().any(|page| page.path.len() > 2000) {
            return Err(Error::Invalid("the path of a page is longer than 2000 bytes"));
        }
        sqlx::query!("select pg_advisory_xact_lock_shared($1)", locks::PRUNE).execute(&mut **tx).await?;
        #[expect(clippy::cast_possible_truncation, reason = "see locks::INDEXING")]
        let key = id.0 as i32;
        sqlx::query!("select pg_advisory_xact_lock($1, $2)", locks::INDEXING, key).execute(&mut **tx).await?;
        let state = self.state(tx, id).await?;
        if state != RevisionState::Announced {
            return Ok(Started::Not(state));
        }
        bodies::make_known(tx, pages).await?;
        let batches = write_pages(tx, id, pages, batch_size.max(1)).await?;
        if !target_of(tx, id).await?.is_this {
            return Ok(Started::Not(RevisionState::Superseded));
        }
        sqlx::query!(
            "update revisions set state = 'indexing', pages = $2, searchable = false,
                batches_left = array(select generate_series(0, $3::int - 1))
            where id = $1",
            id.0,
            count,
            batches,
        )
        .execute(&mut **tx)
        .await?;
        if batches == 0 {
            go_live(self.store, tx, id).await?;
            return Ok(Started::Live);
        }
        Ok(Started::Batches(batches.unsigned_abs()))
    }

    /// The pages of a batch whose bodies are not indexed yet. None when the batch is done, or its revision is not being
    /// indexed any more: then there is nothing left to do for it.
    pub async fn batch(&self, id: RevisionId, batch: u32) -> Result<Option<Vec<BatchPage>>, Error> {
        let mut connection = self.store.connection().await?;
        let number = batch_number(batch)?;
        let open = sqlx::query_scalar!(
            r#"select exists (select from revisions where id = $1 and state = 'indexing' and $2 = any (batches_left)) as "open!""#,
            id.0,
            number,
        );
        if !open.fetch_one(&mut *connection).await? {
            return Ok(None);
        }
        let pages = sqlx::query_as!(
            BatchPage,
            "select path, title, hash from pages join bodies on bodies.id = pages.body
            where revision = $1 and batch = $2 and indexed_at is null order by path",
            id.0,
            number,
        );
        Ok(Some(pages.fetch_all(&mut *connection).await?))
    }

    /// Counts a batch as done, once however often it is told. The last one makes the revision live.
    pub async fn finish_batch(&self, tx: &mut Tx, id: RevisionId, batch: u32) -> Result<Ending, Error> {
        let target = target_of(tx, id).await?;
        let left = sqlx::query_scalar!(
            r#"update revisions set batches_left = array_remove(batches_left, $2)
            where id = $1 and state = 'indexing' and $2 = any (batches_left)
            returning cardinality(batches_left) as "left!""#,
            id.0,
            batch_number(batch)?,
        );
        match left.fetch_optional(&mut **tx).await? {
            Some(0) if target.is_this => go_live(self.store, tx, id).await.map(|()| Ending::Live),
            Some(left) => Ok(Ending::Left(left.unsigned_abs())),
            None => Ok(Ending::Not),
        }
    }

    async fn state(&self, tx: &mut Tx, id: RevisionId) -> Result<RevisionState, Error> {
        let state = sqlx::query_scalar!("select state from revisions where id = $1", id.0);
        let state = state.fetch_optional(&mut **tx).await?;
        state_of(&state.ok_or(Error::Invalid("there is no such revision"))?)
    }
}

/// A batch's number as the database counts.
fn batch_number(batch: u32) -> Result<i32, Error> {
    i32::try_from(batch).map_err(|_| Error::Invalid("there is no such batch"))
}

/// Replaces the revision's pages, and numbers the batches of those whose bodies are not indexed. A body that several
/// pages have is in one batch only. Returns how many batches there are.
async fn write_pages(tx: &mut Tx, id: RevisionId, pages: &[NewPage], batch_size: u32) -> Result<i32, Error> {
    sqlx::query!("delete from pages where revision = $1", id.0).execute(&mut **tx).await?;
    let columns = bodies::Columns::of(pages);
    let last = sqlx::query!(
        r#"with given as (
            select path, url, is_listed, bodies.id as body, indexed_at is null as is_new
            from unnest($2::text[], $3::text[], $4::bytea[], $5::text[], $7::boolean[])
                as page (path, url, hash, title, is_listed)
            join bodies using (hash, title)
        ), marked as (
            select *, is_new and row_number() over (partition by body order by path) = 1 as is_first from given
        ), written as (
            insert into pages (revision, path, url, is_listed, body, batch)
            select $1, path, url, is_listed, body,
                case when is_first then (row_number() over (partition by is_first order by path) - 1) / $6::bigint end
            from marked
            returning batch
        )
        select count(*) as "written!", coalesce(max(batch), -1) as "last!" from written"#,
        id.0,
        &columns.paths as _,
        &columns.urls as _,
        &columns.hashes as _,
        &columns.titles as _,
        i64::from(batch_size),
        &columns.listed,
    );
    let last = last.fetch_one(&mut **tx).await?;
    if usize::try_from(last.written) != Ok(pages.len()) {
        return Err(Error::Invalid("two pages have the same path"));
    }
    Ok(last.last + 1)
}
