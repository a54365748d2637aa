//! Eligibility capture: limits and wages beyond what honest mediators take leave the robber's own to judge.

use super::*;
use assay_primitives::{
	UNIT,
	case::{CaseLimits, MediatorTerms},
	order::Refusal,
	profile::Profile,
};
use assay_simulation::market::{named, order as submit, register_with, transfer};

const LONG: u64 = 2 * CaseLimits::ORDINARY.max_gas;

/// A provider that runs everything.
fn wide_provider(chain: &mut Chain) {
	register_with(chain, 0, |capacity, terms| {
		(capacity.max_gas, capacity.gas_per_second) = (100 * LONG, u64::MAX);
		capacity.max_memory_pages = 1 << 16;
		(terms.max_gas, terms.max_memory_pages) = (100 * LONG, 1 << 16);
		terms.price.per_mgas = 0;
	});
}

fn declared(limits: CaseLimits) -> MediatorTerms {
	let profiles = BoundedVec::truncate_from(vec![Profile::BASE.id()]);
	MediatorTerms { capacity: 16, limits, profiles, inbox: None }
}

/// Three mediators of the robber's, who take whatever there is.
fn wide_mediators(chain: &mut Chain) {
	for at in 0..3 {
		let own = key(&format!("Wide{at}"));
		assert_ok!(chain.send(&key("Alice"), transfer(&account(&own), 2_000 * UNIT)));
		let operator = account(&own);
		let terms = declared(CaseLimits::LARGE);
		let call = pallet_mediation::Call::register { operator, terms, bond: 1_000 * UNIT };
		assert_ok!(chain.send(&own, call));
	}
}

fn ask(chain: &mut Chain, change: impl FnOnce(&mut TaskSpec)) -> DispatchResult {
	let mut spec = spec();
	change(&mut spec);
	chain.send(&key("Charlie"), submit(request(spec, 1, 1), named([0])))
}

fn nobody() -> DispatchResult {
	Err(pallet_market::Error::<Runtime>::from(Refusal::NobodyJudges).into())
}

#[test]
fn attack_09_task_should_be_refused_when_only_a_few_would_be_left_to_judge_it() {
	let mut chain = Chain::start("development");
	wide_provider(&mut chain);
	wide_mediators(&mut chain);
	assert_eq!(ask(&mut chain, |spec| spec.limits.gas = LONG), nobody());
	assert_eq!(ask(&mut chain, |spec| spec.limits.memory_pages = 1 << 15), nobody());
	assert_eq!(ask(&mut chain, |spec| spec.limits.output_bytes = 512 << 20), nobody());
	assert_eq!(ask(&mut chain, |spec| spec.module.size = 17 << 20), nobody());
	// No time for sealing is enough for it, whatever anybody declares.
	assert_eq!(ask(&mut chain, |spec| spec.limits.gas = 100 * LONG), nobody());
	assert_eq!(ask(&mut chain, |spec| spec.limits.gas = CaseLimits::ORDINARY.max_gas), Ok(()));
	assert_eq!(ask(&mut chain, |_| ()), Ok(()));
}

#[test]
fn attack_09_task_should_be_refused_when_it_pays_less_than_a_third_of_the_pool_asks() {
	let mut chain = Chain::start("development");
	wide_provider(&mut chain);
	for at in 0..5 {
		let asks = CaseLimits { min_wage: 4 * UNIT, ..CaseLimits::ORDINARY };
		let update = pallet_mediation::Call::update { terms: declared(asks) };
		assert_ok!(chain.send(&mediator(at), update));
	}
	assert_eq!(ask(&mut chain, |_| ()), nobody());
	// The court needs nobody.
	let small = |spec: &mut TaskSpec| spec.limits.gas = 1 << 24;
	assert_eq!(ask(&mut chain, small), Ok(()));
}
