use crate::{Checkpoint, Header, Problem, hash_of, justification::Justification, link, testing::*};
use codec::Encode;
use polkadot_sdk::sp_core::ed25519::Pair;

/// What comes of votes for the child of the first block.
fn outcome(set: &[Pair], votes: impl FnOnce(&Header) -> Justification) -> Result<(), Problem> {
	let (first, mut checkpoint) = genesis(set, 5);
	let target = child(&first, 0);
	let before = checkpoint.clone();
	let outcome = checkpoint.advance(&target, &votes(&target).encode());
	match outcome {
		Ok(()) => assert_eq!((checkpoint.number(), checkpoint.hash()), (1, hash_of(&target))),
		Err(_) => assert_eq!(checkpoint, before, "nothing changes"),
	}
	outcome
}

#[test]
fn block_should_be_final_when_more_than_two_thirds_have_voted() {
	for (set, enough) in [(1, 1), (2, 2), (3, 3), (4, 3), (6, 5), (7, 5), (99, 67), (100, 67)] {
		let set = keys(0, set);
		let voted = |count: usize| outcome(&set, |target| votes(&set[..count], target, 5));
		assert_eq!(voted(enough), Ok(()), "{enough} of {}", set.len());
		assert_eq!(voted(enough - 1), Err(Problem::TooFewVotes), "of {}", set.len());
	}
}

#[test]
fn votes_should_count_by_weight() {
	let four = keys(0, 4);
	let first = child(&genesis(&four, 0).0, 0);
	let mut weighted = set(&four);
	weighted[0].1 = 7;
	let voted = |voters: &[Pair]| {
		let mut checkpoint = Checkpoint::new(0, first.parent_hash, 5, weighted.clone())?;
		checkpoint.advance(&first, &votes(voters, &first, 5).encode())
	};
	assert_eq!(voted(&four[..1]), Ok(()), "7 of 10");
	assert_eq!(voted(&four[1..]), Err(Problem::TooFewVotes), "3 of 10");
	weighted[0].1 = u64::MAX;
	weighted[1].1 = u64::MAX;
	assert_eq!(voted_with(&weighted, &four[..2], &first), Ok(()), "sums don't overflow");
	assert_eq!(voted_with(&weighted, &four[..1], &first), Err(Problem::TooFewVotes));
}

fn voted_with(set: &crate::AuthorityList, voters: &[Pair], first: &Header) -> Result<(), Problem> {
	let mut checkpoint = Checkpoint::new(0, first.parent_hash, 5, set.clone())?;
	checkpoint.advance(first, &votes(voters, first, 5).encode())
}

#[test]
fn votes_should_be_refused_when_they_are_of_another_set_or_round() {
	let set = keys(0, 4);
	for set_id in [4, 6, u64::MAX] {
		let other = outcome(&set, |target| votes(&set, target, set_id));
		assert_eq!(other, Err(Problem::BadSignature), "set {set_id}");
	}
	let other = outcome(&set, |target| Justification { round: 1, ..votes(&set, target, 5) });
	assert_eq!(other, Err(Problem::BadSignature));
	let strangers = outcome(&set, |target| votes(&keys(0, 5), target, 5));
	assert_eq!(strangers, Err(Problem::Stranger));
}

#[test]
fn authority_should_count_once_when_it_votes_twice() {
	let set = keys(0, 4);
	let twice = outcome(&set, |target| {
		let mut votes = votes(&set[..2], target, 5);
		add(&mut votes, &set[1], target, 5);
		votes
	});
	assert_eq!(twice, Err(Problem::RepeatedVote));
	let fork = |target: &Header| child(&genesis(&keys(0, 4), 5).0, 9 + target.number as u8);
	let two_forks = outcome(&set, |target| {
		let mut votes = votes(&set[..2], target, 5);
		add(&mut votes, &set[1], &fork(target), 5);
		votes
	});
	assert_eq!(two_forks, Err(Problem::TooFewVotes), "its two votes are one");
	let for_all = outcome(&set, |target| {
		let mut votes = votes(&set[..3], target, 5);
		add(&mut votes, &set[2], &fork(target), 5);
		votes
	});
	assert_eq!(for_all, Ok(()), "who votes twice counts for every block");
	let thrice = outcome(&set, |target| {
		let mut votes = votes(&set[..3], target, 5);
		add(&mut votes, &set[2], &fork(target), 5);
		add(&mut votes, &set[2], &child(target, 0), 5);
		votes
	});
	assert_eq!(thrice, Err(Problem::RepeatedVote));
}

