//! Webhooks of forges (GitHub, GitLab, Gitea and its kin): who sent one, and what it says was pushed.

mod authenticity;
mod push;

pub use authenticity::is_authentic;
pub use push::push;
