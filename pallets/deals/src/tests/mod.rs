//! One file per call; whole lives in `lifecycle`, money in `settlement` and `invariants`.

mod audits;
mod bags;
mod batch;
mod callbacks;
mod commit;
mod court;
mod decline;
mod denounce;
mod disputes;
mod exposures;
mod genesis;
mod invariants;
mod lifecycle;
mod missing;
mod open;
mod payments;
mod poke;
mod policies;
mod prune;
mod reports;
mod reservations;
mod reveal;
mod set_profile_status;
mod settlement;
mod try_state;
mod verdicts;
mod views;

use crate::{
	mock::{Deals, *},
	*,
};
use assay_primitives::{
	AccountId, Balance, Hash,
	content::ContentRef,
	deal::{
		Ending, FailCause, NextStep, Opening, ReplicaResult, ReplicaState, TaskState, TaskStatus,
		single,
	},
	excuse::Excuse,
	order::{Kind, OrderFault, Refusal},
	outcome::{Class, Outcome},
	policy::{Policy, PolicyFault},
	price::Price,
	provider::Conduct,
	request::{Candidate, Ineligible, Request, RequestFault},
	task::{Input, InputList, TaskId},
	traits::{CaseReason, DealBook, NewDeal, Stakes},
};
use codec::Encode;
use frame_support::{BoundedVec, assert_noop, assert_ok};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, Permill};

/// The error of a request that is impossible.
fn of(fault: RequestFault) -> Error<Test> {
	Refusal::from(fault).into()
}

fn impossible(fault: PolicyFault) -> Error<Test> {
	of(RequestFault::Policy(fault))
}

/// The error of a candidate.
fn because(at: u8, why: Ineligible) -> Error<Test> {
	Refusal::Resource { at, why }.into()
}
