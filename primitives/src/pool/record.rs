//! Pools and their members as a chain keeps and shows them.

use super::{Audit, Clock, History, PoolId, PoolTerms, Publication, RoundNumber, Spot};
use crate::{
	AccountId, Balance, BlockNumber, Hash, apply, beacon::Ticket, hashing::tagged_hash,
	money::EconomicsVersion,
};
use alloc::vec::Vec;

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
	/// What its leaves are judged by.
	pub judging: Judging,
	/// Cases for audits that are locked for.
	pub audits: u16,
	/// Of these how many are set aside for audits that are drawn.
	pub looks: u16,
	/// Locked for audits whose cases have cost less than was set aside.
	pub spared: Balance,
	/// Questions about leaves that are not decided.
	pub questions: u32,
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
		/// The claim on the seed by which leaves of the last round are audited, until they are drawn.
		ticket: Option<Ticket>,
	},
}

/// What the leaves of a pool are judged by. Fixed at its creation.
#[apply(stored)]
#[derive(Copy)]
pub struct Judging {
	/// What each seat of a committee earns.
	pub wage: Balance,
	/// What a case costs at most.
	pub case: Balance,
	/// The constants by which members are audited and lose.
	pub economics: EconomicsVersion,
}

/// An audit that waits for its leaf.
#[apply(stored)]
#[derive(Copy)]
pub struct Look {
	/// What the column's member has published.
	pub publication: Publication,
	/// Which leaf.
	pub audit: Audit,
	/// First block in which it is too late to show it.
	pub until: BlockNumber,
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

/// A pool by its number.
#[apply(shown)]
pub struct ListedPool {
	/// Its number.
	pub id: PoolId,
	/// The pool.
	pub pool: Pool,
}

/// All that is known of a pool: from it anybody computes which leaf is where, and who is due what.
#[apply(shown)]
pub struct PoolView {
	/// Its number.
	pub id: PoolId,
	/// The pool.
	pub pool: Pool,
	/// What providers name when they sign up.
	pub hash: Hash,
	/// Members, by their numbers.
	pub members: Vec<MemberRecord>,
	/// All of its rounds.
	pub history: History,
	/// Audits that wait for their leaves, by columns.
	pub looks: Vec<(Spot, Look)>,
	/// The block after which it is so.
	pub at: BlockNumber,
}

impl Pool {
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
		let audits = self.judging.case.saturating_mul(self.audits.into());
		let parts = [self.escrow, self.fine, self.deposit, audits, self.spared];
		parts.into_iter().fold(0, Balance::saturating_add)
	}

	/// Audits that are locked for and not set aside.
	pub fn free_audits(&self) -> u16 {
		self.audits.saturating_sub(self.looks)
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
