//! Stories of the whole suite, in its users' words: real processes, real HTTP, real Git.

mod publish;
mod remote;
mod restart;
mod surprises;
