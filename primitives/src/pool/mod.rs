//! Task pools: many subtasks of one program, dealt out anew in each round to providers who race.
//!
//! What everybody computes from public data, so that a chain keeps of a round no more than its seed and two numbers
//! for each provider. `docs/adr/0053-task-pools.md` has the whole design.
//!
//! - [`PoolTerms`] are what a client offers, with the variants of a pool.
//! - [`Shuffle`] puts leaves in an order by a seed; [`divide`] says how long columns are; [`History`] tells where a
//!   leaf is after any number of rounds, and [`Matrix`] where all of them are, for who has the memory.
//! - [`OpenRound`] takes what is published. [`Leaf`] and [`Publication`] show what is false without running
//!   anything, [`Handover`] an input that is not the promised one; [`Audit`] says which leaf is run again.
//! - [`Pool`] and [`MemberRecord`] are what a chain keeps of one, and [`PoolView`] what it shows.
//! - [`payments`] says who is paid what.
//! - [`race`] forecasts all of it.

mod audit;
mod handover;
mod history;
mod leaf;
mod matrix;
mod payment;
pub mod race;
mod record;
mod round;
mod shares;
mod shuffle;
mod terms;
#[cfg(test)]
mod tests;

pub use audit::Audit;
pub use handover::Handover;
pub use history::{
	Column, Ended, History, HistoryFault, Place, Round, Spot, Standing, audit_subject,
	round_subject,
};
pub use leaf::{Exhibit, Fault, Leaf, LeafId, Publication, ShownInput, ShownLeaf, Wrong};
pub use matrix::Matrix;
pub use payment::{Payments, Work, payments};
pub use record::{Judging, ListedPool, Look, MemberPlace, MemberRecord, Pool, PoolView, Stage};
pub use round::{Clock, OpenRound, Phase, Published, Unpublished, record_hash};
pub use shares::divide;
pub use shuffle::{STEPS, Shuffle};
pub use terms::{Columns, InWork, PoolTerms, Pricing, Rates, TermsFault};

/// Number of a pool, and of the [`Instance`](crate::deal::Instance) that its money is under.
pub type PoolId = u32;
/// Number of a round of a pool, from 0.
pub type RoundNumber = u16;
/// Position of a provider in the order in which those of a pool have signed up. It is never given again.
pub type Member = u16;

/// Most subtasks of a pool.
pub const MAX_LEAVES: u32 = 1_000_000;
/// Most providers of a pool, those who have left included.
pub const MAX_MEMBERS: u16 = 64;
/// Most rounds of a pool.
pub const MAX_ROUNDS: RoundNumber = 64;
