//! Admin processes (factor XII): one-off work, run from the same executable with the same configuration.

use std::{future::Future, pin::Pin};

use super::{
    Context,
    usage::{Argument, Arguments, Usage},
};

type Work = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

/// A command that a service offers beside serving: `api migrate`, `api jobs retry 17`.
///
/// It runs as a process of its own: same environment, same logs, no port. It ends with 0, or with 1 and one line that
/// says why; arguments that its usage does not allow end it with 64 before anything is read. At `SIGTERM` it may
/// finish within `SHUTDOWN_SECONDS`; what is cut off then ends with 1.
///
/// ```
/// # use chassis::process::{AdminCommand, Arguments, Context};
/// async fn retry(_config: (), _context: Context, arguments: Arguments) -> anyhow::Result<()> {
///     let id: i64 = arguments.parse("ID")?;
///     tracing::info!(id, "Job retried");
///     Ok(())
/// }
/// let _command = AdminCommand::new("jobs retry", "Run a failed job again", retry).value("ID");
/// ```
pub struct AdminCommand<C> {
    pub(super) usage: Usage,
    pub(super) run: Box<dyn FnOnce(C, Context, Arguments) -> Work>,
}

impl<C> AdminCommand<C> {
    /// A command without arguments. The name may have several words; `about` is one line.
    pub fn new<F>(
        name: &'static str,
        about: &'static str,
        run: impl FnOnce(C, Context, Arguments) -> F + 'static,
    ) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let run = Box::new(|config, context, arguments| Box::pin(run(config, context, arguments)) as Work);
        Self { usage: Usage { name, about, arguments: Vec::new() }, run }
    }

    /// It needs a value at this place: `ID`.
    #[must_use]
    pub fn value(self, name: &'static str) -> Self {
        self.with(Argument::Value(name))
    }

    /// It takes an option with a value: `--ref`, `REF`.
    #[must_use]
    pub fn option(self, name: &'static str, value: &'static str) -> Self {
        self.with(Argument::Option(name, value))
    }

    /// It takes an option without a value: `--all`.
    #[must_use]
    pub fn switch(self, name: &'static str) -> Self {
        self.with(Argument::Switch(name))
    }

    fn with(mut self, argument: Argument) -> Self {
        self.usage.arguments.push(argument);
        self
    }
}
