//! Who is told of a commit, and who is asked.

use std::time::Duration;

use super::{HookSettings, mistakes::Mistakes};
use crate::flags::{Flags, GoDuration};

/// The hooks that the flags tell of.
pub(super) struct Hooks {
    pub(super) exechook: Option<HookSettings>,
    pub(super) pre_publish: Option<HookSettings>,
    pub(super) gate: Option<HookSettings>,
    pub(super) webhook: Option<HookSettings>,
}

/// Reads them all.
pub(super) fn hooks(mistakes: &mut Mistakes, flags: &Flags) -> Hooks {
    let exechook = hook(mistakes, "exechook", &flags.exechook_command, flags.exechook_timeout, flags.exechook_backoff);
    let pre_publish = hook(
        mistakes,
        "pre-publish-exechook",
        &flags.pre_publish_exechook_command,
        flags.pre_publish_exechook_timeout,
        flags.pre_publish_exechook_backoff,
    );
    let gate = hook(
        mistakes,
        "publish-gate",
        &flags.publish_gate_command,
        flags.publish_gate_timeout,
        flags.publish_gate_backoff,
    );
    let webhook = hook(mistakes, "webhook", &flags.webhook_url, flags.webhook_timeout, flags.webhook_backoff);
    mistakes.unless(
        webhook.is_none() || (-1..=999).contains(&flags.webhook_success_status),
        "webhook-success-status",
        "must be -1, 0 or a status",
    );
    Hooks { exechook, pre_publish, gate, webhook }
}

fn hook(
    mistakes: &mut Mistakes,
    name: &str,
    target: &str,
    timeout: GoDuration,
    backoff: GoDuration,
) -> Option<HookSettings> {
    if target.is_empty() {
        return None;
    }
    mistakes.at_least(&format!("{name}-timeout"), timeout, Duration::from_secs(1));
    mistakes.at_least(&format!("{name}-backoff"), backoff, Duration::from_secs(1));
    Some(HookSettings { target: target.to_owned(), timeout: timeout.duration(), backoff: backoff.duration() })
}
