//! Files: the site's own, under names that never change, and those of the repository, whole or in part.

use std::{io::Read as _, sync::Arc};

use axum::{
    body::Body,
    extract::{Path as UrlPath, Request},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use chassis::problem::Problem;
use content::{Asset, ContentHash, Error};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use crate::{
    media::content_type,
    pages::Pages,
    range::{Wanted, wanted},
    reply::{self, Prepared, Reuse},
    snapshot::Snapshot,
    view::assets,
};

/// Larger files are not kept in memory.
const KEPT_BYTES: u64 = 1 << 20;

/// A file of the page's design.
pub(crate) async fn own(UrlPath(name): UrlPath<String>, request: Request) -> Response {
    let request = request.into_parts().0;
    match assets::find(&name) {
        Some(asset) => Prepared::reusable(asset.content_type, asset.variants.clone(), Reuse::Forever)
            .respond(&request.method, &request.headers),
        None => Problem::not_found().into_response(),
    }
}

/// A file of the repository.
pub(crate) async fn serve(pages: &Pages, snapshot: &Arc<Snapshot>, asset: &Asset, request: &Parts) -> Response {
    let answer = if asset.bytes <= KEPT_BYTES {
        kept(pages, snapshot, asset, request).await
    } else {
        streamed(snapshot, asset, request).await
    };
    answer.unwrap_or_else(|error| {
        tracing::error!(error, path = asset.path, "File not readable");
        Problem::unavailable(2).into_response()
    })
}

/// A small file, kept by revision and path and known by its content.
async fn kept(pages: &Pages, snapshot: &Arc<Snapshot>, asset: &Asset, request: &Parts) -> Result<Response, String> {
    let key = *ContentHash::of(format!("file\0{}\0{}", snapshot.site.revision(), asset.path).as_bytes()).as_bytes();
    let (from, file) = (Arc::clone(snapshot), asset.clone());
    let read = move || {
        let mut bytes = Vec::new();
        let failed = |source| Error::Open { path: file.path.clone(), source };
        from.site.open(&file)?.take(KEPT_BYTES * 2).read_to_end(&mut bytes).map_err(failed)?;
        Ok(Bytes::from(bytes))
    };
    let body = pages.bodies.get(key, "application/octet-stream", read).await.map_err(|failure| failure.to_string())?;
    let (bytes, etag, mut headers) = (body.identity(), body.etag(), reply::file_headers(&content_type(&asset.path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let whole = body.respond_as(&request.method, &request.headers, headers.clone());
    // A client that has it needs no part of it.
    if whole.status() == StatusCode::NOT_MODIFIED {
        return Ok(whole);
    }
    Ok(match wanted(&request.headers, bytes.len() as u64, &etag) {
        Wanted::Whole => whole,
        Wanted::Nothing => unsatisfiable(bytes.len() as u64),
        Wanted::Part(first, last) => {
            let (from, to) = (usize::try_from(first).unwrap_or(0), usize::try_from(last).unwrap_or(0));
            let part = bytes.slice(from..=to);
            partial(&request.method, headers, &etag, (first, last, bytes.len() as u64), Body::from(part))
        }
    })
}

/// A large file, from the disk as it is read. It is known by its revision and path, the same on every replica.
async fn streamed(snapshot: &Snapshot, asset: &Asset, request: &Parts) -> Result<Response, String> {
    let file = snapshot.site.open(asset).map_err(|error| error.to_string())?;
    let length = file.metadata().map_err(|error| error.to_string())?.len();
    let etag =
        format!("\"{}\"", ContentHash::of(format!("{}\0{}", snapshot.site.revision(), asset.path).as_bytes()).short());
    let headers = reply::file_headers(&content_type(&asset.path));
    let mut whole =
        reply::respond(StatusCode::OK, &Method::HEAD, &request.headers, headers.clone(), &etag, Bytes::new());
    if whole.status() == StatusCode::NOT_MODIFIED {
        return Ok(whole);
    }
    let (first, last) = match wanted(&request.headers, length, &etag) {
        Wanted::Nothing => return Ok(unsatisfiable(length)),
        Wanted::Part(first, last) => (first, last),
        Wanted::Whole => (0, length.saturating_sub(1)),
    };
    let mut file = tokio::fs::File::from_std(file);
    file.seek(std::io::SeekFrom::Start(first)).await.map_err(|error| error.to_string())?;
    let body = Body::from_stream(ReaderStream::with_capacity(file.take(last + 1 - first), 1 << 16));
    if request.headers.contains_key(header::RANGE) && (first, last) != (0, length - 1) {
        return Ok(partial(&request.method, headers, &etag, (first, last, length), body));
    }
    whole.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if request.method != Method::HEAD {
        *whole.body_mut() = body;
    }
    Ok(whole)
}

/// Part of a body: the first byte, the last one, and how many there are in all.
fn partial(
    method: &Method,
    mut headers: axum::http::HeaderMap,
    etag: &str,
    (first, last, length): (u64, u64, u64),
    body: Body,
) -> Response {
    headers.extend(HeaderValue::from_str(etag).map(|etag| (header::ETAG, etag)));
    headers.extend(
        HeaderValue::from_str(&format!("bytes {first}-{last}/{length}")).map(|range| (header::CONTENT_RANGE, range)),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(last + 1 - first));
    let mut response = Response::new(if method == Method::HEAD { Body::empty() } else { body });
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    *response.headers_mut() = headers;
    response
}

fn unsatisfiable(length: u64) -> Response {
    let mut headers = reply::file_headers("text/plain; charset=utf-8");
    headers.extend(HeaderValue::from_str(&format!("bytes */{length}")).map(|range| (header::CONTENT_RANGE, range)));
    (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response()
}
