//! Records of the pallet that know nothing of its configuration.

use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, Permill, apply,
	beacon::Seed,
	case::CaseId,
	outcome::Digest,
	pool::{
		Clock, Column, Ended, Look, MAX_MEMBERS, MAX_ROUNDS, Member, MemberRecord, OpenRound,
		Phase, Publication, Published, Round, Spot,
	},
	stored,
};
use codec::MaxEncodedLen;
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};

/// One for each member of a pool, or fewer.
pub type PerMember<V> = BoundedVec<V, ConstU32<{ MAX_MEMBERS as u32 }>>;
/// What was published in the last round that has ended, by members.
pub type Claims = PerMember<Option<Claim>>;
/// All that was published in a round, by members.
pub type Record = PerMember<Published>;
/// Members of a pool, by their numbers.
pub type Members = PerMember<MemberRecord>;

/// What a member has published in a round whose audits are not drawn yet.
#[apply(stored)]
#[derive(Copy)]
pub struct Claim {
	/// What.
	pub publication: Publication,
	/// How likely a leaf of it is audited.
	pub rate: Permill,
}

/// A leaf that is judged, or was.
#[apply(stored)]
pub struct Question {
	/// The case; nothing once it is decided.
	pub case: Option<CaseId>,
	/// What the member says that the subtask gives.
	pub digest: Digest,
	/// What was paid for the case.
	pub funds: Balance,
	/// Who has asked.
	pub asker: Asker,
}

/// Who has a leaf judged.
#[apply(stored)]
pub enum Asker {
	/// The chain, by an audit that the client pays for.
	#[codec(index = 0)]
	Audit,
	/// Somebody.
	#[codec(index = 1)]
	Account {
		/// Who.
		who: AccountId,
		/// What pays the member where it was right.
		bond: Balance,
		/// What the bond is under.
		doubt: u32,
	},
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

/// Most bytes that a pool occupies at a time, beside its terms.
pub fn state_bytes(members: u16, audits: u16) -> usize {
	let each = Column::max_encoded_len() + Ended::max_encoded_len();
	let members = usize::from(members);
	let round = members.saturating_mul(each).saturating_add(128);
	let open = members.saturating_mul(Published::max_encoded_len());
	let records = members.saturating_mul(MemberRecord::max_encoded_len());
	// What the record holds beside its terms.
	let fixed = 256;
	let claims = members.saturating_mul(Option::<Claim>::max_encoded_len());
	// An audit is a leaf to be shown, and then one that is judged or was.
	let audit = Spot::max_encoded_len()
		.saturating_add(Look::max_encoded_len().max(Question::max_encoded_len()));
	usize::from(MAX_ROUNDS)
		.saturating_mul(round)
		.saturating_add(open)
		.saturating_add(records)
		.saturating_add(claims)
		.saturating_add(usize::from(audits).saturating_mul(audit))
		.saturating_add(fixed)
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
