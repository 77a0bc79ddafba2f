//! The navigation of a site without a `SUMMARY.md`: its folders and pages, by weight, then by title.

use std::collections::BTreeMap;

use super::{Kind, Step};
use crate::{
    address::index_rank,
    book::folders,
    confine::folder,
    page::{Format, Page},
};

#[derive(Default)]
struct Folder {
    page: Option<usize>,
    pages: Vec<usize>,
    folders: BTreeMap<String, Folder>,
}

/// Every page once, in reading order. The home page comes first.
pub(crate) fn steps(pages: &[Page]) -> Vec<Step> {
    let mut root = Folder::default();
    for (index, page) in pages.iter().enumerate() {
        let is_index = page.format == Format::Listing || (index_rank(&page.path).is_some() && page.url.ends_with('/'));
        let path = if page.format == Format::Listing { page.path.as_str() } else { folder(&page.path) };
        let place = open(&mut root, path);
        if is_index { place.page = Some(index) } else { place.pages.push(index) }
    }
    let mut steps = Vec::with_capacity(pages.len());
    if let Some(home) = root.page {
        steps.push(step(pages, home, 0));
    }
    write(&root, pages, 0, &mut steps);
    steps
}

/// The folder at `path`, made if it is not there.
fn open<'a>(root: &'a mut Folder, path: &str) -> &'a mut Folder {
    let inner = if path.is_empty() { String::new() } else { format!("{path}/") };
    folders(&inner).into_iter().fold(root, |outer, path| outer.folders.entry(path.to_owned()).or_default())
}

fn write(from: &Folder, pages: &[Page], depth: usize, steps: &mut Vec<Step>) {
    let page_entries = from.pages.iter().map(|page| (Some(*page), None));
    let folder_entries = from.folders.values().map(|folder| (folder.page, Some(folder)));
    let mut entries: Vec<(Option<usize>, Option<&Folder>)> = page_entries.chain(folder_entries).collect();
    entries.sort_by_cached_key(|(page, _)| {
        let page = page.map(|page| &pages[page]);
        (
            page.map_or(0, |page| page.weight),
            page.map(|page| page.title.to_lowercase()),
            page.map(|page| page.path.clone()),
        )
    });
    for (page, below) in entries {
        if let Some(page) = page {
            steps.push(step(pages, page, depth));
        }
        if let Some(below) = below {
            write(below, pages, depth + 1, steps);
        }
    }
}

fn step(pages: &[Page], page: usize, depth: usize) -> Step {
    Step { kind: Kind::Chapter, title: pages[page].title.clone(), page: Some(page), depth }
}
