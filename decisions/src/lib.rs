//! What the daemons decide: what a provider, a mediator, a watcher and a solver do next, as functions of what
//! the chain and their own records say and of nothing else.
//!
//! Nothing here reads, sends, waits or draws. The daemons ask at every block and do what is answered, and the
//! simulation asks the same functions, with the settings that daemons come with. What it does by itself is what a daemon does
//! about an answer: reading, running, keeping and sending.

pub mod action;
pub mod book;
pub mod defender;
pub mod eligible;
pub mod job;
pub mod lies;
pub mod limits;
pub mod mediator;
pub mod provider;
pub mod record;
pub mod scenes;
pub mod sending;
pub mod view;
pub mod wait;
pub mod watcher;

pub use assay_primitives::time::can_land;

/// Failed runs after which a job is given up.
pub const MAX_RUN_FAILURES: u32 = 5;
