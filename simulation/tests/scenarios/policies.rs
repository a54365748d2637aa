//! Policies that property tests draw.

use assay_primitives::policy::{MIN_CHECK_PPM, PPM, Policy};
use proptest::prelude::*;
use std::ops::Range;

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
