//! Calls of the class that seals and openings have, which go before all others: those that fail fill blocks too.

use super::*;
use assay_runtime::TransactionPayment;

/// A part of each block was anybody's at the lowest fee, for ever.
#[test]
fn fees_should_rise_when_failing_calls_of_the_class_of_seals_fill_blocks() {
	const CALLS: usize = 400;
	let mut chain = Chain::start("development");
	let robber = key("Ferdie");
	let seal = pallet_mediation::Call::seal {
		case: 0,
		task_hash: Hash::zero(),
		round: 0,
		seal: Hash::zero(),
	};
	let call = (Some(&robber), RuntimeCall::from(seal));
	let before = chain.read(TransactionPayment::next_fee_multiplier);
	for _ in 0..3 {
		let results = chain.block(&vec![call.clone(); CALLS]);
		assert!(
			results.iter().all(|result| matches!(result, Ok(Err(_)))),
			"they fail, and are paid"
		);
	}
	let after = chain.read(TransactionPayment::next_fee_multiplier);
	println!("{before} before, {after} afterwards");
	assert!(after > before);
}
