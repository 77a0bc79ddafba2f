//! The allocator of the images, which are linked with musl.
//!
//! Measured with `web` on a book of 565 pages: musl's own takes twice the processor time of glibc's for a page, mimalloc a
//! third more and half again to three times the memory, jemalloc neither.
//!
//! jemalloc gives memory back while a program allocates, and a web at rest does not. Its image therefore asks for it at
//! once (`_RJEM_MALLOC_CONF`): at rest the book takes 50 MiB instead of 128 and these docs 19 instead of 38, for half again
//! the processor time of rendering a page, which is done once; a page from the cache costs the same.

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
