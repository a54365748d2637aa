//! A block that is trusted, and who decides what comes after it.

use crate::{
	Header, Problem, hash_of,
	header::link,
	justification::{Justification, decode, verify},
	storage::{key_of, read},
};
use alloc::vec::Vec;
use assay_primitives::{BlockNumber, Hash};
use codec::{Decode, DecodeAll, Encode};
use polkadot_sdk::{
	sp_consensus_grandpa::{ConsensusLog, GRANDPA_ENGINE_ID, ScheduledChange},
	sp_runtime::generic::DigestItem,
};

pub use polkadot_sdk::sp_consensus_grandpa::{AuthorityList, SetId};

/// Most authorities of a set, ten times what the chain admits: a bound of work, not a rule.
pub const MAX_AUTHORITIES: usize = 1_000;
/// Most headers of a proof: many times as many as a node finalizes while it is asked for votes.
pub const MAX_HEADERS: usize = 256;
/// Longest proof: in hexadecimal digits the 4 MiB that no answer of a node exceeds.
pub const MAX_PROOF_BYTES: usize = 2 << 20;

/// A final block, and the set that finalizes what follows it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Checkpoint {
	number: BlockNumber,
	hash: Hash,
	set_id: SetId,
	authorities: AuthorityList,
}

/// What the RPC `assay_votesFor` answers with about a block: votes for it or for a later one of its set. Encoded as the
/// answer of `grandpa_proveFinality`.
#[derive(Decode, Encode)]
pub struct FinalityProof {
	/// The block that is voted on.
	pub block: Hash,
	/// The votes, encoded.
	pub justification: Vec<u8>,
	/// The headers after the block that was asked about, up to that one; none where they are more than [`MAX_HEADERS`].
	pub headers: Vec<Header>,
}

impl FinalityProof {
	/// One that was encoded. Errors: [`Problem::TooLarge`], [`Problem::Malformed`].
	pub fn decode(bytes: &[u8]) -> Result<Self, Problem> {
		if bytes.len() > MAX_PROOF_BYTES {
			return Err(Problem::TooLarge);
		}
		let proof = Self::decode_all(&mut &bytes[..]).map_err(|_| Problem::Malformed)?;
		(proof.headers.len() <= MAX_HEADERS).then_some(proof).ok_or(Problem::TooLarge)
	}
}

impl Checkpoint {
	/// A block that is trusted for other reasons than votes: the first one of a chain, or what somebody has told.
	///
	/// Errors: [`Problem::BadSet`].
	pub fn new(
		number: BlockNumber,
		hash: Hash,
		set_id: SetId,
		authorities: AuthorityList,
	) -> Result<Self, Problem> {
		check_set(&authorities)?;
		Ok(Self { number, hash, set_id, authorities })
	}

	/// A block that is trusted, with what is stored after it by a proof of [`authorities_key`] and
	/// [`set_id_key`].
	///
	/// Errors: [`Problem::BadStorageProof`], [`Problem::BadSet`].
	pub fn begin(header: &Header, nodes: Vec<Vec<u8>>) -> Result<Self, Problem> {
		let authorities = read(header, nodes.clone(), &authorities_key())?;
		let authorities = authorities.ok_or(Problem::BadSet)?;
		let authorities = AuthorityList::decode_all(&mut &authorities[..]);
		// The set of the first block has no number stored.
		let set_id = read(header, nodes, &set_id_key())?.unwrap_or_else(|| SetId::encode(&0));
		let set_id = SetId::decode_all(&mut &set_id[..]).map_err(|_| Problem::Malformed)?;
		let authorities = authorities.map_err(|_| Problem::Malformed)?;
		Self::new(header.number, hash_of(header), set_id, authorities)
	}

	/// One that was encoded. Errors: [`Problem::Malformed`], [`Problem::BadSet`].
	pub fn restore(bytes: &[u8]) -> Result<Self, Problem> {
		let read = Self::decode_all(&mut &bytes[..]).map_err(|_| Problem::Malformed)?;
		check_set(&read.authorities)?;
		Ok(read)
	}

