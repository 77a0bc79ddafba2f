//! What operators call instead of serving (factor XII): the same executable, the same configuration, one piece of work.

mod jobs;
mod migrate;
mod reindex;

use chassis::process::{AdminCommand, Service};
use queue::Queue;
use store::Store;

use crate::Api;

type Config = <Api as Service>::Config;

/// The table of contents.
pub(crate) fn all() -> Vec<AdminCommand<Config>> {
    vec![
        AdminCommand::new("migrate", "Bring the database's schema up to this program's", migrate::run)
            .option("--wait", "SECONDS"),
        AdminCommand::new("reindex", "Index every ref's target again, or one ref's", reindex::run)
            .option("--ref", "REF"),
        AdminCommand::new("jobs list", "Print the latest jobs, one a line", jobs::list).option("--state", "STATE"),
        AdminCommand::new("jobs retry", "Run a job again, also one that was given up", jobs::retry).value("ID"),
    ]
}

/// What every command works with: the store, and the queue in it.
fn open(config: &Config) -> anyhow::Result<(Store, Queue)> {
    let store = Store::open(&config.0, Api::NAME)?;
    let queue = Queue::new(store.pool())?;
    Ok((store, queue))
}
