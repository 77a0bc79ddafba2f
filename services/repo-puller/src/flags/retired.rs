//! Flags of older releases. Where one is set, it overrides the flag that replaced it.

use super::{go::GoDuration, table::Flags};

/// Moves what the retired flags say to where it belongs now.
pub(super) fn apply(flags: &mut Flags, warnings: &mut Vec<String>) -> Result<(), String> {
    if flags.change_permissions != 0 {
        return Err("--change-permissions is no longer supported: use --group-write".to_owned());
    }
    if !flags.branch.is_empty() && !flags.rev.is_empty() && flags.rev != "HEAD" {
        return Err("only one of --branch and --rev may be given: use --ref".to_owned());
    }
    let (branch, rev, dest) = (flags.branch.clone(), flags.rev.clone(), flags.dest.clone());
    let (hook, password) = (flags.sync_hook_command.clone(), flags.password_flag.clone());
    // Beside a branch, the revision is `HEAD`, which says no more than the branch.
    let named = if branch.is_empty() { rev } else { branch };
    replace(&mut flags.r#ref, Some(named).filter(|name| !name.is_empty()));
    replace(&mut flags.link, Some(dest).filter(|name| !name.is_empty()));
    replace(&mut flags.exechook_command, Some(hook).filter(|command| !command.is_empty()));
    if !password.is_empty() {
        warnings.push("a password on the command line can be read by everyone on the machine".to_owned());
        flags.password = password;
    }
    replace(&mut flags.period, Some(flags.wait).filter(|wait| *wait != 0.0).map(seconds));
    replace(&mut flags.sync_timeout, Some(flags.timeout).filter(|timeout| *timeout != 0).map(whole_seconds));
    // None is what it was without the flag, so that it overrides nothing.
    replace(&mut flags.max_failures, flags.max_sync_failures.filter(|failures| *failures != 0));
    replace(&mut flags.verbose, Some(flags.v).filter(|level| *level >= 0));
    Ok(())
}

fn replace<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Seconds with a fraction, to the millisecond.
fn seconds(seconds: f64) -> GoDuration {
    #[expect(clippy::cast_possible_truncation, reason = "saturates: a wait beyond the age of the universe")]
    let millis = (seconds * 1000.0) as i64;
    GoDuration::of_millis(millis.clamp(i64::MIN / 1_000_000, i64::MAX / 1_000_000))
}

fn whole_seconds(seconds: i64) -> GoDuration {
    GoDuration::of_millis(seconds.clamp(-9_000_000_000, 9_000_000_000) * 1000)
}
