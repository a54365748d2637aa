//! The votes of a set for a block.

use crate::{AuthorityList, Header, Problem, SetId, hash_of};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use assay_primitives::{BlockNumber, Hash};
use codec::DecodeAll;
use polkadot_sdk::{
	sp_consensus_grandpa::{AuthorityId, GrandpaJustification, Message, localized_payload},
	sp_core::{Pair, ed25519},
};

/// Longest justification: two votes of each authority of the largest set, and a quarter as much for headers.
pub const MAX_JUSTIFICATION_BYTES: usize = 320 * crate::MAX_AUTHORITIES;

pub(crate) type Justification = GrandpaJustification<Header>;

/// Decodes votes. Errors: [`Problem::TooLarge`], [`Problem::Malformed`].
pub(crate) fn decode(bytes: &[u8]) -> Result<Justification, Problem> {
	if bytes.len() > MAX_JUSTIFICATION_BYTES {
		return Err(Problem::TooLarge);
	}
	Justification::decode_all(&mut &bytes[..]).map_err(|_| Problem::Malformed)
}

/// Accepts votes where more than two thirds of the set have voted for the target or for descendants of it.
///
/// Who has voted for two blocks in a round counts for every block, as in the protocol: that is dishonest, and
/// while less than a third is, it takes honest votes to make up two thirds.
pub(crate) fn verify(
	justification: &Justification,
	set_id: SetId,
	authorities: &AuthorityList,
) -> Result<(), Problem> {
	let weights = weights(authorities);
	let votes = votes_of(justification, set_id, &weights)?;
	let target = Block {
		hash: justification.commit.target_hash,
		number: justification.commit.target_number,
	};
	let ancestry = Ancestry::new(&justification.votes_ancestries)?;
	ancestry.check_used(votes.values().flatten())?;
	let above = ancestry.above(&target);
	let mut sum = 0u128;
	for (authority, votes) in &votes {
		let supports = |vote: &Block| *vote == target || above.contains(vote);
		if votes.len() == 1 && !votes.iter().all(supports) {
			return Err(Problem::ForkedVote);
		}
		sum = sum.saturating_add(weights[authority]);
	}
	let total = weights.values().fold(0u128, |sum, weight| sum.saturating_add(*weight));
	let enough = sum.saturating_mul(3) > total.saturating_mul(2);
	enough.then_some(()).ok_or(Problem::TooFewVotes)
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Block {
	number: BlockNumber,
	hash: Hash,
}

/// What each authority weighs. One that stands in the list twice has both weights, as in the protocol.
fn weights(authorities: &AuthorityList) -> BTreeMap<&AuthorityId, u128> {
	let mut weights = BTreeMap::new();
	for (authority, weight) in authorities {
		let sum: &mut u128 = weights.entry(authority).or_default();
		*sum = sum.saturating_add(u128::from(*weight));
	}
	weights
}

/// The blocks that each authority has voted for, one or two of them.
fn votes_of<'a>(
	justification: &'a Justification,
	set_id: SetId,
	weights: &BTreeMap<&AuthorityId, u128>,
) -> Result<BTreeMap<&'a AuthorityId, BTreeSet<Block>>, Problem> {
	let mut votes = BTreeMap::<_, BTreeSet<_>>::new();
	for signed in &justification.commit.precommits {
		if !weights.contains_key(&signed.id) {
			return Err(Problem::Stranger);
		}
		let vote =
			Block { number: signed.precommit.target_number, hash: signed.precommit.target_hash };
		let of_one = votes.entry(&signed.id).or_default();
		if of_one.len() == 2 || !of_one.insert(vote) {
			return Err(Problem::RepeatedVote);
		}
	}
	// Signatures last, and no more of them than two for each authority.
	for signed in &justification.commit.precommits {
		let message = Message::<Header>::Precommit(signed.precommit.clone());
		let signed_bytes = localized_payload(justification.round, set_id, &message);
		let (signature, id) =
			(signed.signature.clone().into_inner(), signed.id.clone().into_inner());
		if !ed25519::Pair::verify(&signature, signed_bytes, &id) {
			return Err(Problem::BadSignature);
		}
	}
	Ok(votes)
}

/// Headers that lead from votes down to the target, by the blocks' hashes.
struct Ancestry(BTreeMap<Hash, (BlockNumber, Hash)>);

impl Ancestry {
	fn new(headers: &[Header]) -> Result<Self, Problem> {
		let entry = |header: &Header| (hash_of(header), (header.number, header.parent_hash));
		let known: BTreeMap<_, _> = headers.iter().map(entry).collect();
		(known.len() == headers.len()).then_some(Self(known)).ok_or(Problem::UnusedHeaders)
	}

	/// Every header has to be a block that is voted for, or an ancestor of one.
	fn check_used<'a>(&self, votes: impl Iterator<Item = &'a Block>) -> Result<(), Problem> {
		let mut used = BTreeSet::new();
		for vote in votes {
			let mut next = vote.hash;
			while let Some((_, parent)) = self.0.get(&next)
				&& used.insert(next)
			{
				next = *parent;
			}
		}
		(used.len() == self.0.len()).then_some(()).ok_or(Problem::UnusedHeaders)
	}

	/// The descendants of a block.
	fn above(&self, target: &Block) -> BTreeSet<Block> {
		let mut upwards: Vec<_> =
			self.0.iter().map(|(hash, (number, parent))| (*number, *hash, *parent)).collect();
		upwards.sort_unstable();
		let mut above = BTreeSet::new();
		for (number, hash, parent) in upwards {
			let parent = number.checked_sub(1).map(|number| Block { number, hash: parent });
			if parent.is_some_and(|parent| parent == *target || above.contains(&parent)) {
				above.insert(Block { number, hash });
			}
		}
		above
	}
}