	/// Number of the block.
	pub fn number(&self) -> BlockNumber {
		self.number
	}

	/// Hash of the block.
	pub fn hash(&self) -> Hash {
		self.hash
	}

	/// The set that finalizes what follows.
	pub fn set_id(&self) -> SetId {
		self.set_id
	}

	/// Steps to the block of `header`, for which `justification` has the votes; to the next set where that
	/// block ends this one. Nothing changes where it is refused.
	pub fn advance(&mut self, header: &Header, justification: &[u8]) -> Result<(), Problem> {
		self.step(header, &decode(justification)?)
	}

	fn step(&mut self, header: &Header, votes: &Justification) -> Result<(), Problem> {
		if header.number <= self.number {
			return Err(Problem::Old);
		}
		let hash = hash_of(header);
		if (votes.commit.target_number, votes.commit.target_hash) != (header.number, hash) {
			return Err(Problem::NotLinked);
		}
		let change = change_in(header)?;
		verify(votes, self.set_id, &self.authorities)?;
		if let Some(next) = change {
			let set_id = self.set_id.checked_add(1).ok_or(Problem::BadSet)?;
			(self.set_id, self.authorities) = (set_id, next);
		}
		(self.number, self.hash) = (header.number, hash);
		Ok(())
	}

	/// Takes it that `head` is final, by an answer of `assay_votesFor` about its number: votes of this set
	/// for it or for one of its descendants, to which this steps. Gives the blocks after it up to that one.
	///
	/// `head` has to be above this block: what is below is final, or on another fork, without any proof.
	pub fn prove(&mut self, head: &Header, proof: &[u8]) -> Result<Vec<Header>, Problem> {
		let proof = FinalityProof::decode(proof)?;
		let votes = decode(&proof.justification)?;
		if proof.headers.is_empty() && votes.commit.target_number > head.number {
			return Err(Problem::HeadersLeftOut);
		}
		let target = link(head, &proof.headers)?;
		if proof.block != hash_of(target) {
			return Err(Problem::NotLinked);
		}
		self.step(target, &votes)?;
		Ok(proof.headers)
	}
}

/// Key under which the chain keeps the set that finalizes what follows.
pub fn authorities_key() -> Vec<u8> {
	key_of("Grandpa", "Authorities")
}

/// Key under which the chain keeps that set's number.
pub fn set_id_key() -> Vec<u8> {
	key_of("Grandpa", "CurrentSetId")
}

fn check_set(authorities: &AuthorityList) -> Result<(), Problem> {
	let weighs = authorities.iter().all(|(_, weight)| *weight > 0);
	let fits = (1..=MAX_AUTHORITIES).contains(&authorities.len());
	(weighs && fits).then_some(()).ok_or(Problem::BadSet)
}

/// The set that follows on the block of `header`, if there is another one: the first that its digest names.
fn change_in(header: &Header) -> Result<Option<AuthorityList>, Problem> {
	let mut scheduled = None;
	for item in &header.digest.logs {
		let DigestItem::Consensus(GRANDPA_ENGINE_ID, bytes) = item else { continue };
		let log = ConsensusLog::<BlockNumber>::decode_all(&mut &bytes[..]);
		match log.map_err(|_| Problem::Malformed)? {
			ConsensusLog::ForcedChange(..) => return Err(Problem::UnusualChange),
			ConsensusLog::ScheduledChange(change) if scheduled.is_none() => {
				scheduled = Some(change);
			},
			_ => {},
		}
	}
	match scheduled {
		Some(ScheduledChange { delay: 0, next_authorities }) => {
			check_set(&next_authorities)?;
			Ok(Some(next_authorities))
		},
		Some(_) => Err(Problem::UnusualChange),
		None => Ok(None),
	}
}
