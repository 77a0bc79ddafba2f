//! A worker to be killed: `mortal URL wait` is at its job for ever, `mortal URL abort` dies of it.

use std::process::ExitCode;

use chassis::{process::Context, version::Version};
use contract::jobs::Job;
use queue::{Attempt, Failure, Handler, Queue, Workers};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Greet {
    name: String,
}

impl Job for Greet {
    const KIND: &'static str = "greet";
}

struct Mortal {
    aborts: bool,
}

impl Handler<Greet> for Mortal {
    async fn work(&self, _: Greet, _: Attempt) -> Result<(), Failure> {
        if self.aborts {
            std::process::abort();
        }
        std::future::pending().await
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, behaviour] = arguments.as_slice() else { return ExitCode::from(64) };
    let context = Context::new(Version { name: "mortal", version: "0", commit: "none", build: "debug" });
    let work = async {
        let queue = Queue::new(&sqlx::PgPool::connect_lazy(url)?)?;
        let handler = Mortal { aborts: behaviour == "abort" };
        Workers::new(queue, 1, &context).register::<Greet>(handler)?.run(&context).await?;
        anyhow::Ok(())
    };
    match work.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
