//! Health: named checks, and the four answers that an orchestrator asks for.

mod checks;
pub mod probe;
mod routes;

pub use checks::{Check, Health, Reading, State};
pub use routes::PATHS;
pub(crate) use routes::routes;
