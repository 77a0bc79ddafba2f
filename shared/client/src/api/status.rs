//! The suite at a glance.

use contract::status::Status;

use super::{Error, transport::Transport};

/// `GET /v1/status`.
pub(super) async fn read(transport: &Transport) -> Result<Status, Error> {
    transport.get(transport.url(["status"])).await
}
