//! Asking as any client does: follows nothing, treats no status as an error.

use std::{sync::LazyLock, time::Duration};

use ureq::Agent;

static AGENT: LazyLock<Agent> = LazyLock::new(|| {
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
    // A connection that waits in a pool may be closed just when it is used again, which is nobody's mistake.
    config.timeout_global(Some(Duration::from_secs(20))).max_idle_connections(0).build().into()
});

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers by name, in lower case.
    headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Response {
    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// Asks for `url`.
///
/// # Errors
/// When nobody answers.
pub fn get(url: &str) -> anyhow::Result<Response> {
    get_with(url, &[])
}

/// Asks for `url` with headers.
///
/// # Errors
/// When nobody answers.
pub fn get_with(url: &str, headers: &[(&str, &str)]) -> anyhow::Result<Response> {
    let request = headers.iter().fold(AGENT.get(url), |request, (name, value)| request.header(*name, *value));
    answer(request.call()?)
}

/// Posts to `url`, with headers.
///
/// # Errors
/// When nobody answers.
pub fn post(url: &str, headers: &[(&str, &str)], body: &str) -> anyhow::Result<Response> {
    let request = headers.iter().fold(AGENT.post(url), |request, (name, value)| request.header(*name, *value));
    answer(request.send(body)?)
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> anyhow::Result<Response> {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(Response {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: response.body_mut().read_to_string()?,
    })
}
