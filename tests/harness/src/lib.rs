//! What tests and development stand on: processes that die with their parent, repositories, real backing services.

pub mod executables;
pub mod process;

pub mod backing;
pub mod forge;
pub mod mounted;
pub mod repository;
pub mod wire;

pub mod http;
pub mod scripted;

pub mod plan;

pub mod house;
pub mod suite;
