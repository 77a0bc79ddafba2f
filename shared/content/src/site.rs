//! A site: the manifest of a checkout. It holds no bodies; those are made when they are asked for.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
};

use crate::{
    Asset, Body, ContentHash, Error, Format, Lease, Navigation, Page, Settings, Sources,
    address::{decode, encode, is_html, is_markdown},
    book::{self, Root},
    listing, load, manifest, markdown,
    navigation::{Order, tree_steps},
    suggest, walk,
};

/// A file that is not published, and why.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// From the site's root.
    pub path: String,
    /// To be read after the path.
    pub reason: String,
}

/// What is at a path.
#[derive(Debug)]
pub enum Found<'a> {
    /// A page.
    Page(&'a Page),
    /// The source of a page, as it was written.
    Source(&'a Page),
    /// Another file.
    Asset(&'a Asset),
    /// Something, at this other URL.
    Moved(String),
    /// Nothing.
    Missing,
}

/// A revision of a site: its pages, their order, and where links lead. Keeps the lease of its tree.
#[derive(Debug)]
pub struct Site {
    sources: Sources,
    title: String,
    pages: Vec<Page>,
    assets: HashMap<String, Asset>,
    by_url: HashMap<String, usize>,
    by_path: HashMap<String, usize>,
    order: Order,
    skipped: Vec<Skipped>,
    digest: ContentHash,
}

impl Site {
    /// Reads a checkout. A file that cannot be used is left out and reported by [`Site::skipped`].
    pub fn read(lease: Lease, settings: Settings) -> Self {
        let sources = Sources::open(lease, settings);
        let Sources { checkout, root, settings } = &sources;
        let directory = checkout.lease().path().join(&root.top);
        let (files, mut skipped) = walk::files(checkout.lease().path(), &directory, &settings.limits);
        let is_summary = |path: &str| root.summary.is_some() && path == root.source("SUMMARY.md");
        let is_page = |path: &str| (is_markdown(path) || is_html(path)) && !is_summary(path);
        let (texts, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_page(&file.path));
        let paths: Vec<String> = texts.into_iter().map(|file| file.path).collect();
        let (mut pages, unread) = load::pages(checkout, root, &paths, &settings.limits);
        skipped.extend(unread);
        manifest::name_folder_pages(&mut pages, root);
        manifest::add_listings(&mut pages, root);
        let by_url = manifest::by_url(&pages, root);
        let by_path: HashMap<_, _> = pages.iter().enumerate().map(|(index, page)| (page.path.clone(), index)).collect();
        let steps = match &root.summary {
            Some(summary) => book::steps(summary, |path| by_path.get(&root.source(path)).copied()),
            None => tree_steps(&pages),
        };
        let home = by_url.get("/").map(|home| pages[*home].title.clone());
        let title = settings.title.clone().or(root.title.clone()).or(home).unwrap_or_else(|| "Home".to_owned());
        let asset =
            |file: walk::File| (root.place(&file.path).to_owned(), Asset { path: file.path, bytes: file.bytes });
        let assets: HashMap<_, _> = others.into_iter().map(asset).collect();
        let digest = manifest::digest(&title, &pages, &assets, &steps);
        Self { sources, title, pages, assets, by_url, by_path, order: Order::new(steps), skipped, digest }
    }

    /// What is at the path of a URL.
    pub fn find(&self, url_path: &str) -> Found<'_> {
        let Some(path) = decode(url_path) else { return Found::Missing };
        if let Some(page) = self.at(&path) {
            Found::Page(page)
        } else if let Some(asset) = self.assets.get(&path) {
            Found::Asset(asset)
        } else if let Some(source) = self.sourced(&path).filter(|_| is_markdown(&path)) {
            Found::Source(source)
        } else if let Some(page) = self.elsewhere(&path).or_else(|| is_home(&path).then(|| self.first())?) {
            Found::Moved(page.url.clone())
        } else {
            Found::Missing
        }
    }

    /// The page that is served at a path.
    fn at(&self, path: &str) -> Option<&Page> {
        self.by_url.get(&encode(path)).map(|index| &self.pages[*index])
    }

    /// The page whose file a path names, as it is served or as it lies in the checkout.
    fn sourced(&self, path: &str) -> Option<&Page> {
        let index = self.by_path.get(&self.sources.root.source(path)).or_else(|| self.by_path.get(path))?;
        Some(&self.pages[*index])
    }

    /// The first page, in reading order.
    fn first(&self) -> Option<&Page> {
        self.order.steps().iter().find_map(|step| step.page).map(|first| &self.pages[first])
    }

    /// The page that another spelling of its path means: with or without slash, `.html`, `.md` or `index`.
    fn elsewhere(&self, path: &str) -> Option<&Page> {
        let stem = path.trim_end_matches('/');
        let bare = stem.strip_suffix(".html").or_else(|| stem.strip_suffix(".md")).unwrap_or(stem);
        let folder = bare.strip_suffix("index").filter(|rest| rest.is_empty() || rest.ends_with('/'));
        self.at(&format!("{stem}/"))
            .or_else(|| self.at(bare))
            .or_else(|| self.sourced(&format!("{bare}.md")))
            .or_else(|| folder.and_then(|folder| self.at(folder)))
    }

    /// Renders a page and sanitises it. Uses the processor: not for a runtime's thread.
    ///
    /// # Errors
    /// When the page's file is gone, or is larger than a page may be.
    pub fn body(&self, page: &Page) -> Result<Body, Error> {
        match page.format {
            Format::Markdown => Ok(markdown::render(self, page, &self.source(page)?)),
            Format::Html => Ok(markdown::render_html(self, page, &self.source(page)?)),
            Format::Listing => Ok(markdown::trusted(listing::html(page, &self.pages))),
        }
    }

    /// A page's source as text; bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// As [`Site::body`].
    pub fn source(&self, page: &Page) -> Result<String, Error> {
        self.sources.read(&page.path)
    }

    /// Where a page's source is served.
    pub fn source_url(&self, page: &Page) -> String {
        encode(self.sources.root.place(&page.path))
    }

    /// Opens an asset.
    ///
    /// # Errors
    /// When its file is gone, or leads out of the checkout.
    pub fn open(&self, asset: &Asset) -> Result<File, Error> {
        self.sources.checkout.open(&self.sources.root.beneath(&asset.path))
    }

    /// What a page shows around itself; without a page, the top.
    pub fn navigation(&self, page: Option<&Page>) -> Navigation {
        self.order.view(page.and_then(|page| self.by_url.get(&page.url).copied()))
    }

    /// The pages most like a path that is not there, best first.
    pub fn suggest(&self, path: &str, most: usize) -> Vec<&Page> {
        suggest::alike(&self.pages, path, most)
    }

    /// Every page, in byte order of the paths, listings last. [`Navigation`] and its nodes name them by index.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Which pages the navigation leads to, by their indices; it leads home, too.
    pub fn listed(&self) -> HashSet<usize> {
        let home = self.by_url.get("/").copied();
        self.order.steps().iter().filter_map(|step| step.page).chain(home).collect()
    }

    /// The same pages, and an end of everything else.
    pub fn into_pages(self) -> Vec<Page> {
        self.pages
    }

    /// How many assets there are.
    pub fn asset_count(&self) -> usize {
        self.assets.len()
    }

    /// What was left out.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// The site's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The commit, by the name of the tree.
    pub fn revision(&self) -> &str {
        self.sources.revision()
    }

    /// The hash of what every page shows of the others: titles, places, order.
    pub fn digest(&self) -> ContentHash {
        self.digest
    }

    /// Where a link to a path of the checkout leads: to the page in that file, the asset, or the folder's page.
    pub(crate) fn target(&self, path: &str) -> Option<String> {
        let place = self.sources.root.place(path);
        let folder = if place.is_empty() { String::new() } else { format!("{place}/") };
        let page = |page: &Page| page.url.clone();
        (self.by_path.get(path).map(|index| page(&self.pages[*index])))
            .or_else(|| self.assets.contains_key(place).then(|| encode(place)))
            .or_else(|| self.at(&folder).map(page))
            .or_else(|| self.elsewhere(place).map(page))
    }

    /// The files that the pages are made of.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    pub(crate) fn root(&self) -> &Root {
        &self.sources.root
    }
}

/// Whether a path means where the site begins.
fn is_home(path: &str) -> bool {
    matches!(path, "" | "index.html" | "index.htm" | "index")
}
