//! What a call weighs before it runs, and what is given back.

use crate::{Call, Error, mock::*};
use polkadot_sdk::frame_support::{dispatch::GetDispatchInfo, weights::Weight};

fn before(brief: &Brief) -> Weight {
	let call = Call::<Test>::adjudicate {
		case: CASE,
		task_hash: brief.task_hash(),
		max_gas: brief.max_gas,
		module: brief.module.clone(),
		input: brief.input.clone(),
	};
	call.get_dispatch_info().call_weight
}

#[test]
fn weight_should_cover_gas_module_and_input_when_they_grow() {
	let small = Brief::new(main("")).with_input(b"input");
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

#[test]
fn weight_should_fit_no_block_when_more_gas_is_named_than_a_block_has() {
	let most = BlockWeights::get().max_block;
	for max_gas in [1 << 32, u64::MAX] {
		let brief = Brief { max_gas, ..Brief::new(main("")) };
		assert!(!before(&brief).all_lte(most));
	}
	let largest = Brief { max_gas: MAX_GAS, ..Brief::new(main("")) };
	assert!(before(&largest).all_lte(most));
}

#[test]
fn weight_should_be_given_back_when_less_gas_is_used() {
	build_and_execute(|| {
		let mut brief = Brief::new(main(""));
		brief.max_gas = MAX_GAS;
		let weight = brief.adjudicate().expect("it qualifies").actual_weight;
		let used = Court::charge(brief.module.len(), 0, 65_536);
		assert_eq!(weight, Some(used + RULED));
		assert!((used + WORST_RULING).all_lte(before(&brief)));
	});
}

#[test]
fn weight_should_stay_but_for_the_ruling_when_all_gas_is_used() {
	build_and_execute(|| {
		let brief = Brief::new(main("(loop (br 0))"));
		let weight = brief.adjudicate().expect("it qualifies").actual_weight;
		assert_eq!(weight, Some(before(&brief) - WORST_RULING + RULED));
	});
}

#[test]
fn weight_should_be_that_of_the_content_when_it_is_wrong() {
	build_and_execute(|| {
		let mut brief = Brief::new(main(""));
		brief.module = main("unreachable");
		let weight = brief.refused(error(Error::ModuleDiffers)).expect("some is given back");
		assert_eq!(weight, Court::charge(brief.module.len(), 0, 0));
		assert!(weight.all_lte(before(&brief)));
	});
}
