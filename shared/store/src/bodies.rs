//! Bodies: what is on a page, stored and indexed once for every revision and path that has it.

use crate::{
    Error, Store, Tx,
    revisions::NewPage,
    search::{Entry, cut},
};

/// The longest title, in bytes.
const LONGEST_TITLE: usize = 500;

/// What is on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The page's hash, as it was given with the page.
    pub hash: Vec<u8>,
    /// The page's title, as it was given with the page.
    pub title: String,
    /// What comes before the first heading, then a section for each heading.
    pub sections: Vec<Section>,
}

/// A heading and the text under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its anchor without `#`; none for what comes before the first heading.
    pub anchor: Option<String>,
    /// The headings above it and its own, the outermost first; none for what comes before the first heading.
    pub headings: Vec<String>,
    /// Its text, without markup.
    pub text: String,
}

/// The store's bodies.
#[derive(Clone, Copy, Debug)]
pub struct Bodies<'a> {
    store: &'a Store,
}

impl Store {
    /// What is on the pages.
    pub fn bodies(&self) -> Bodies<'_> {
        Bodies { store: self }
    }
}

impl Bodies<'_> {
    /// Stores and indexes bodies of pages that a revision was started with. One that is indexed already, and one that no
    /// revision has any more, is left alone: to write twice, here or in another process, is to write once.
    pub async fn write(&self, bodies: &[Body]) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let keys = Columns::of_bodies(bodies);
        let open = sqlx::query!(
            "select bodies.id, nth from unnest($1::bytea[], $2::text[]) with ordinality as given (hash, title, nth)
            join bodies using (hash, title)
            where indexed_at is null order by bodies.id for no key update of bodies",
            &keys.hashes as _,
            &keys.titles as _,
        );
        let mut rows = Rows::default();
        let mut ids = Vec::new();
        for open in open.fetch_all(&mut *tx).await? {
            let nth = open.nth.and_then(|nth| usize::try_from(nth - 1).ok());
            let body = nth.and_then(|nth| bodies.get(nth)).filter(|_| ids.last() != Some(&open.id));
            if let Some(body) = body {
                rows.push(open.id, body);
                ids.push(open.id);
            }
        }
        rows.insert(&mut tx).await?;
        let done = sqlx::query!("update bodies set indexed_at = clock_timestamp() where id = any ($1)", &ids);
        done.execute(&mut *tx).await?;
        self.store.commit(tx).await
    }
}

/// Sections as columns, for one statement.
#[derive(Default)]
struct Rows {
    bodies: Vec<i64>,
    positions: Vec<i32>,
    anchors: Vec<Option<String>>,
    headings: Vec<String>,
    texts: Vec<String>,
    heads: Vec<String>,
    words: Vec<String>,
}

/// Stands between headings on their way into the database: no text of a page holds it after [`clean`].
const BETWEEN: &str = "\u{1f}";

impl Rows {
    fn push(&mut self, id: i64, body: &Body) {
        for (position, section) in (0..).zip(&body.sections) {
            let entry = Entry::of(&body.title, section, position == 0);
            self.bodies.push(id);
            self.positions.push(position);
            self.anchors.push(section.anchor.as_deref().map(clean));
            let headings: Vec<String> = section.headings.iter().map(|heading| clean(heading)).collect();
            self.headings.push(headings.join(BETWEEN));
            self.texts.push(clean(&section.text));
            self.heads.push(entry.heads);
            self.words.push(entry.words);
        }
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        sqlx::query!(
            "with given as (
                select * from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                    as section (body, position, anchor, headings, text, heads, words)
            ), shown as (
                insert into sections (body, position, anchor, headings, text)
                select body, position, anchor, string_to_array(headings, $8), text from given
            )
            insert into section_words (body, position, heads, words)
            select body, position, heads::tsvector, words::tsvector from given",
            &self.bodies,
            &self.positions,
            &self.anchors as _,
            &self.headings,
            &self.texts,
            &self.heads,
            &self.words,
            BETWEEN,
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

/// Text as Postgres can hold it: without the characters that no text should have.
pub(crate) fn clean(text: &str) -> String {
    text.replace(['\0', '\u{1f}'], " ")
}

/// A title as it is stored, and looked up.
fn title_of(title: &str) -> String {
    cut(&clean(title), LONGEST_TITLE).to_owned()
}

/// Pages as columns, for one statement.
#[derive(Default)]
pub(crate) struct Columns<'a> {
    pub(crate) paths: Vec<&'a str>,
    pub(crate) urls: Vec<&'a str>,
    pub(crate) hashes: Vec<&'a [u8]>,
    pub(crate) titles: Vec<String>,
    pub(crate) listed: Vec<bool>,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(pages: &'a [NewPage]) -> Self {
        Self {
            paths: pages.iter().map(|page| page.path.as_str()).collect(),
            urls: pages.iter().map(|page| page.url.as_str()).collect(),
            hashes: pages.iter().map(|page| page.hash.as_slice()).collect(),
            titles: pages.iter().map(|page| title_of(&page.title)).collect(),
            listed: pages.iter().map(|page| page.is_listed).collect(),
        }
    }

    fn of_bodies(bodies: &'a [Body]) -> Self {
        Self {
            hashes: bodies.iter().map(|body| body.hash.as_slice()).collect(),
            titles: bodies.iter().map(|body| title_of(&body.title)).collect(),
            ..Self::default()
        }
    }
}

/// Makes a row for every body that has none yet. The order keeps two revisions from waiting for each other.
pub(crate) async fn make_known(tx: &mut Tx, pages: &[NewPage]) -> Result<(), Error> {
    let columns = Columns::of(pages);
    sqlx::query!(
        "insert into bodies (hash, title)
        select distinct hash, title from unnest($1::bytea[], $2::text[]) as page (hash, title)
        where not exists (select from bodies where bodies.hash = page.hash and bodies.title = page.title)
        order by hash, title
        on conflict do nothing",
        &columns.hashes as _,
        &columns.titles as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
