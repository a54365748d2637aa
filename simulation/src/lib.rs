//! Drives the chain's real runtime natively, block by block, with a block's inherents, randomness, events
//! and hooks, and without a node: for tests of the runtime, and of what talks to it.
//!
//! - [`Chain`] builds blocks, on whatever keeps the [`State`]: the tests' externalities, or [`Flat`], which is
//!   faster, no slower over time, and can take back what was done. Calls get into blocks at a [`Fidelity`].
//!   On a [`Flat`] state it also tells what a call accesses, and how much of that its weight pays for.
//! - [`History`] keeps the states of all blocks, and takes the newest back.
//! - [`market`] has the parties of a small market, and a task between them.
//! - [`deals`] and [`cases`] have what they send about a task, and about a case.
//!
//! Nothing of the protocol is written a second time here.

mod accesses;
mod author;
pub mod cases;
mod chain;
mod charge;
mod conservation;
pub mod deals;
mod executed;
mod flat;
mod history;
mod keys;
pub mod market;
pub mod metadata;
mod state;
mod transaction;
mod views;

pub use accesses::{Accesses, Count};
pub use assay_runtime::RuntimeCall;
pub use chain::Chain;
pub use charge::Charge;
pub use executed::{Failure, Refused, execute};
pub use flat::Flat;
pub use history::{Block, History};
pub use keys::{account, key, salt_of};
pub use polkadot_sdk::sp_core::sr25519::Pair;
pub use state::{State, Undo};
pub use transaction::{Fidelity, apply, fee_of, tipped, transaction, would_pass};
pub use views::Cost;
