//! Blocks as time: what gas takes, and which transactions come in time.

use crate::BlockNumber;

/// Gas that is run in so many blocks. Saturates far above every gas limit, which is of 64 bits.
pub fn gas_in(gas_per_second: u64, blocks: BlockNumber, block_millis: u64) -> u128 {
	let thousandths = u128::from(gas_per_second)
		.saturating_mul(blocks.into())
		.saturating_mul(block_millis.into());
	thousandths / 1_000
}

/// Blocks that it takes to run so much gas; at no speed at all as many as there are units of it.
pub fn blocks_for(gas: u128, gas_per_second: u64, block_millis: u64) -> BlockNumber {
	let blocks = gas.div_ceil(gas_in(gas_per_second, 1, block_millis).max(1));
	BlockNumber::try_from(blocks).unwrap_or(BlockNumber::MAX)
}

/// Whether a transaction sent at the best block `now` can be in a block before `until`.
pub fn can_land(now: BlockNumber, until: BlockNumber) -> bool {
	now.saturating_add(1) < until
}

/// Blocks for opening seals: a quarter of those of a run, but `least` of them.
pub fn reveal_blocks(run_blocks: BlockNumber, least: BlockNumber) -> BlockNumber {
	(run_blocks / 4).max(least)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn time_to_reveal_should_be_a_quarter_of_a_run_and_the_least() {
		assert_eq!([0, 20, 41].map(|run| reveal_blocks(run, 5)), [5, 5, 10]);
	}

	#[test]
	fn gas_should_fit_or_saturate_at_the_edges() {
		assert_eq!(gas_in(500, 2, 3_000), 3_000);
		assert_eq!(gas_in(1, 1, 999), 0);
		assert_eq!(blocks_for(7, 0, 3_000), 7);
		assert_eq!(blocks_for(u128::MAX, 1, 1), BlockNumber::MAX);
		assert_eq!(gas_in(u64::MAX, BlockNumber::MAX, u64::MAX), u128::MAX / 1_000);
	}

	proptest! {
		#[test]
		fn blocks_should_be_as_many_as_the_gas_takes(
			gas in 1..1u64 << 50, speed in 1..1u64 << 40, millis in (1..10u64).prop_map(|it| it * 1_000),
		) {
			let gas = u128::from(gas);
			let blocks = blocks_for(gas, speed, millis);
			prop_assume!(blocks < BlockNumber::MAX);
			prop_assert!(gas_in(speed, blocks, millis) >= gas);
			prop_assert!(gas_in(speed, blocks - 1, millis) < gas);
		}
	}
}
