//! Finding: what matches, ranked as far as it pays, shown as far as it was asked for.

use contract::{
    Commit, RefName,
    search::{Hit, SearchResults},
};
use sqlx::PgConnection;

use super::{Scope, query::Query, snippet::snippet};
use crate::{Error, Store};

/// How many matches in titles and headings are ranked, and how many in all the words. A rank costs a read of every
/// word's place; a word that is everywhere would cost seconds.
const RANKED: i64 = 500;

/// How many sections of one page are shown, the best of them.
const MOST_OF_A_PAGE: i64 = 3;

/// What a page counts that the site's navigation does not lead to: in the middle of a book's repository lie older
/// editions and drafts of its chapters, with the same words.
const UNLISTED: f32 = 0.2;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Words, `"a phrase"`, `-without`, `this or that`. A last word without a space after it may be the beginning of one.
    pub query: String,
    /// The ref to search; none: the one that went live last.
    pub ref_name: Option<RefName>,
    /// The revision to search, if its pages are in the store; else the live one.
    pub commit: Option<Commit>,
    /// How many hits to leave out, the best ones.
    pub offset: u32,
    /// How many hits to show.
    pub limit: u32,
}

struct Row {
    path: String,
    url: String,
    title: String,
    headings: Vec<String>,
    anchor: Option<String>,
    text: String,
}

impl Store {
    /// The sections that match, the best first: all words of a branch, or the phrase, in the section's text, its
    /// headings and its page's title. Titles count most, then headings.
    pub async fn search(&self, ask: &Ask) -> Result<SearchResults, Error> {
        let mut connection = self.connection().await?;
        let scope = Scope::find(&mut connection, ask.ref_name.as_ref(), ask.commit.as_ref()).await?;
        let mut results = SearchResults { query: ask.query.clone(), revision: None, hits: Vec::new(), more: false };
        let Some(scope) = scope else { return Ok(results) };
        results.revision = Some(scope.commit);
        let Some(query) = Query::parse(&ask.query) else { return Ok(results) };
        let rows = rows(&mut connection, scope.revision, &query.tsquery, ask).await?;
        results.more = rows.len() > ask.limit as usize;
        results.hits = rows.into_iter().take(ask.limit as usize).map(|row| hit(row, &query)).collect();
        Ok(results)
    }
}

fn hit(row: Row, query: &Query) -> Hit {
    let snippet = snippet(&row.text, &query.wanted);
    Hit { url: row.url, path: row.path, title: row.title, headings: row.headings, anchor: row.anchor, snippet }
}

/// The hits that were asked for, and one more if there is one.
async fn rows(connection: &mut PgConnection, revision: i64, tsquery: &str, ask: &Ask) -> Result<Vec<Row>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"with found as materialized (
            (select body, position from section_words
            where heads @@ $2::text::tsquery
                and exists (select from pages where pages.body = section_words.body and revision = $1)
            limit $5)
            union
            (select body, position from section_words
            where words @@ $2::text::tsquery
                and exists (select from pages where pages.body = section_words.body and revision = $1)
            limit $5)
        ), ranked as (
            select body, position, ts_rank('{0.1, 0.2, 0.6, 1}', words, $2::text::tsquery, 1) as rank
            from found join section_words using (body, position)
        ), placed as (
            select body, position, path, url, rank * case when is_listed then 1 else $7::real end as rank,
                row_number() over (partition by path order by rank desc, position) as nth
            from ranked join pages using (body) where revision = $1
        ), shown as (
            select * from placed where nth <= $6 order by rank desc, path, position limit $3 offset $4
        )
        select path, url, title, headings, anchor, text
        from shown join bodies on bodies.id = body join sections using (body, position)
        order by rank desc, path, position"#,
        revision,
        tsquery,
        i64::from(ask.limit) + 1,
        i64::from(ask.offset),
        RANKED,
        MOST_OF_A_PAGE,
        UNLISTED,
    );
    Ok(rows.fetch_all(connection).await?)
}
