//! An arbiter that takes every case and decides none.

use crate::account;
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	judges::Judges,
	task::TaskSpec,
	traits::{Arbiter, CaseId, CaseRequest, NoArbiter},
};
use polkadot_sdk::frame_support::parameter_types;

/// Has the funds of open cases.
pub const ARBITER: AccountId = account(241);
/// Wages that a case costs at most: the seats of its committee.
pub const SEATS: Balance = 3;

parameter_types! {
	/// Blocks of the arbiter's window.
	pub static ChallengeWindow: BlockNumber = 0;
	/// Whether the arbiter exists.
	pub static ArbiterIsOpen: bool = false;
	/// Whether the arbiter exists, and takes no case.
	pub static ArbiterIsFull: bool = false;
	/// Whether so many cases wait that the arbiter takes no questions.
	pub static ManyWait: bool = false;
	/// Whether a judge of any case has said what it found.
	pub static ArbiterHasSpoken: bool = false;
	/// Cases that were opened.
	pub static Cases: Vec<CaseRequest> = Vec::new();
	/// Mediators that said what was ruled.
	pub static Finders: Vec<AccountId> = Vec::new();
}

/// Numbers cases in their order, and demands the funds that they need.
pub struct MockArbiter;

impl Arbiter for MockArbiter {
	fn challenge_window(_: BlockNumber, _: &TaskSpec) -> BlockNumber {
		ChallengeWindow::get()
	}
	fn case_wages() -> Option<u32> {
		ArbiterIsOpen::get().then_some(SEATS as u32)
	}
	fn account() -> Option<AccountId> {
		ArbiterIsOpen::get().then_some(ARBITER)
	}
	fn has_room(_: &Judges) -> bool {
		!ManyWait::get()
	}
	fn open_case(request: CaseRequest) -> Result<CaseId, NoArbiter> {
		if !ArbiterIsOpen::get() || ArbiterIsFull::get() {
			return Err(NoArbiter);
		}
		assert!(request.funds >= Self::cost(request.wage), "cases come with their funds");
		let case = Cases::get().len() as CaseId;
		Cases::mutate(|cases| cases.push(request));
		Ok(case)
	}
	fn is_silent(_: CaseId) -> bool {
		!ArbiterHasSpoken::get()
	}
	fn finders(_: CaseId) -> Vec<AccountId> {
		Finders::get()
	}
}
