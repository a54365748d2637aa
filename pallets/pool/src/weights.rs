//! Weights of `pallet_pool`, by hand from what its calls read, write and hash. To be measured by
//! `scripts/bench-weights.sh` before any chain has pools.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{RuntimeDbWeight, Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// What calls weigh.
pub trait WeightInfo {
	/// `create`.
	fn create() -> Weight;
	/// `sign_up` with `m` members.
	fn sign_up(m: u32) -> Weight;
	/// `leave` with `m` members.
	fn leave(m: u32) -> Weight;
	/// `publish` with `m` members.
	fn publish(m: u32) -> Weight;
	/// `poke` that takes a ticket, with `m` members.
	fn poke_draw(m: u32) -> Weight;
	/// `poke` that deals leaves out to `m` members after `r` rounds.
	fn poke_deal_out(m: u32, r: u32) -> Weight;
	/// `poke` that ends the last of `r` rounds of `m` members, all of whom are let go.
	fn poke_end_round(m: u32, r: u32) -> Weight;
	/// `poke` that pays `m` members and forgets `r` rounds.
	fn poke_settle(m: u32, r: u32) -> Weight;
	/// `expose` with `m` members in the last of `r` rounds, by paths of `h` hashes together.
	fn expose(m: u32, r: u32, h: u32) -> Weight;
	/// `show_input` by a path of `h` hashes.
	fn show_input(h: u32) -> Weight;
}

/// A call by itself.
const CALL: u64 = 60_000_000;
/// Reading and writing one member of a record.
const MEMBER: u64 = 1_000_000;
/// Moving money that is held, or a part of a bond, without the database.
const MOVE: u64 = 60_000_000;
/// Reading one member of one round, and what is computed of it.
const CELL: u64 = 500_000;
/// A hash.
const HASH: u64 = 3_000_000;
/// Hashes by which a leaf is followed through a round.
const HASHES_PER_ROUND: u64 = 113;
/// A signature.
const SIGNATURE: u64 = 120_000_000;

/// Weights where the database costs `D`.
pub struct ByHand<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = ByHand<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> ByHand<D> {
	fn of(time: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(time, 0).saturating_add(D::get().reads_writes(reads, writes))
	}

	/// Reading all rounds.
	fn history(m: u32, r: u32) -> Weight {
		let cells = u64::from(m).saturating_mul(r.into());
		Self::of(cells.saturating_mul(CELL), r.into(), 0)
	}

	/// So many times one of the things above.
	fn times(count: u32, each: u64) -> u64 {
		each.saturating_mul(count.into())
	}
}

impl<D: Get<RuntimeDbWeight>> WeightInfo for ByHand<D> {
	fn create() -> Weight {
		// The number, the pool, the profile, the reservation, account and holds of the client.
		Self::of(CALL.saturating_add(MOVE), 6, 5)
	}

	fn sign_up(m: u32) -> Weight {
		// Pool, members, operator, provider, what it has at risk.
		Self::of(CALL.saturating_add(MOVE).saturating_add(Self::times(m, MEMBER)), 5, 3)
	}

	fn leave(m: u32) -> Weight {
		// As above, with account and holds of the provider.
		let time = CALL.saturating_add(MOVE.saturating_mul(2));
		Self::of(time.saturating_add(Self::times(m, MEMBER)), 7, 5)
	}

	fn publish(m: u32) -> Weight {
		// Pool, members, operator, round.
		Self::of(CALL.saturating_add(Self::times(m, MEMBER.saturating_mul(2))), 4, 1)
	}

	fn poke_draw(m: u32) -> Weight {
		Self::of(CALL.saturating_add(Self::times(m, MEMBER)), 2, 2)
	}

	fn poke_deal_out(m: u32, r: u32) -> Weight {
		// Up to 24 entries of the beacon, for which the seed is folded; a hash for each member that shares are tied by.
		let members = Self::times(m, MEMBER.saturating_add(HASH));
		let time = CALL.saturating_add(members).saturating_add(Self::times(24, HASH));
		Self::of(time, 26, 3).saturating_add(Self::history(m, r))
	}

	fn poke_end_round(m: u32, r: u32) -> Weight {
		// Of each member the provider, what it has at risk, account and holds.
		let time = CALL.saturating_add(Self::times(m, MOVE.saturating_mul(2)));
		let members = u64::from(m).saturating_mul(4);
		let all = Self::of(time, members.saturating_add(2), members.saturating_add(3));
		all.saturating_add(Self::history(m, r))
	}

	fn poke_settle(m: u32, r: u32) -> Weight {
		// Of each member its account too, and what is reserved.
		let time = CALL.saturating_add(Self::times(m, MOVE.saturating_mul(2)));
		let members = u64::from(m).saturating_mul(4);
		let writes = members.saturating_add(6).saturating_add(r.into());
		Self::of(time, members.saturating_add(6), writes)
	}

	fn expose(m: u32, r: u32, h: u32) -> Weight {
		// Pool, members, constants, provider, falls, what it has at risk, accounts and holds of both.
		let hashes = HASHES_PER_ROUND.saturating_mul(r.into()).saturating_add(u64::from(h));
		let hashes = hashes.saturating_add(8).saturating_mul(HASH);
		let time = CALL.saturating_add(MOVE.saturating_mul(2)).saturating_add(hashes);
		let time = time.saturating_add(Self::times(m, MEMBER.saturating_mul(2)));
		Self::of(time, 9, 7).saturating_add(Self::history(m, r))
	}

	fn show_input(h: u32) -> Weight {
		let time = CALL.saturating_add(SIGNATURE).saturating_add(MOVE.saturating_mul(2));
		Self::of(time.saturating_add(Self::times(h.saturating_add(4), HASH)), 7, 5)
	}
}

/// For tests.
impl WeightInfo for () {
	fn create() -> Weight {
		ByHand::<RocksDbWeight>::create()
	}
	fn sign_up(m: u32) -> Weight {
		ByHand::<RocksDbWeight>::sign_up(m)
	}
	fn leave(m: u32) -> Weight {
		ByHand::<RocksDbWeight>::leave(m)
	}
	fn publish(m: u32) -> Weight {
		ByHand::<RocksDbWeight>::publish(m)
	}
	fn poke_draw(m: u32) -> Weight {
		ByHand::<RocksDbWeight>::poke_draw(m)
	}
	fn poke_deal_out(m: u32, r: u32) -> Weight {
		ByHand::<RocksDbWeight>::poke_deal_out(m, r)
	}
	fn poke_end_round(m: u32, r: u32) -> Weight {
		ByHand::<RocksDbWeight>::poke_end_round(m, r)
	}
	fn poke_settle(m: u32, r: u32) -> Weight {
		ByHand::<RocksDbWeight>::poke_settle(m, r)
	}
	fn expose(m: u32, r: u32, h: u32) -> Weight {
		ByHand::<RocksDbWeight>::expose(m, r, h)
	}
	fn show_input(h: u32) -> Weight {
		ByHand::<RocksDbWeight>::show_input(h)
	}
}
