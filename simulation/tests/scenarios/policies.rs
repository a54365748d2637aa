//! Policies that property tests draw.

use assay_primitives::policy::{MIN_CHECK_PPM, PPM, Policy};
use assay_simulation::metadata::variants;
use codec::Encode;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use std::{collections::BTreeSet, ops::Range};

/// Any that is possible, with as many replicas and as much trust.
pub fn policies(replicas: Range<u8>, trust: Range<u32>) -> impl Strategy<Value = Policy> {
	prop_oneof![
		4 => replicas.prop_map(|replicas| Policy::Quorum { replicas, required: replicas / 2 + 1 }),
		1 => trust.prop_map(|trust| Policy::Trust { trust }),
		1 => (MIN_CHECK_PPM..PPM, 0..4u16).prop_map(|(check_ppm, more)| {
			Policy::Single { check_ppm, stake_factor: (PPM / check_ppm) as u16 + more }
		}),
	]
}

#[test]
fn every_policy_should_be_drawn_when_it_is_drawn_often() {
	let mut runner = TestRunner::deterministic();
	let mut draw = |_| policies(1..4, 2..10).new_tree(&mut runner).expect("is drawn").current();
	let drawn: BTreeSet<u8> = (0..200).map(|at| draw(at).encode()[0]).collect();
	assert_eq!(drawn, variants::<Policy>());
}
