//! Reading every page's source once: its hash, its title and what it says of itself. On all processors.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    Error, Limits, Skipped,
    address::{encode, is_markdown, place},
    book::Root,
    confine::Confined,
    front_matter,
    page::{ContentHash, Format, Page},
    title,
};

/// Reads the pages in `paths`, in their order. Drafts and what cannot be read are left out; the latter is reported.
pub(crate) fn pages(checkout: &Confined, root: &Root, paths: &[String], limits: &Limits) -> (Vec<Page>, Vec<Skipped>) {
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from).min(paths.len().div_ceil(64)).max(1);
    let read = |index: usize| (index, page(checkout, root, &paths[index], limits));
    let work = || {
        std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)))
            .take_while(|index| *index < paths.len())
            .map(read)
            .collect::<Vec<_>>()
    };
    let mut results: Vec<(usize, Result<Option<Page>, Error>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut results = work();
        results.extend(others.into_iter().filter_map(|worker| worker.join().ok()).flatten());
        results
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    let (mut pages, mut skipped) = (Vec::with_capacity(results.len()), Vec::new());
    for (index, result) in results {
        match result {
            Ok(page) => pages.extend(page),
            Err(error) => skipped.push(Skipped { path: paths[index].clone(), reason: error.to_string() }),
        }
    }
    (pages, skipped)
}

/// One page's entry in the manifest, or none for a draft.
fn page(checkout: &Confined, root: &Root, path: &str, limits: &Limits) -> Result<Option<Page>, Error> {
    let bytes = checkout.read(&root.beneath(path), limits.page_bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let (front, body) = front_matter::split(&text);
    if front.draft {
        return Ok(None);
    }
    let (title, format) = if is_markdown(path) {
        (title::of_markdown(&front, body, path), Format::Markdown)
    } else {
        (title::of_html(&text, path), Format::Html)
    };
    Ok(Some(Page {
        url: encode(&place(root.place(path))),
        path: path.to_owned(),
        title,
        description: front.description,
        weight: front.weight.unwrap_or(0),
        format,
        has_includes: body.contains("{{#"),
        hash: ContentHash::of(&bytes),
    }))
}
