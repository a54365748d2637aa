//! Weights of pallet-deals.
//!
//! Estimated, to be replaced by `scripts/bench-weights.sh`: execution time is guessed from the
//! number of hashes and decoded bytes, reads and writes are counted in the code, with the providers
//! pallet behind `Stakes`, `Capacity` and `Reputations`, and the longest fold behind `Beacon`.

use crate::dispatchable_impls::MAX_FOLD;
use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// Weights of the calls, and of what they may do beside their own work.
pub trait WeightInfo {
	/// Opening a deal with `c` candidates. For front ends.
	fn open(c: u32) -> Weight;
	/// Writing the first draw among `c` candidates, without reading the blocks of the fold.
	fn draw(c: u32) -> Weight;
	/// Trying to lock `t` more candidates for a later wave.
	fn draw_more(t: u32) -> Weight;
	/// Reading `b` blocks of the beacon.
	fn fold(b: u32) -> Weight;
	/// Ending a task with `r` replicas that are right, `s` that are slashed and `o` owners.
	fn close(r: u32, s: u32, o: u32) -> Weight;
	/// Dividing a bond among `w`.
	fn forfeit(w: u32) -> Weight;
	/// Handing a task to an arbiter, its own work included.
	fn open_case() -> Weight;
	/// `accept`, `check`, `challenge` or `open_report` by itself.
	fn question() -> Weight;
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
	/// `refute` with `b` bytes of content, by itself.
	fn refute(b: u32) -> Weight;
	/// Paying those who found a lie by an audit.
	fn jackpot() -> Weight;
	/// `set_callback`.
	fn set_callback() -> Weight;
	/// `call_back`, without what is called.
	fn call_back() -> Weight;
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
		// each candidate with what it has open for the client.
		// Writes: deal, task, deal number, account, holds, and each candidate with its open work.
		fn open(c: u32) -> Weight {
			let c = u64::from(c);
			micros(90 + 14 * c, DEAL_BYTES + 640 * c)
				.saturating_add($db.reads_writes(5 + 2 * c, 5 + 2 * c))
		}
		// Reads: each candidate with its open work. Writes: record, and those.
		fn draw(c: u32) -> Weight {
			let c = u64::from(c);
			micros(20 + 17 * c, 128 * u64::from(MAX_FOLD) + 640 * c)
				.saturating_add($db.reads_writes(2 * c, 1 + 2 * c))
		}
		// Reads: draw record, and each candidate with its open work. Writes: those.
		fn draw_more(t: u32) -> Weight {
			let t = u64::from(t);
			micros(40 + 27 * t, 640 * t).saturating_add($db.reads_writes(1 + 2 * t, 1 + 2 * t))
		}
		// Reads: payer's account and holds, fee account, audit fund, queue's range; of each replica
		// provider, its open work and account; of each that is slashed its holds, and once who else gets
		// shares.
		// Writes: ended task, task, deal, queue and its range, payer's account and holds, fee account,
		// audit fund; of each replica provider, its open work and account; of each that is slashed its
		// holds, and once who else gets shares. The time is that of a settlement in which all others share each slash.
		fn close(r: u32, s: u32, o: u32) -> Weight {
			let (r, s, o) = (u64::from(r) + u64::from(s), u64::from(s), u64::from(o));
			let some = s.min(1);
			micros(100 + 45 * r + (30 + 12 * r) * s, DEAL_BYTES + 1_024 * r).saturating_add(
				$db.reads_writes(5 + 3 * r + s + 3 * some + o, 9 + 3 * r + s + 3 * some + o),
			)
		}
		fn fold(b: u32) -> Weight {
			$db.reads(b.into())
		}
		fn forfeit(w: u32) -> Weight {
			let w = u64::from(w);
			micros(50 + 20 * w, 0).saturating_add($db.reads_writes(3 + w, 3 + w))
		}
		// Reads: payer's account and holds, arbiter's account, audit fund, each candidate. Writes: those
		// but the candidates, and the record of the dispute. On top the arbiter's own work: a case, its
		// number and a ticket.
		fn open_case() -> Weight {
			micros(250, DEAL_BYTES).saturating_add($db.reads_writes(44, 12))
		}
		// Reads: task, deal, signer's account and holds, operator, hash of block 0, fold of the beacon.
		// Writes: task, signer's account and holds.
		fn question() -> Weight {
			micros(80, DEAL_BYTES).saturating_add($db.reads_writes(6 + u64::from(MAX_FOLD), 3))
		}
		// Reads: operator, task, deal, bag. Writes: task.
		fn commit() -> Weight {
			micros(45, DEAL_BYTES).saturating_add($db.reads_writes(4, 1))
		}
		// As commit, and reads: draw record, and two contents that the chain may keep.
		fn decline() -> Weight {
			micros(55, DEAL_BYTES).saturating_add($db.reads_writes(7, 1))
		}
		// Reads: task, deal, bag, fold of the beacon, draw record, three contents. Writes: task, draw
		// record. Decoding, hashing and comparing takes about 3 ns for each byte.
		fn refute(b: u32) -> Weight {
			micros(120, DEAL_BYTES)
				.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(b.into()))
				.saturating_add($db.reads_writes(7 + u64::from(MAX_FOLD), 2))
		}
		// Reads: ended task, case, its first round, fund and three accounts. Writes: fund and accounts.
		fn jackpot() -> Weight {
			micros(200, DEAL_BYTES).saturating_add($db.reads_writes(7, 4))
		}
		// Reads: deal, callback, client's account and holds. Writes: callback, account, holds.
		fn set_callback() -> Weight {
			micros(90, DEAL_BYTES).saturating_add($db.reads_writes(4, 3))
		}
		// Reads: callback, deal, ended task, mark, both accounts, holds. Writes: mark, callback, both
		// accounts, holds.
		fn call_back() -> Weight {
			micros(120, DEAL_BYTES).saturating_add($db.reads_writes(7, 5))
		}
		// Reads: operator, task, deal, bag, hash of block 0. Writes: task.
		fn reveal() -> Weight {
			micros(60, DEAL_BYTES).saturating_add($db.reads_writes(5, 1))
		}
		// Reads: operator, task, deal, hash of block 0, provider, its open work, account and holds, the
		// signer's account. Writes: task, provider, its open work, account and holds, the signer's account.
		fn denounce() -> Weight {
			micros(120, DEAL_BYTES).saturating_add($db.reads_writes(9, 6))
		}
		// Reads: task, deal, bag. Writes: task.
		fn poke() -> Weight {
			micros(45, DEAL_BYTES).saturating_add($db.reads_writes(3, 1))
		}
		// Reads: ended task, deal, bag, callback, accounts and holds of payer and client, the queue's
		// range. Writes: those, the draw record, the mark of the callback, and an entry of the queue.
		fn prune() -> Weight {
			micros(90, DEAL_BYTES).saturating_add($db.reads_writes(9, 12))
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
