//! What the tests of pallets share: a mock for each trait of `primitives::traits`, which does as it is told
//! and writes down what it was asked, and the parts that every runtime for tests has.
//!
//! - What a mock does, and what it was asked, are statics of its module, with `get`, `set` and `mutate`. Each
//!   thread has its own, and thus each test.
//! - What a failed call must undo is in storage: [`providers`] is a pallet.
//! - [`runtime`], [`configure_system`] and [`configure_balances`] make the runtime `Test`, [`externalities`]
//!   starts it, and [`execute_and_check`] runs a test in it.

pub mod arbiter;
pub mod beacon;
pub mod cases;
pub mod contents;
pub mod deal_book;
pub mod economy;
pub mod providers;
pub mod publishers;
pub mod reservations;
mod test_runtime;
pub mod verdicts;

pub use test_runtime::*;

use assay_primitives::{
	AccountId,
	content::ContentRef,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
};

/// An account that nobody's key is for.
pub const fn account(byte: u8) -> AccountId {
	AccountId::new([byte; 32])
}

/// A task that runs a module on nothing.
pub fn spec(module: ContentRef, limits: Limits) -> TaskSpec {
	TaskSpec {
		module,
		profile: Profile::BASE.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::None,
		seed: Default::default(),
		limits,
	}
}
