//! Records of the pallet that know nothing of its configuration.

use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, apply,
	beacon::{Seed, Ticket},
	hashing::tagged_hash,
	pool::{
		Clock, Column, Ended, MAX_MEMBERS, MAX_ROUNDS, Member, OpenRound, Phase, PoolTerms,
		Published, Round, RoundNumber,
	},
	stored,
};
use codec::MaxEncodedLen;
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};

/// One for each member of a pool, or fewer.
pub type PerMember<V> = BoundedVec<V, ConstU32<{ MAX_MEMBERS as u32 }>>;
/// All that was published in a round, by members.
pub type Record = PerMember<Published>;
/// Members of a pool, by their numbers.
pub type Members = PerMember<MemberRecord>;

/// A pool.
#[apply(stored)]
pub struct Pool {
	/// Who pays.
	pub client: AccountId,
	/// What was offered.
	pub terms: PoolTerms,
	/// First block in which the first ticket may be taken.
	pub start: BlockNumber,
	/// First block in which nothing is published any more.
	pub end: BlockNumber,
	/// Locked for leaves.
	pub escrow: Balance,
	/// Locked for the inputs being what the client has committed to; 0 when it has lost that.
	pub fine: Balance,
	/// Locked for the state.
	pub deposit: Balance,
	/// Rounds that have begun.
	pub rounds: RoundNumber,
	/// How far it is.
	pub stage: Stage,
}

/// What a pool is waiting for.
#[apply(stored)]
#[derive(Copy)]
pub enum Stage {
	/// Members, until [`Pool::start`]. Left by `poke`, which takes the first ticket.
	#[codec(index = 0)]
	SigningUp,
	/// The seed of a round. Left by `poke`, which deals leaves out.
	#[codec(index = 1)]
	Drawing {
		/// The claim on it.
		ticket: Ticket,
	},
	/// What members publish. Left by `poke`, when the round is over.
	#[codec(index = 2)]
	Racing,
	/// Whoever doubts what was published. Left by `poke`, which settles the pool.
	#[codec(index = 3)]
	Doubted {
		/// First block in which it may.
		until: BlockNumber,
	},
}

/// A provider that has signed up.
#[apply(stored)]
pub struct MemberRecord {
	/// Its stash.
	pub provider: AccountId,
	/// Whether it goes on.
	pub place: MemberPlace,
	/// What of its bond is at risk here.
	pub deposit: Balance,
	/// Leaves of it that stand.
	pub done: u32,
	/// What it is due for them.
	pub due: Balance,
}

/// Whether a member goes on.
#[apply(stored)]
#[derive(Copy)]
pub enum MemberPlace {
	/// It does.
	#[codec(index = 0)]
	Taken,
	/// Until the end of the round that goes on or is being drawn, which then counts it as left.
	#[codec(index = 1)]
	Leaving,
	/// It is out, and what it has done stands.
	#[codec(index = 2)]
	Left,
	/// It was found wrong; what it has done goes back with the end of the round.
	#[codec(index = 3)]
	Wrong {
		/// Whether it was out before, so that no leaves are dealt out to it.
		left: bool,
	},
	/// It was found wrong, and what it had done has gone back.
	#[codec(index = 4)]
	Expelled,
}

/// A round as it is stored.
#[apply(stored)]
pub struct StoredRound {
	/// By which leaves were dealt out.
	pub seed: Seed,
	/// Leaves that were.
	pub pooled: u32,
	/// Columns, by the members' numbers.
	pub columns: PerMember<Column>,
	/// What came of them.
	pub state: RoundState,
}

/// What came of the columns of a round.
#[apply(stored)]
pub enum RoundState {
	/// It goes on.
	#[codec(index = 0)]
	Open {
		/// Block in which its seed was used.
		begun: BlockNumber,
		/// How far it is.
		phase: Phase,
		/// What was published so far.
		published: Record,
	},
	/// It has ended.
	#[codec(index = 1)]
	Ended {
		/// What each member has done, and how it goes on.
		ends: PerMember<Ended>,
		/// Hash of all that was published.
		record: Hash,
	},
}

