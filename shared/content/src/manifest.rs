//! The manifest's last touches: folders get their pages, and the whole its digest.

use std::collections::{BTreeSet, HashMap};

use crate::{
    Asset, ContentHash, Format, Page, Step,
    address::{encode, index_rank},
    book::{Root, folders},
    confine::folder,
    title,
};

/// Where each page is served. A book's own pages come before others that would be served from the same place.
pub(crate) fn by_url(pages: &[Page], root: &Root) -> HashMap<String, usize> {
    let mut by_url = HashMap::with_capacity(pages.len());
    let mut order: Vec<usize> = (0..pages.len()).collect();
    order.sort_by_key(|index| !root.base.is_empty() && root.place(&pages[*index].path) == pages[*index].path);
    for index in order {
        by_url.entry(pages[index].url.clone()).or_insert(index);
    }
    by_url
}

/// Gives each folder's best index file the folder's URL.
pub(crate) fn name_folder_pages(pages: &mut [Page], root: &Root) {
    let mut best: HashMap<String, (bool, usize, usize)> = HashMap::new();
    for (index, page) in pages.iter().enumerate() {
        if let Some(rank) = index_rank(&page.path) {
            let place = root.place(&page.path);
            let is_beside = !root.base.is_empty() && place == page.path;
            // A book begins with its first chapter, not with its repository's README.
            if is_beside && folder(place).is_empty() {
                continue;
            }
            let claim = (is_beside, rank, index);
            let entry = best.entry(folder(place).to_owned()).or_insert(claim);
            *entry = (*entry).min(claim);
        }
    }
    for (folder, (_, _, index)) in best {
        pages[index].url = if folder.is_empty() { "/".to_owned() } else { format!("{}/", encode(&folder)) };
    }
}

/// Adds a listing for each folder that has pages below it and none of its own. A book's home is its first chapter.
pub(crate) fn add_listings(pages: &mut Vec<Page>, root: &Root) {
    let mut wanted: BTreeSet<String> =
        pages.iter().flat_map(|page| folders(root.place(&page.path))).map(str::to_owned).collect();
    if root.summary.is_none() {
        wanted.insert(String::new());
    }
    let taken: BTreeSet<&str> =
        pages.iter().filter(|page| page.url.ends_with('/')).map(|page| folder(root.place(&page.path))).collect();
    let listings: Vec<Page> =
        wanted.iter().filter(|path| !taken.contains(path.as_str())).map(|path| listing_page(path)).collect();
    pages.extend(listings);
}

fn listing_page(path: &str) -> Page {
    Page {
        path: path.to_owned(),
        url: if path.is_empty() { "/".to_owned() } else { format!("{}/", encode(path)) },
        title: title::of_path(&format!("{path}/README.md")),
        description: None,
        weight: 0,
        format: Format::Listing,
        has_includes: false,
        hash: ContentHash::of(path.as_bytes()),
    }
}

/// The hash of what every page shows of the others.
pub(crate) fn digest(title: &str, pages: &[Page], assets: &HashMap<String, Asset>, steps: &[Step]) -> ContentHash {
    let mut text = format!("{title}\n");
    for page in pages {
        text.push_str(&format!("{}\t{}\t{}\n", page.path, page.url, page.title));
    }
    let mut files: Vec<&str> = assets.keys().map(String::as_str).collect();
    files.sort_unstable();
    text.push_str(&files.join("\n"));
    for step in steps {
        text.push_str(&format!("{:?}\t{}\t{:?}\t{}\n", step.kind, step.title, step.page, step.depth));
    }
    ContentHash::of(text.as_bytes())
}
