//! Skeleton.
pub mod backing;
