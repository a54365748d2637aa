//! What a process of the daemon can do.

pub mod mediator;
pub mod provider;
pub mod solver;
pub mod watcher;
