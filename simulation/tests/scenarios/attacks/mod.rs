//! Thefts that were possible, each with its money.

mod attack_01;
mod attack_08;
mod attack_14;
mod attack_18;

use super::judgement::Trial;
use assay_primitives::{
	Balance,
	case::{CaseView, Subject},
	deal::{Opening, Task, TaskState, TaskStatus, single},
	outcome::Outcome,
	seal::Report,
	task::{TaskId, TaskSpec},
	traits::CaseId,
};
use assay_runtime::{AccountId, Balances, Deals, Mediation, Runtime};
use assay_simulation::{
	Chain, Pair, account, deals,
	market::{Provider, salt},
};
use polkadot_sdk::frame_support::{assert_ok, traits::fungible::Inspect};

/// Accounts of all mediators, which sign for themselves.
fn mediators(chain: &mut Chain) -> Vec<AccountId> {
	chain.read(|| pallet_mediation::Mediators::<Runtime>::iter_keys().collect())
}

/// What each of some accounts owns, bonds included.
fn wealth(chain: &mut Chain, who: &[AccountId]) -> Vec<Balance> {
	chain.read(|| who.iter().map(Balances::total_balance).collect())
}

/// Everybody whom the owner of the client and of all replicas has.
fn owner(trial: &Trial) -> Vec<AccountId> {
	let keys = trial.providers.iter().flat_map(|it| [it.id(), account(&it.operator)]);
	keys.chain([account(&trial.client)]).collect()
}

/// A task that has not ended.
fn open_task(chain: &mut Chain, task: TaskId) -> Task {
	let view = chain.read(|| Deals::task_view(task)).expect("it is known");
	match view.status {
		TaskStatus::Open(task) => task,
		TaskStatus::Ended(ended) => panic!("ended: {ended:?}"),
	}
}

/// Has the only provider of the first deal answer, and the client have that judged.
fn checked(
	chain: &mut Chain,
	client: &Pair,
	provider: &Provider,
	spec: &TaskSpec,
	outcome: Outcome,
) -> CaseId {
	let task = single(0);
	chain.pass(8);
	let (genesis, id) = (chain.genesis_hash(), provider.id());
	let item = (task, spec.hash());
	let seal = deals::sealed(&genesis, item, &id, outcome, Report::Nothing, &salt(0));
	assert_ok!(chain.send(&provider.operator, deals::commit(&[seal])));
	let opening = Opening { outcome, salt: salt(0) };
	assert_ok!(chain.send(&provider.operator, deals::reveal(&[(task, opening)])));
	let TaskState::Agreed { digest, .. } = open_task(chain, task).state else { panic!("agreed") };
	assert_ok!(chain.send(client, pallet_deals::Call::check { task, digest }));
	chain.read(|| Mediation::case_over(Subject::Task(task))).expect("opened")
}

/// Builds blocks until a case stands where it should.
fn await_case(chain: &mut Chain, case: CaseId, holds: impl Fn(&CaseView) -> bool) -> CaseView {
	for _ in 0..1_000 {
		let view = chain.read(|| Mediation::case_view(case)).expect("it is kept");
		if holds(&view) {
			return view;
		}
		chain.pass(1);
	}
	panic!("waited in vain");
}
