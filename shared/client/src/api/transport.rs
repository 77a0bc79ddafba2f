//! One request to the api and its answer, or what the caller can do about its absence.

use std::time::Duration;

use chassis::config::Secret;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use reqwest::{Client, Response, Url};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Error, breaker::Breaker};
use crate::Trust;

/// The largest answer that is read.
const LARGEST: usize = 8 << 20;

/// How long a connection to the api may take to open.
const CONNECT: Duration = Duration::from_secs(1);

/// The connection to the api, and what is known of its health.
#[derive(Debug)]
pub(super) struct Transport {
    http: Client,
    base: Url,
    timeout: Duration,
    breaker: Breaker,
}

impl Transport {
    pub(super) fn new(url: &str, token: Option<&Secret>, timeout: Duration, trust: &Trust) -> Result<Self, Error> {
        let base = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let base = base.ok_or_else(|| Error::invalid("API_URL is no http or https URL"))?;
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            let bearer = HeaderValue::try_from(format!("Bearer {}", token.reveal()));
            let mut bearer = bearer.map_err(|_| Error::invalid("API_TOKEN has letters that no header can hold"))?;
            bearer.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, bearer);
        }
        let here = base.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
        let http = crate::outbound::builder(trust).default_headers(headers).connect_timeout(CONNECT);
        let http = if here { http.no_proxy() } else { http }.build();
        let http = http.map_err(|error| Error::unavailable(crate::outbound::told(error)))?;
        Ok(Self { http, base, timeout, breaker: Breaker::default() })
    }

    /// The URL of a path under `/v1`, given in parts that are yet to be escaped.
    pub(super) fn url<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v1").extend(parts);
        }
        url
    }

    /// Reads. A connection that the api closed just before is no failure: a read is asked once more.
    pub(super) async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, Error> {
        self.guarded(async || {
            let ask = || self.http.get(url.clone()).timeout(self.timeout).headers(trace()).send();
            let response = match ask().await {
                Err(error) if error.is_request() && !error.is_connect() && !error.is_timeout() => ask().await,
                response => response,
            };
            decode(response.map_err(away)?).await
        })
        .await
    }

    /// Writes, once.
    pub(super) async fn post<T: DeserializeOwned>(&self, url: Url, body: &impl Serialize) -> Result<T, Error> {
        let body = serde_json::to_vec(body).map_err(|error| Error::invalid(error.to_string()))?;
        self.guarded(async || {
            let request = self.http.request(Method::POST, url).timeout(self.timeout).headers(trace());
            let request = request.header(header::CONTENT_TYPE, "application/json").body(body);
            decode(request.send().await.map_err(away)?).await
        })
        .await
    }

    /// Opens a stream of events. It has no deadline: its reader knows when silence is a loss.
    pub(super) async fn stream(&self, url: Url, after: Option<&str>) -> Result<Response, Error> {
        let mut request = self.http.get(url).header(header::ACCEPT, "text/event-stream");
        if let Some(id) = after {
            request = request.header("last-event-id", id);
        }
        accepted(request.send().await.map_err(away)?).await
    }

    async fn guarded<T>(&self, ask: impl AsyncFnOnce() -> Result<T, Error>) -> Result<T, Error> {
        if !self.breaker.admits() {
            return Err(Error::unavailable("it did not answer a moment ago"));
        }
        let answer = ask().await;
        match &answer {
            Err(error) if error.is_outage() => self.breaker.failed(),
            _ => self.breaker.succeeded(),
        }
        answer
    }
}

/// The context that joins the api's trace to this one.
fn trace() -> HeaderMap {
    let context = chassis::telemetry::traceparent().and_then(|context| HeaderValue::try_from(context).ok());
    context.map(|context| (HeaderName::from_static("traceparent"), context)).into_iter().collect()
}

fn away(error: reqwest::Error) -> Error {
    Error::unavailable(crate::outbound::told(error))
}

/// The body of a good answer.
async fn decode<T: DeserializeOwned>(response: Response) -> Result<T, Error> {
    let body = body(accepted(response).await?).await?;
    serde_json::from_slice(&body).map_err(|error| Error::garbled(error.to_string()))
}

async fn body(mut response: Response) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Error::garbled("it is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The part of a problem (RFC 9457) that tells what is wrong.
#[derive(Default, Deserialize)]
struct Problem {
    #[serde(default)]
    title: String,
    detail: Option<String>,
}

/// The answer if it is a good one; else what its problem says.
async fn accepted(response: Response) -> Result<Response, Error> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let problem = body(response).await.ok().and_then(|body| serde_json::from_slice::<Problem>(&body).ok());
    let problem = problem.unwrap_or_default();
    let detail = problem.detail.unwrap_or(problem.title);
    Err(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Error::Unauthorized { status: status.as_u16(), detail },
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => unavailable(status, retry_after),
        status if status.is_client_error() => Error::Invalid { detail },
        status if status.is_server_error() => unavailable(status, retry_after),
        status => Error::garbled(format!("it has status {status}")),
    })
}

fn unavailable(status: StatusCode, retry_after: Option<u64>) -> Error {
    Error::Unavailable {
        reason: format!("it answers with status {}", status.as_u16()),
        retry_after: retry_after.map(Duration::from_secs),
    }
}
