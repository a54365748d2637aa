//! Weights of `pallet_pool`, by hand from what its calls read, write and hash. To be measured by
//! `scripts/bench-weights.sh` before any chain has pools.

use crate::tick_impls::CLEARED;
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
	/// `poke` that draws the audits of `m` members.
	fn poke_audit(m: u32) -> Weight;
	/// `poke` that forgets questions.
	fn poke_clear() -> Weight;
	/// `show_leaf` of one of `m` members in the last of `r` rounds, by paths of `h` hashes together.
	fn show_leaf(m: u32, r: u32, h: u32) -> Weight;
	/// `challenge`, the same way.
	fn challenge(m: u32, r: u32, h: u32) -> Weight;
	/// `close_audit` with `m` members.
	fn close_audit(m: u32) -> Weight;
	/// A ruling about a leaf of one of `m` members.
	fn decided(m: u32) -> Weight;
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
/// Opening a case in the arbiter's storage: what the ledger's benchmark of one has measured, for as many parties.
const OPEN_CASE: u64 = 850_000_000;
/// What that reads and writes, the accounts of its money included.
const CASE_READS: u64 = 185;
const CASE_WRITES: u64 = 18;
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

	/// Drawing the audits of `m` members, by four hashes each.
	fn audits(m: u32) -> Weight {
		let each = MEMBER.saturating_add(HASH.saturating_mul(4));
		Self::of(Self::times(m, each), 1, u64::from(m).saturating_add(1))
	}

	/// Looking at a leaf in the last of `r` rounds of `m` members, by paths of `h` hashes.
	fn look_at_leaf(m: u32, r: u32, h: u32) -> Weight {
		let hashes = HASHES_PER_ROUND.saturating_mul(r.into()).saturating_add(u64::from(h));
		let hashes = hashes.saturating_add(12).saturating_mul(HASH);
		let time = CALL.saturating_add(hashes);
		let time = time.saturating_add(Self::times(m, MEMBER.saturating_mul(2)));
		// Pool, members, audit or question.
		Self::of(time, 4, 3).saturating_add(Self::history(m, r))
	}

	/// Taking all from a member: constants, provider, falls, what it has at risk, accounts and holds of all who get a share.
	fn fall() -> Weight {
		Self::of(MOVE.saturating_mul(5), 12, 10)
	}

	/// Opening a case about a leaf of one of `m` members, of each of whom the operator is read.
	fn open_case(m: u32) -> Weight {
		let reads = CASE_READS.saturating_add(m.into());
		Self::of(OPEN_CASE.saturating_add(MOVE.saturating_mul(2)), reads, CASE_WRITES)
	}

	/// So many times one of the things above.
	fn times(count: u32, each: u64) -> u64 {
		each.saturating_mul(count.into())
	}
}

impl<D: Get<RuntimeDbWeight>> WeightInfo for ByHand<D> {
	fn create() -> Weight {
		// The number, the pool, the profile, constants, who judges, the reservation, account and holds of the client.
		Self::of(CALL.saturating_add(MOVE), 16, 6)
	}

	fn sign_up(m: u32) -> Weight {
		// Pool, members, whom the signer is and signs for, provider, what it has at risk.
		Self::of(CALL.saturating_add(MOVE).saturating_add(Self::times(m, MEMBER)), 6, 3)
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
		// Pool, members, what the beacon asks for.
		Self::of(CALL.saturating_add(Self::times(m, MEMBER)), 4, 2)
	}

	fn poke_deal_out(m: u32, r: u32) -> Weight {
		// Up to 24 entries of the beacon, for which the seed is folded; a hash for each member that shares are tied by.
		let members = Self::times(m, MEMBER.saturating_add(HASH));
		let time = CALL.saturating_add(members).saturating_add(Self::times(24, HASH));
		let dealt = Self::of(time, 26, 3).saturating_add(Self::history(m, r));
		dealt.saturating_add(Self::audits(m))
	}

	fn poke_end_round(m: u32, r: u32) -> Weight {
		// Of each member the provider, what it has at risk, account and holds.
		let time = CALL.saturating_add(Self::times(m, MOVE.saturating_mul(2)));
		let members = u64::from(m).saturating_mul(4);
		// And what is audited later, by the constants of then.
		let all = Self::of(time, members.saturating_add(4), members.saturating_add(4));
		all.saturating_add(Self::history(m, r))
	}

	fn poke_settle(m: u32, r: u32) -> Weight {
		// Of each member its account too, and what is reserved.
		let time = CALL.saturating_add(Self::times(m, MOVE.saturating_mul(2)));
		let members = u64::from(m).saturating_mul(4);
		let writes = members.saturating_add(7).saturating_add(r.into());
		// It looks for questions that it has to forget.
		let forgets = Self::poke_clear();
		Self::of(time, members.saturating_add(6), writes).saturating_add(forgets)
	}

	fn expose(m: u32, r: u32, h: u32) -> Weight {
		Self::look_at_leaf(m, r, h).saturating_add(Self::fall())
	}

	fn show_input(h: u32) -> Weight {
		let time = CALL.saturating_add(SIGNATURE).saturating_add(MOVE.saturating_mul(2));
		// Pool, constants, reservation, accounts and holds, issuance.
		Self::of(time.saturating_add(Self::times(h.saturating_add(4), HASH)), 10, 7)
	}

	fn poke_audit(m: u32) -> Weight {
		let time = CALL.saturating_add(Self::times(24, HASH));
		Self::of(time.saturating_add(Self::times(m, MEMBER)), 26, 3).saturating_add(Self::audits(m))
	}

	fn poke_clear() -> Weight {
		let count = CLEARED as u64;
		let time = CALL.saturating_add(MEMBER.saturating_mul(count));
		Self::of(time, count.saturating_add(3), count.saturating_add(2))
	}

	fn show_leaf(m: u32, r: u32, h: u32) -> Weight {
		let after = Self::open_case(m).max(Self::fall());
		Self::look_at_leaf(m, r, h).saturating_add(after)
	}

	fn challenge(m: u32, r: u32, h: u32) -> Weight {
		// The number of the doubt, what is reserved under it, and how many wait.
		let own = Self::of(MOVE, 6, 4);
		Self::look_at_leaf(m, r, h).saturating_add(own).saturating_add(Self::open_case(m))
	}

	fn close_audit(m: u32) -> Weight {
		Self::of(CALL.saturating_add(Self::times(m, MEMBER)), 3, 3).saturating_add(Self::fall())
	}

	fn decided(m: u32) -> Weight {
		// Also the bond of who has asked.
		let time =
			CALL.saturating_add(Self::times(m, MEMBER)).saturating_add(MOVE.saturating_mul(2));
		Self::of(time, 8, 8).saturating_add(Self::fall())
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
	fn poke_audit(m: u32) -> Weight {
		ByHand::<RocksDbWeight>::poke_audit(m)
	}
	fn poke_clear() -> Weight {
		ByHand::<RocksDbWeight>::poke_clear()
	}
	fn show_leaf(m: u32, r: u32, h: u32) -> Weight {
		ByHand::<RocksDbWeight>::show_leaf(m, r, h)
	}
	fn challenge(m: u32, r: u32, h: u32) -> Weight {
		ByHand::<RocksDbWeight>::challenge(m, r, h)
	}
	fn close_audit(m: u32) -> Weight {
		ByHand::<RocksDbWeight>::close_audit(m)
	}
	fn decided(m: u32) -> Weight {
		ByHand::<RocksDbWeight>::decided(m)
	}
}
