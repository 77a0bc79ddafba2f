//! What containers and cluster are told, held against what the services know: variables, images, grace periods.

mod metrics;
mod parity;
mod services;
mod sources;
mod variables;
