//! Weights of pallet-deals.
//!
//! Estimated, to be replaced by `scripts/bench-weights.sh`: execution time is guessed from the
//! number of hashes and decoded bytes, reads and writes are counted in the code, with the providers
//! pallet behind `Stakes`, `Capacity` and `Reputations`, and the longest fold behind `Beacon`.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// Blocks that the longest fold of the beacon reads.
const MAX_FOLD: u64 = 64;
/// Candidates that a later wave may try to lock.
const MAX_TRIED: u64 = 32;

/// Weights of the calls, and of what they may do beside their own work.
pub trait WeightInfo {
	/// Opening a deal with `c` candidates. For front ends.
	fn open(c: u32) -> Weight;
	/// Writing the first draw among `c` candidates.
	fn draw(c: u32) -> Weight;
	/// Ending a wave or a task of `r` replicas: a later draw, or settlement.
	fn close(r: u32) -> Weight;
	/// `commit` by itself.
	fn commit() -> Weight;
	/// `decline` by itself.
	fn decline() -> Weight;
	/// `reveal` by itself.
	fn reveal() -> Weight;
	/// `denounce`.
	fn denounce() -> Weight;
	/// `poke` by itself.
	fn poke() -> Weight;
	/// `prune`.
	fn prune() -> Weight;
	/// `set_profile_status`.
	fn set_profile_status() -> Weight;
}

fn micros(ref_time: u64, bytes: u64) -> Weight {
	Weight::from_parts(ref_time.saturating_mul(1_000_000), bytes)
}

/// Largest encoded deal, task and ended task, roughly.
const DEAL_BYTES: u64 = 140_000;

macro_rules! estimates {
	($db:expr) => {
		// Reads: profile, deal number, client's account and holds, its provider if it signs for one, and
		// each candidate.
		// Writes: deal, task, deal number, account, holds, and each candidate.
		fn open(c: u32) -> Weight {
			let c = u64::from(c);
			micros(90 + 12 * c, DEAL_BYTES + 512 * c).saturating_add($db.reads_writes(5 + c, 5 + c))
		}
		// Reads: blocks of the fold, and each candidate. Writes: record, and each candidate.
		fn draw(c: u32) -> Weight {
			let c = u64::from(c);
			micros(80 + 25 * c, 128 * MAX_FOLD + 512 * c)
				.saturating_add($db.reads_writes(MAX_FOLD + c, 1 + c))
		}
		// Reads: payer's account and holds, fee account, poker's account, queue, draw record, the
		// candidates of a later wave; of each replica provider, account and holds.
		// Writes: ended task, task, deal, queue and its range, record, payer's account and holds, fee
		// and poker's account; of each replica provider, account and holds. The time covers a
		// settlement in which half of the replicas share the slashes of the other half.
		fn close(r: u32) -> Weight {
			let r = u64::from(r);
			micros(250 + 90 * r + 8 * r * r, DEAL_BYTES + 1_024 * r)
				.saturating_add($db.reads_writes(6 + MAX_TRIED + 3 * r, 10 + 3 * r))
		}
		// Reads: operator, task, deal. Writes: task.
		fn commit() -> Weight {
			micros(45, DEAL_BYTES).saturating_add($db.reads_writes(3, 1))
		}
		// As commit.
		fn decline() -> Weight {
			micros(45, DEAL_BYTES).saturating_add($db.reads_writes(3, 1))
		}
		// Reads: operator, task, deal, hash of block 0. Writes: task.
		fn reveal() -> Weight {
			micros(60, DEAL_BYTES).saturating_add($db.reads_writes(4, 1))
		}
		// Reads: operator, task, deal, hash of block 0, provider, its account and holds, the signer's
		// account. Writes: task, provider, its account and holds, the signer's account.
		fn denounce() -> Weight {
			micros(120, DEAL_BYTES).saturating_add($db.reads_writes(8, 5))
		}
		// Reads: task, deal. Writes: task.
		fn poke() -> Weight {
			micros(45, DEAL_BYTES).saturating_add($db.reads_writes(2, 1))
		}
		// Reads: ended task, deal, account, holds. Writes: those and the draw record.
		fn prune() -> Weight {
			micros(70, DEAL_BYTES).saturating_add($db.reads_writes(4, 5))
		}
		// Writes: profile.
		fn set_profile_status() -> Weight {
			micros(15, 0).saturating_add($db.reads_writes(0, 1))
		}
	};
}

/// Weights of a runtime, with its own database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	estimates!(T::DbWeight::get());
}

/// For tests.
impl WeightInfo for () {
	estimates!(RocksDbWeight::get());
}
