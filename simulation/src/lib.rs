//! Drives the chain's real runtime natively, block by block, with a block's inherents, randomness, events
//! and hooks, and without a node: for tests of the runtime, and of what talks to it.
//!
//! - [`chain`] builds blocks, on whatever keeps the [`state`].
//! - [`market`] has the parties of a small market, and a task between them.
//!
//! Nothing of the protocol is written a second time here.

mod author;
mod chain;
mod conservation;
mod keys;
pub mod market;
mod state;
mod transaction;

pub use chain::Chain;
pub use keys::{account, key};
pub use state::State;
pub use transaction::transaction;
