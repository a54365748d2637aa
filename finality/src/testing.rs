//! Chains and votes for tests, here and in the client, signed by keys that the tests have.

use crate::{AuthorityList, Checkpoint, FinalityProof, Header, SetId, hash_of};
use assay_primitives::{BlockNumber, Hash};
use codec::{Decode, Encode};
use polkadot_sdk::{
	sp_consensus_grandpa::{
		AuthorityId, AuthoritySignature, Commit, ConsensusLog, GRANDPA_ENGINE_ID,
		GrandpaJustification, Message, Precommit, ScheduledChange, localized_payload,
	},
	sp_core::{Pair as _, ed25519::Pair},
	sp_runtime::generic::{Digest, DigestItem},
};

const ROUND: u64 = 7;

type Justification = GrandpaJustification<Header>;

/// Keys number `from` to `to`, the last left out.
pub fn keys(from: u8, to: u8) -> Vec<Pair> {
	(from..to).map(|key| Pair::from_seed(&[key; 32])).collect()
}

/// The set of some keys, each with weight 1.
pub fn set(keys: &[Pair]) -> AuthorityList {
	keys.iter().map(|key| (AuthorityId::from(key.public()), 1)).collect()
}

/// The first block, which is trusted, and the set that goes on.
pub fn genesis(keys: &[Pair], set_id: SetId) -> (Header, Checkpoint) {
	let header = block(None, 0, Vec::new());
	let checkpoint = Checkpoint::new(0, hash_of(&header), set_id, set(keys)).expect("a good set");
	(header, checkpoint)
}

/// A child, told from others by `salt`.
pub fn child(parent: &Header, salt: u8) -> Header {
	block(Some(parent), salt, Vec::new())
}

/// A child with what GRANDPA says in its digest.
pub fn child_with(parent: &Header, logs: &[ConsensusLog<BlockNumber>]) -> Header {
	let item = |log: &ConsensusLog<_>| DigestItem::Consensus(GRANDPA_ENGINE_ID, log.encode());
	block(Some(parent), 0, logs.iter().map(item).collect())
}

/// `count` blocks, one after the other.
pub fn chain(parent: &Header, count: usize) -> Vec<Header> {
	let next = |last: &Header| Some(child(last, 0));
	std::iter::successors(Some(child(parent, 0)), next).take(count).collect()
}

fn block(parent: Option<&Header>, salt: u8, logs: Vec<DigestItem>) -> Header {
	Header {
		parent_hash: parent.map(hash_of).unwrap_or_default(),
		number: parent.map_or(0, |parent| parent.number + 1),
		state_root: Hash::repeat_byte(salt),
		extrinsics_root: Hash::default(),
		digest: Digest { logs },
	}
}

/// A change to the set of some keys.
pub fn change(keys: &[Pair], delay: BlockNumber) -> ScheduledChange<BlockNumber> {
	ScheduledChange { next_authorities: set(keys), delay }
}

/// Votes of `keys` for `target`; more can be added.
pub fn votes(keys: &[Pair], target: &Header, set_id: SetId) -> Justification {
	let (target_hash, target_number) = (hash_of(target), target.number);
	let commit = Commit::<Header> { target_hash, target_number, precommits: Vec::new() };
	let mut votes = Justification { round: ROUND, commit, votes_ancestries: Vec::new() };
	keys.iter().for_each(|key| add(&mut votes, key, target, set_id));
	votes
}

/// One more vote.
pub fn add(votes: &mut Justification, key: &Pair, block: &Header, set_id: SetId) {
	let precommit = Precommit::<Header>::new(hash_of(block), block.number);
	let message = Message::<Header>::Precommit(precommit.clone());
	let signature: AuthoritySignature =
		key.sign(&localized_payload(ROUND, set_id, &message)).into();
	// The SDK does not name the type of a signed vote.
	let signed = (precommit, signature, AuthorityId::from(key.public())).encode();
	votes.commit.precommits.push(Decode::decode(&mut &signed[..]).expect("as it is encoded"));
}

/// An answer of `assay_votesFor`.
pub fn proof(target: &Header, votes: &Justification, headers: &[Header]) -> Vec<u8> {
	FinalityProof {
		block: hash_of(target),
		justification: votes.encode(),
		headers: headers.to_vec(),
	}
	.encode()
}
