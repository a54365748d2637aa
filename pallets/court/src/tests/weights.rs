//! What a call weighs before it runs, and what is given back.

use crate::{Call, Error, WeightInfo, mock::*};
use polkadot_sdk::frame_support::{dispatch::GetDispatchInfo, weights::Weight};

fn before(dispute: &Dispute) -> Weight {
	let call = Call::<Test>::adjudicate {
		case: CASE,
		task_hash: dispute.task_hash(),
		max_gas: dispute.max_gas,
		module: dispute.module.clone(),
		input: dispute.input.clone(),
	};
	call.get_dispatch_info().call_weight
}

#[test]
fn weight_should_cover_gas_module_and_input_when_they_grow() {
	let small = Dispute::new(main("")).with_input(b"input");
	let base = before(&small);
	let mut gas = small.clone();
	gas.max_gas *= 2;
	assert!(before(&gas).ref_time() >= base.ref_time() + 1_000_000 * 10_000);
	let mut module = small.clone();
	module.module.resize(100_000, 0);
	assert!(before(&module).ref_time() > base.ref_time() + 90_000 * 50_000);
	let input = small.clone().with_input(&[0; 100_000]);
	// The longest input is in what every call is charged.
	assert!(before(&input).ref_time() >= base.ref_time());
	assert_eq!(before(&small), Court::weight_of(&small.spec));
}

/// What was measured is for functions that are never called.
#[test]
fn weight_should_pay_for_translating_all_of_a_long_module() {
	let weight = |module| Court::charge(module, 0, 0);
	let measured = |module| <() as WeightInfo>::start_long(module);
	assert!(weight(1 << 20).all_gte(measured(1 << 20).saturating_mul(3)), "a quarter is added");
	// Shorter ones pay for as many functions as fit into them, which is more.
	for module in [100_000, 200_000, 400_000, 600_000] {
		let share = measured(1 << 20).saturating_mul(3).saturating_mul(module as u64);
		assert!(weight(module).all_gte(share.saturating_div(1 << 20)), "{module}");
	}
}

#[test]
fn weight_should_fit_no_block_when_more_gas_is_named_than_a_block_has() {
	let most = BlockWeights::get().max_block;
	for max_gas in [1 << 32, u64::MAX] {
		let dispute = Dispute { max_gas, ..Dispute::new(main("")) };
		assert!(!before(&dispute).all_lte(most));
	}
	let largest = Dispute { max_gas: MAX_GAS, ..Dispute::new(main("")) };
	assert!(before(&largest).all_lte(most));
}

#[test]
fn weight_should_be_given_back_when_less_gas_is_used() {
	build_and_execute(|| {
		let mut dispute = Dispute::new(main(""));
		dispute.max_gas = MAX_GAS;
		let weight = dispute.adjudicate().expect("it qualifies").actual_weight;
		let used = Court::charge(dispute.module.len(), 0, 65_536);
		assert_eq!(weight, Some(used + RULED));
		assert!((used + WORST_RULING).all_lte(before(&dispute)));
	});
}

#[test]
fn weight_should_stay_but_for_the_ruling_when_all_gas_is_used() {
	build_and_execute(|| {
		let dispute = Dispute::new(main("(loop (br 0))"));
		let weight = dispute.adjudicate().expect("it qualifies").actual_weight;
		assert_eq!(weight, Some(before(&dispute) - WORST_RULING + RULED));
	});
}

#[test]
fn weight_should_be_that_of_the_content_when_it_is_wrong() {
	build_and_execute(|| {
		let mut dispute = Dispute::new(main(""));
		dispute.module = main("unreachable");
		let weight = dispute.refused(error(Error::ModuleDiffers)).expect("some is given back");
		assert_eq!(weight, Court::charge(dispute.module.len(), 0, 0));
		assert!(weight.all_lte(before(&dispute)));
	});
}

/// What the gas that it did not use would have cost is none of it, whatever the call has named.
#[test]
fn case_should_be_told_what_the_run_has_taken() {
	build_and_execute(|| {
		let mut dispute = Dispute::new(main("")).with_input(b"input");
		dispute.max_gas = MAX_GAS;
		dispute.adjudicate().expect("it qualifies");
		let length = dispute.module.len();
		assert_eq!(Needed::get(), [(Court::charge(length, 5, 65_536), length as u64 + 5)]);
	});
}
