//! Mediators conscripted: a run time of a few blocks and a gas limit that takes minutes.

use super::{await_case, checked};
use crate::judgement::done;
use assay_primitives::{
	case::CasePhase,
	content::ContentRef,
	outcome::{Class, Outcome},
	task::TaskSpec,
};
use assay_simulation::{
	Chain, key,
	market::{named, order, publish, register_with, request, spec},
};
use polkadot_sdk::frame_support::assert_ok;

/// What an ordinary machine takes more than three minutes for.
const LONG: u64 = 100_000_000_000;

#[test]
fn attack_08_mediators_should_have_time_when_the_gas_limit_is_high() {
	let mut chain = Chain::start("development");
	let provider = register_with(&mut chain, 0, |capacity, terms| {
		(capacity.max_gas, capacity.gas_per_second) = (LONG, u64::MAX);
		terms.max_gas = LONG;
		// Or a stake would be more than its bond.
		terms.price.per_mgas = 0;
	});
	let (client, module) = (key("Charlie"), done());
	assert_ok!(publish(&mut chain, &client, &module));
	let mut spec = TaskSpec { module: ContentRef::of(&module), ..spec() };
	spec.limits.gas = LONG;
	let mut request = request(spec.clone(), 1, 1);
	request.run_blocks = 5;
	assert_ok!(chain.send(&client, order(request, named(0..1))));
	let outcome = Outcome { gas_used: LONG, ..Outcome::of_no_run(Class::OutOfGas) };
	let case = checked(&mut chain, &client, &provider, &spec, outcome);
	let drawn = |phase: &CasePhase| !matches!(phase, CasePhase::AwaitingSeed { .. });
	let view = await_case(&mut chain, case, |view| drawn(&view.case.phase));
	let CasePhase::Sealing { until, .. } = view.case.phase else { panic!("{view:?}") };
	// 1.5 thousand million gas a block take 67; half of the time is for fetching and compiling.
	assert!(until - view.at >= 134, "{} blocks", until - view.at);
}
