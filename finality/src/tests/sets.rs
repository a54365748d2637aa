use crate::{Checkpoint, Header, MAX_AUTHORITIES, Problem, testing::*};
use codec::Encode;
use polkadot_sdk::{sp_consensus_grandpa::ConsensusLog, sp_core::ed25519::Pair};

fn step(
	checkpoint: &mut Checkpoint,
	block: &Header,
	voters: &[Pair],
	set_id: u64,
) -> Result<(), Problem> {
	checkpoint.advance(block, &votes(voters, block, set_id).encode())
}

#[test]
fn set_should_change_when_the_old_one_makes_its_last_block_final() {
	let (old, new, next) = (keys(0, 4), keys(4, 7), keys(7, 8));
	let (first, mut checkpoint) = genesis(&old, 0);
	let last = child_with(&first, &[ConsensusLog::ScheduledChange(change(&new, 0))]);
	assert_eq!(step(&mut checkpoint, &last, &new, 1), Err(Problem::Stranger), "not yet");
	assert_eq!(step(&mut checkpoint, &last, &old, 0), Ok(()));
	assert_eq!(checkpoint.set_id(), 1);
	let after = child_with(&last, &[ConsensusLog::ScheduledChange(change(&next, 0))]);
	assert_eq!(step(&mut checkpoint, &after, &old, 0), Err(Problem::Stranger), "not any more");
	assert_eq!(step(&mut checkpoint, &after, &new, 0), Err(Problem::BadSignature));
	assert_eq!(step(&mut checkpoint, &after, &new, 1), Ok(()));
	let end = child(&after, 0);
	assert_eq!(step(&mut checkpoint, &end, &next, 2), Ok(()), "two changes in a row");
	assert_eq!(step(&mut checkpoint, &end, &next, 2), Err(Problem::Old));
	assert_eq!(Checkpoint::restore(&checkpoint.encode()), Ok(checkpoint));
}

#[test]
fn first_change_should_count_and_other_logs_nothing() {
	let (old, new) = (keys(0, 4), keys(4, 7));
	let (first, mut checkpoint) = genesis(&old, 0);
	let logs = [
		ConsensusLog::OnDisabled(1),
		ConsensusLog::ScheduledChange(change(&new, 0)),
		ConsensusLog::ScheduledChange(change(&old, 0)),
	];
	let last = child_with(&first, &logs);
	assert_eq!(step(&mut checkpoint, &last, &old, 0), Ok(()));
	assert_eq!(step(&mut checkpoint, &child(&last, 0), &new, 1), Ok(()));
}

#[test]
fn change_should_be_refused_when_it_is_forced_or_late_or_to_no_set() {
	let (old, new) = (keys(0, 4), keys(4, 7));
	let refused = |logs: &[ConsensusLog<u32>]| {
		let (first, mut checkpoint) = genesis(&old, 0);
		step(&mut checkpoint, &child_with(&first, logs), &old, 0)
	};
	let scheduled = |change| ConsensusLog::ScheduledChange(change);
	assert_eq!(refused(&[scheduled(change(&new, 1))]), Err(Problem::UnusualChange));
	let forced = ConsensusLog::ForcedChange(0, change(&new, 0));
	assert_eq!(refused(&[scheduled(change(&new, 0)), forced]), Err(Problem::UnusualChange));
	assert_eq!(refused(&[scheduled(change(&[], 0))]), Err(Problem::BadSet));
	let mut weightless = change(&new, 0);
	weightless.next_authorities[1].1 = 0;
	assert_eq!(refused(&[scheduled(weightless)]), Err(Problem::BadSet));
}

#[test]
fn set_should_be_refused_when_nobody_or_too_many_are_in_it() {
	let set = set(&keys(0, 1));
	let new = |count: usize| {
		let authorities = set.iter().cycle().take(count).cloned().collect();
		Checkpoint::new(0, Default::default(), 0, authorities).map(|_| ())
	};
	assert_eq!(new(0), Err(Problem::BadSet));
	assert_eq!(new(MAX_AUTHORITIES), Ok(()));
	assert_eq!(new(MAX_AUTHORITIES + 1), Err(Problem::BadSet));
}
