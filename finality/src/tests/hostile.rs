use crate::{
	Checkpoint, Header, MAX_HEADERS, MAX_JUSTIFICATION_BYTES, MAX_PROOF_BYTES, Problem, testing::*,
};
use polkadot_sdk::sp_consensus_grandpa::ConsensusLog;
use proptest::prelude::*;

/// A proof that holds in all its parts: votes for descendants, two of one authority, and a change of the set.
fn scene() -> (Checkpoint, Header, Vec<u8>) {
	let set = keys(0, 7);
	let (first, checkpoint) = genesis(&set, 5);
	let blocks = chain(&first, 2);
	let target = child_with(&blocks[1], &[ConsensusLog::ScheduledChange(change(&set, 0))]);
	let (above, fork) = (child(&target, 0), child(&blocks[1], 9));
	let mut votes = votes(&set[..4], &target, 5);
	add(&mut votes, &set[4], &above, 5);
	add(&mut votes, &set[5], &target, 5);
	add(&mut votes, &set[5], &fork, 5);
	votes.votes_ancestries = vec![above];
	let proof = proof(&target, &votes, &[blocks[1].clone(), target.clone()]);
	(checkpoint, blocks[0].clone(), proof)
}

#[test]
fn proof_should_hold_when_nothing_is_changed() {
	let (mut checkpoint, head, proof) = scene();
	assert_eq!(checkpoint.prove(&head, &proof).map(|headers| headers.len()), Ok(2));
	assert_eq!((checkpoint.number(), checkpoint.set_id()), (3, 6));
}

#[test]
fn proof_should_be_refused_when_any_byte_of_it_is_another() {
	let (checkpoint, head, proof) = scene();
	for (at, mask) in (0..proof.len()).flat_map(|at| [1, 0x80].map(|mask| (at, mask))) {
		let (mut tried, mut changed) = (checkpoint.clone(), proof.clone());
		changed[at] ^= mask;
		assert!(tried.prove(&head, &changed).is_err(), "byte {at} of {}", proof.len());
		assert_eq!(tried, checkpoint);
	}
}

#[test]
fn proof_should_be_refused_when_it_is_cut_or_followed_by_anything() {
	let (mut checkpoint, head, mut proof) = scene();
	for length in 0..proof.len() {
		assert!(checkpoint.prove(&head, &proof[..length]).is_err(), "{length} bytes");
	}
	proof.push(0);
	assert_eq!(checkpoint.prove(&head, &proof), Err(Problem::Malformed));
}

#[test]
fn justification_should_not_be_decoded_when_it_is_too_large() {
	let (first, mut checkpoint) = genesis(&keys(0, 4), 0);
	let bytes = vec![0; MAX_JUSTIFICATION_BYTES + 1];
	assert_eq!(checkpoint.advance(&child(&first, 0), &bytes), Err(Problem::TooLarge));
}

#[test]
fn proof_should_be_refused_when_it_is_longer_than_any_that_is_needed() {
	let set = keys(0, 4);
	let (first, checkpoint) = genesis(&set, 0);
	let blocks = chain(&first, MAX_HEADERS + 2);
	let prove = |headers: usize| {
		let target = &blocks[headers];
		let proof = proof(target, &votes(&set, target, 0), &blocks[1..=headers]);
		checkpoint.clone().prove(&blocks[0], &proof).map(|headers| headers.len())
	};
	assert_eq!(prove(MAX_HEADERS), Ok(MAX_HEADERS));
	assert_eq!(prove(MAX_HEADERS + 1), Err(Problem::TooLarge));
	let long = vec![0; MAX_PROOF_BYTES + 1];
	assert_eq!(checkpoint.clone().prove(&blocks[0], &long), Err(Problem::TooLarge));
}

proptest! {
	#[test]
	fn nothing_should_panic_or_be_believed_when_bytes_are_random(
		bytes in prop::collection::vec(any::<u8>(), 0..400),
		at in any::<prop::sample::Index>(),
	) {
		let (mut checkpoint, head, proof) = scene();
		let before = checkpoint.clone();
		prop_assert!(checkpoint.prove(&head, &bytes).is_err());
		prop_assert!(checkpoint.advance(&child(&head, 0), &bytes).is_err());
		let _ = Checkpoint::restore(&bytes);
		// Random bytes in the middle of what is right get further.
		let at = at.index(proof.len());
		let mut spliced = proof.clone();
		let end = (at + bytes.len()).min(proof.len());
		spliced[at..end].copy_from_slice(&bytes[..end - at]);
		prop_assert!(spliced == proof || checkpoint.prove(&head, &spliced).is_err());
		prop_assert_eq!(checkpoint, before);
	}
}
