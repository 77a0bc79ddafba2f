//! Webhooks of forges: `/v1/hooks/push`. What was pushed becomes an event, and the pullers look at once.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use chassis::{
    config::{Live, Secret},
    problem::Problem,
};
use contract::{
    Commit,
    events::{Change, Push},
    forge,
};

use crate::{
    config::{Access, several},
    error::{Error, Result},
    service::App,
};

/// What forges prove themselves with. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Secrets(Live<Option<Secret>>);

impl Secrets {
    pub(crate) fn new(access: &Access) -> Self {
        Self(access.hook_secrets.clone())
    }

    /// Whether the sender knows one of the secrets.
    fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<()> {
        let secrets = self.0.load();
        if several(secrets.as_ref().as_ref()).next().is_none() {
            return Err(Problem::new(StatusCode::FORBIDDEN).detail("no secret is configured for webhooks").into());
        }
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if forge::is_authentic(header, body, several(secrets.as_ref().as_ref())) {
            return Ok(());
        }
        Err(Problem::new(StatusCode::UNAUTHORIZED)
            .detail("the webhook is not signed with a secret that is known")
            .into())
    }
}

/// Tell of a push
///
/// For GitHub (`X-Hub-Signature-256`), GitLab (`X-Gitlab-Token`), Gitea and Forgejo (`X-Gitea-Signature`), and whoever
/// sends the secret as a bearer. Anything but a push, such as a ping, is answered and passed over.
#[utoipa::path(post, path = "/v1/hooks/push", tag = "hooks", request_body(content = Object, description = "As the forge sends it."),
    responses((status = 202, body = Push), (status = 204, description = "Nothing was pushed."),
        (status = 429, description = "The ref is pushed to too often; the pullers will find it by themselves.")))]
pub(crate) async fn push(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<Response> {
    app.secrets.check(&headers, &body)?;
    let push = forge::push(&body).map_err(|error| Error::invalid(&error.to_string()))?;
    let Some(push) = push else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    if let Err(refused) = app.pushes.count(push.ref_name.as_str()).await {
        let seconds = u32::try_from(refused.retry_after.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS).retry_after(seconds).into());
    }
    let mut tx = app.store.begin().await?;
    app.store.events().append(&mut tx, &[Change::Push(push.clone())]).await?;
    app.store.commit(tx).await?;
    let commit = push.commit.as_ref().map(Commit::as_str);
    tracing::info!(events.r#ref = %push.ref_name, events.commit = commit, "Push told");
    Ok((StatusCode::ACCEPTED, Json(push)).into_response())
}
