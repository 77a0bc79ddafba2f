//! Reads a checkout as a site and tells what it found: `cargo run --example check -- PATH`.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use std::{path::PathBuf, time::Instant};

use content::{Lease, Settings, Site};

fn main() -> Result<(), content::Error> {
    let path: PathBuf = std::env::args_os().nth(1).unwrap_or_else(|| ".".into()).into();
    let began = Instant::now();
    let site = Site::read(Lease::open(&path)?, Settings::default());
    let (pages, assets) = (site.pages().len(), site.asset_count());
    println!("{}: {pages} pages, {assets} other files, read in {:?}", site.title(), began.elapsed());
    for skipped in site.skipped() {
        println!("left out: {}: {}", skipped.path, skipped.reason);
    }
    let (began, mut bytes) = (Instant::now(), 0);
    for page in site.pages() {
        match site.body(page) {
            Ok(body) => {
                bytes += body.html.len();
                for link in body.broken {
                    println!("broken: {} -> {link}", page.path);
                }
            }
            Err(error) => println!("not rendered: {}: {error}", page.path),
        }
    }
    println!("rendered {bytes} bytes in {:?}", began.elapsed());
    Ok(())
}