#[test]
fn votes_should_count_when_they_are_for_descendants_that_headers_lead_to() {
	let set = keys(0, 4);
	let later = |target: &Header, headers: fn(Vec<Header>) -> Vec<Header>| {
		let above = chain(target, 3);
		let mut votes = votes(&set[..2], target, 5);
		add(&mut votes, &set[2], &above[1], 5);
		votes.votes_ancestries = headers(above);
		votes
	};
	let outcome = |headers| outcome(&set, |target| later(target, headers));
	assert_eq!(outcome(|above| above[..2].to_vec()), Ok(()));
	assert_eq!(outcome(|above| above[1..2].to_vec()), Err(Problem::ForkedVote), "a gap");
	assert_eq!(outcome(|above| above[..1].to_vec()), Err(Problem::UnusedHeaders));
	assert_eq!(outcome(|above| above), Err(Problem::UnusedHeaders), "one too many");
	let twice = |above: Vec<Header>| [&above[..2], &above[..1]].concat();
	assert_eq!(outcome(twice), Err(Problem::UnusedHeaders));
}

#[test]
fn votes_should_be_refused_when_they_are_for_another_fork() {
	let set = keys(0, 4);
	let (first, mut checkpoint) = genesis(&set, 5);
	let (ours, theirs) = (child(&first, 0), child(&first, 1));
	let votes_for = |block| votes(&set, block, 5);
	let advanced = checkpoint.advance(&ours, &votes_for(&theirs).encode());
	assert_eq!(advanced, Err(Problem::NotLinked), "the votes name another block");
	let mut mixed = votes(&set[..2], &ours, 5);
	add(&mut mixed, &set[2], &theirs, 5);
	mixed.votes_ancestries = vec![theirs.clone()];
	assert_eq!(checkpoint.advance(&ours, &mixed.encode()), Err(Problem::ForkedVote));
	let mut renumbered = votes_for(&ours);
	renumbered.commit.target_number = 2;
	assert_eq!(checkpoint.advance(&ours, &renumbered.encode()), Err(Problem::NotLinked));
}

#[test]
fn head_should_be_proven_by_votes_for_a_descendant() {
	let set = keys(0, 4);
	let (first, trusted) = genesis(&set, 5);
	let blocks = chain(&first, 5);
	let prove = |head: &Header, headers: &[Header], target: &Header| {
		let mut checkpoint = trusted.clone();
		checkpoint.prove(head, &proof(target, &votes(&set, target, 5), headers)).map(|_| checkpoint)
	};
	let proven = prove(&blocks[1], &blocks[2..], &blocks[4]).expect("linked");
	assert_eq!((proven.number(), proven.hash()), (5, hash_of(&blocks[4])));
	assert!(prove(&blocks[4], &[], &blocks[4]).is_ok(), "votes for the head itself");
	let broken = [&blocks[2..3], &blocks[4..]].concat();
	assert_eq!(prove(&blocks[1], &broken, &blocks[4]), Err(Problem::NotLinked));
	let false_head = child(&blocks[0], 9);
	assert_eq!(prove(&false_head, &blocks[2..], &blocks[4]), Err(Problem::NotLinked));
	assert_eq!(prove(&blocks[1], &blocks[2..4], &blocks[4]), Err(Problem::NotLinked));
	assert_eq!(prove(&first, &[], &first), Err(Problem::Old));
	assert_eq!(prove(&blocks[1], &[], &blocks[4]), Err(Problem::HeadersLeftOut));
	assert_eq!(prove(&false_head, &[], &blocks[1]), Err(Problem::NotLinked), "of its height");
	let mut jump = blocks[2].clone();
	jump.number = 9;
	assert_eq!(link(&blocks[1], &[jump]), Err(Problem::NotLinked), "a number is left out");
}
