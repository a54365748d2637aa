//! How pallets know each other. Calls go one way: market to deals, deals to providers and beacon.

use crate::{
	AccountId, Balance, BlockNumber,
	beacon::{Fold, NoSeed, Ticket},
	outcome::Digest,
	profile::ProfileId,
	provider::{Capacity as Declared, Conduct},
	request::{Candidate, Request},
	task::{DealId, TaskId},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use polkadot_sdk::sp_runtime::{DispatchError, DispatchResult};
use scale_info::TypeInfo;

/// Randomness after the fact.
pub trait Beacon {
	/// A ticket for the fold of at least `window` VRF outputs after the current block, by at least
	/// `authors` distinct authors (fewer where the chain is configured so).
	fn request(window: u8, authors: u8) -> Ticket;
	/// The fold, as soon as it is known.
	fn fold(ticket: &Ticket) -> Result<Fold, NoSeed>;
}

/// Bonds of providers. Given only to the pallets that put them at risk.
pub trait Stakes {
	/// Bond that is not locked.
	fn free(provider: &AccountId) -> Balance;
	/// Puts `amount` of the free bond at risk and takes one slot.
	fn lock(provider: &AccountId, amount: Balance) -> DispatchResult;
	/// Undoes [`Self::lock`] for one replica.
	fn release(provider: &AccountId, amount: Balance);
	/// Takes `amount` out of what is locked and gives the slot back. `shares` are paid in their
	/// order as far as the amount goes; the rest is burnt. `released` is unlocked beside it. Returns
	/// what was taken.
	fn slash(
		provider: &AccountId,
		amount: Balance,
		released: Balance,
		shares: &[(AccountId, Balance)],
	) -> Balance;
}

/// What providers can do.
pub trait Capacity {
	/// The provider for which `operator` signs.
	fn provider_of(operator: &AccountId) -> Option<AccountId>;
	/// The operator key of a provider.
	fn operator_of(provider: &AccountId) -> Option<AccountId>;
	/// What a provider declared.
	fn declared(provider: &AccountId) -> Option<Declared>;
	/// Whether a provider executes the profile.
	fn serves(provider: &AccountId, profile: &ProfileId) -> bool;
	/// Slots that are not in use.
	fn free_slots(provider: &AccountId) -> u16;
}

/// Conduct of providers.
pub trait Reputations {
	/// PoCo's score.
	fn score(provider: &AccountId) -> u32;
	/// Notes how a replica ended.
	fn note(provider: &AccountId, conduct: Conduct);
}

/// The ledger. Front ends open deals here and never touch escrow, bonds or capacity.
pub trait DealBook {
	/// Opens a deal: locks the client's money and every candidate's stake.
	fn open(
		client: &AccountId,
		request: Request,
		candidates: Vec<Candidate>,
	) -> Result<DealId, DispatchError>;
	/// Stake of each replica at these prices, the lowest P_max among them given. The lowest, so that
	/// nobody can raise what others have at risk by adding a dear candidate of its own.
	fn stake(lowest_maximum: Balance) -> Balance;
	/// What the client must have free for the deal: (escrow, deposit).
	fn cost(request: &Request, candidates: &[Candidate]) -> Option<(Balance, Balance)>;
}

/// Where disputes go. A verdict comes back through [`Verdicts`].
pub trait Arbiter {
	/// Blocks during which an agreed result of a task with run time `run_blocks` may be challenged.
	fn challenge_window(run_blocks: BlockNumber) -> BlockNumber;
	/// Opens a case over competing digests.
	fn open_case(task: &TaskId, digests: &[Digest]) -> Result<CaseId, NoArbiter>;
}

/// Number of a case.
pub type CaseId = u64;

/// Nobody can decide the case.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct NoArbiter;

/// What an arbiter calls back.
pub trait Verdicts {
	/// The case is decided: this digest is true, or none could be established.
	fn decided(task: &TaskId, case: CaseId, truth: Option<Digest>) -> DispatchResult;
}

/// Without an arbiter nothing can be challenged, so there is no window to wait through.
impl Arbiter for () {
	fn challenge_window(_: BlockNumber) -> BlockNumber {
		0
	}
	fn open_case(_: &TaskId, _: &[Digest]) -> Result<CaseId, NoArbiter> {
		Err(NoArbiter)
	}
}
