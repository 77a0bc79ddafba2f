//! `api reindex`: every ref's target is read and indexed again, also one that failed. What search shows stays until then.

use anyhow::ensure;
use chassis::process::{Arguments, Context};
use contract::{RefName, jobs::IndexRevision};

use super::Config;

pub(super) async fn run(config: Config, _: Context, arguments: Arguments) -> anyhow::Result<()> {
    let only: Option<RefName> = match arguments.text("--ref") {
        Some(_) => Some(arguments.parse("--ref")?),
        None => None,
    };
    let (store, queue) = super::open(&config)?;
    let mut tx = store.begin().await?;
    let restarted = store.revisions().restart(&mut tx, only.as_ref()).await?;
    ensure!(only.is_none() || !restarted.is_empty(), "the ref was never announced");
    for revision in &restarted {
        let (ref_name, commit) = (revision.ref_name.clone(), revision.commit.clone());
        queue.enqueue(&mut tx, &IndexRevision { revision: revision.id, ref_name, commit }).await?;
    }
    store.commit(tx).await?;
    for revision in &restarted {
        tracing::info!(r#ref = %revision.ref_name, commit = %revision.commit, "Revision is indexed again");
    }
    store.close().await;
    Ok(())
}
