//! Disposability (factor IX): signals, the shutdown that everything can see, and tasks that are waited for.

mod shutdown;
mod signals;
mod tasks;

pub use shutdown::Shutdown;
pub use signals::Signals;
pub use tasks::Tasks;

use std::time::Duration;

use crate::config::Seconds;

crate::section! {
    /// How a process stops.
    pub struct Lifecycle {
        /// How long to keep serving after `SIGTERM`, while load balancers notice that `/readyz` says no.
        pub drain_seconds: Seconds = Seconds::new(5),
        /// How long work in flight may take after that.
        pub shutdown_seconds: Seconds = Seconds::new(20),
    }
}

impl Lifecycle {
    /// The pause between the signal and the last accepted connection.
    pub fn drain(&self) -> Duration {
        self.drain_seconds.duration()
    }

    /// The deadline for everything after the pause.
    pub fn deadline(&self) -> Duration {
        self.shutdown_seconds.duration()
    }
}
