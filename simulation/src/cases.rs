//! Cases: a chain whose committees are known, and what mediators send.

use crate::{Chain, Pair, account, key, salt_of};
use assay_primitives::{
	AccountId, Hash,
	case::{CasePhase, CaseView, ROUNDS, Vote},
	outcome::{Digest, Outcome},
	seal::{Salt, seal_verdict},
	traits::CaseId,
};
use assay_runtime::{Runtime, RuntimeCall};

type Call = pallet_mediation::Call<Runtime>;

/// Mediators of a chain that [starts](start) here.
pub const MEDIATORS: u32 = ROUNDS[0];

/// The development chain with no more mediators than the first round has seats, so that all of them sit
/// in every committee.
pub fn start() -> Chain {
	Chain::start_with("development", |genesis| {
		let mediators = genesis["mediation"]["mediators"].as_array_mut();
		mediators.expect("it has mediators").truncate(MEDIATORS as usize);
	})
}

/// Key of a mediator of the preset, which signs for itself.
pub fn mediator(at: u32) -> Pair {
	key(&format!("Mediator//{at}"))
}

/// Hands in the seal of a verdict about the task with this hash.
pub fn seal(case: CaseId, task_hash: Hash, round: u8, seal: Hash) -> RuntimeCall {
	Call::seal { case, task_hash, round, seal }.into()
}

/// Opens a seal.
pub fn reveal(case: CaseId, digest: Digest, salt: Salt) -> RuntimeCall {
	Call::reveal { case, digest, salt }.into()
}

/// Applies a deadline.
pub fn poke(case: CaseId) -> RuntimeCall {
	Call::poke { case }.into()
}

/// Vote of a mediator in the present round.
pub fn vote(view: &CaseView, who: &AccountId) -> Option<Vote> {
	let round = view.rounds.get(usize::from(view.case.round))?;
	round.members.iter().find(|member| member.mediator == *who).map(|member| member.vote)
}

/// What a mediator sends next that says `outcome`: it seals as soon as it is drawn, and opens its seal
/// as soon as it may.
pub fn next_of_mediator(
	mediator: &Pair,
	genesis: &Hash,
	view: &CaseView,
	outcome: Outcome,
) -> Option<RuntimeCall> {
	let (id, task_hash) = (account(mediator), view.terms.task_hash);
	let (case, round, digest) = (view.id, view.case.round, outcome.digest(&task_hash));
	let salt = salt_of(&id, &task_hash);
	match (vote(view, &id)?, &view.case.phase) {
		(Vote::Drawn, CasePhase::Sealing { .. }) => {
			let sealed = seal_verdict(genesis, case, round, &id, &digest, &salt);
			Some(seal(case, task_hash, round, sealed))
		},
		(Vote::Sealed(_), CasePhase::Revealing { .. } | CasePhase::Ruled { .. }) => {
			Some(reveal(case, digest, salt))
		},
		_ => None,
	}
}