impl Pool {
	/// Most bytes that it occupies at a time, beside its terms.
	pub fn state_bytes(members: u16) -> usize {
		let each = Column::max_encoded_len() + Ended::max_encoded_len();
		let members = usize::from(members);
		let round = members.saturating_mul(each).saturating_add(128);
		let open = members.saturating_mul(Published::max_encoded_len());
		let records = members.saturating_mul(MemberRecord::max_encoded_len());
		// What the record holds beside its terms.
		let fixed = 256;
		usize::from(MAX_ROUNDS)
			.saturating_mul(round)
			.saturating_add(open)
			.saturating_add(records)
			.saturating_add(fixed)
	}

	/// Names what providers sign up for: on another fork of the chain the number may be another pool's.
	pub fn hash(&self) -> Hash {
		tagged_hash(b"assay/pool/1", &(&self.client, &self.terms, self.start, self.end))
	}

	/// What of the terms rounds go by.
	pub fn clock(&self) -> Clock {
		Clock { window: self.terms.window, limit: self.terms.limit }
	}

	/// All that is locked of the client.
	pub fn locked(&self) -> Balance {
		// The sum was locked at the creation, and none of them grows.
		self.escrow.saturating_add(self.fine).saturating_add(self.deposit)
	}
}

impl MemberRecord {
	/// Of a provider that has just signed up.
	pub fn new(provider: AccountId, deposit: Balance) -> Self {
		Self { provider, place: MemberPlace::Taken, deposit, done: 0, due: 0 }
	}

	/// Whether it may publish in the round that it is in.
	pub fn works(&self) -> bool {
		matches!(self.place, MemberPlace::Taken | MemberPlace::Leaving)
	}

	/// Whether leaves of it went back, or do.
	pub fn is_wrong(&self) -> bool {
		matches!(self.place, MemberPlace::Wrong { .. } | MemberPlace::Expelled)
	}

	/// Its weight when leaves are dealt out. Nobody's changes while the seed is being drawn: who leaves or is found wrong
	/// then is dealt leaves, which come back.
	pub fn weight(&self, terms: &PoolTerms) -> u64 {
		match self.place {
			MemberPlace::Left | MemberPlace::Wrong { left: true } | MemberPlace::Expelled => 0,
			MemberPlace::Taken | MemberPlace::Leaving | MemberPlace::Wrong { left: false } => {
				terms.columns.weight(self.done)
			},
		}
	}
}

impl StoredRound {
	/// Of a round that begins.
	pub fn begun(round: &Round, clock: &Clock, now: BlockNumber) -> Self {
		let columns = PerMember::truncate_from(round.columns.clone());
		let open = OpenRound::new(columns.len(), clock, now);
		Self { seed: round.seed, pooled: round.pooled, columns, state: RoundState::of(open) }
	}

	/// As rules read it.
	pub fn read(&self) -> Round {
		let ends = match &self.state {
			RoundState::Open { .. } => None,
			RoundState::Ended { ends, .. } => Some(ends.to_vec()),
		};
		Round { seed: self.seed, pooled: self.pooled, columns: self.columns.to_vec(), ends }
	}

	/// What was published, where it goes on.
	pub fn open(&self) -> Option<OpenRound> {
		match &self.state {
			RoundState::Open { begun, phase, published } => {
				Some(OpenRound { begun: *begun, phase: *phase, published: published.to_vec() })
			},
			RoundState::Ended { .. } => None,
		}
	}

	/// Columns that anybody still works on: who was found wrong publishes nothing, and nobody waits for it.
	pub fn awaited(&self, members: &[MemberRecord]) -> Vec<Column> {
		let of = |(column, member): (&Column, &MemberRecord)| match member.works() {
			true => *column,
			false => Column::default(),
		};
		self.columns.iter().zip(members).map(of).collect()
	}
}

impl RoundState {
	/// Of a round that goes on. There are no more members than fit.
	pub fn of(open: OpenRound) -> Self {
		let OpenRound { begun, phase, published } = open;
		Self::Open { begun, phase, published: Record::truncate_from(published) }
	}
}

/// Number of a member by its position.
pub fn number(at: usize) -> Member {
	at as Member
}
