//! What must hold at the end of every block.

use crate::{judging::doubt_of, types::RoundState, *};
use alloc::collections::BTreeMap;
use assay_primitives::{
	AccountId, Balance,
	pool::History,
	traits::{Holds, Reservations},
};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. What is locked of a pool's client is what its record says, and nothing was paid out of it yet.
	/// 2. What is at risk of a provider for a pool are the deposits of its places there; whoever works has one.
	/// 3. What members are due is covered by what is locked for leaves, and only who has done something is due anything.
	/// 4. A pool's rounds are those that it has begun, and nobody else has any; exactly while it races the last one goes
	///    on.
	/// 5. Columns, what came of them, and members fit each other: there are no more columns than members, and no more
	///    members than the terms allow.
	/// 6. Each leaf is done, in work, or pooled, and none is twice.
	/// 7. What members have done is what rounds say, but for those who were found wrong.
	/// 8. Members, rounds, claims, audits and questions belong to a pool, whose number was given out.
	/// 9. Audits and questions are as many as the pool's record says, no more audits are set aside than are locked for, and
	///    claims wait for a seed that is awaited.
	/// 10. Of who doubts a leaf the bond is held while the case is open, and nothing afterwards.
	pub fn do_try_state() -> Checked {
		for (id, pool) in Pools::<T>::iter() {
			ensure!(id < NextPoolId::<T>::get(), "8: a pool without a number");
			let members = MembersOf::<T>::get(id);
			let locked = T::Ledger::reserved(&Self::instance(id));
			ensure!(locked == pool.locked(), "1: what is locked is not what the record says");
			Self::check_deposits(id, &members)?;
			Self::check_dues(&pool, &members)?;
			Self::check_rounds(id, &pool, &members)?;
			Self::check_leaves(&Self::history(id, &pool), &pool, &members)?;
			Self::check_judging(id, &pool)?;
		}
		for id in MembersOf::<T>::iter_keys() {
			ensure!(Pools::<T>::contains_key(id), "8: members of no pool");
		}
		let judged = ClaimsOf::<T>::iter_keys()
			.chain(Looks::<T>::iter_keys().map(|(id, _)| id))
			.chain(Questions::<T>::iter_keys().map(|(id, _)| id));
		for id in judged {
			ensure!(Pools::<T>::contains_key(id), "8: a leaf of no pool");
		}
		for (id, round) in Rounds::<T>::iter_keys() {
			let known = Pools::<T>::get(id).is_some_and(|pool| round < pool.rounds);
			ensure!(known, "4: a round that no pool has begun");
		}
		Ok(())
	}

	fn check_deposits(id: PoolId, members: &[MemberRecord]) -> Checked {
		let mut sums: BTreeMap<&AccountId, Balance> = BTreeMap::new();
		for member in members {
			*sums.entry(&member.provider).or_default() += member.deposit;
			ensure!(!member.works() || member.deposit > 0, "2: somebody works for no deposit");
		}
		let by = Self::instance(id);
		let same = sums.iter().all(|(provider, sum)| T::Holds::held(provider, &by) == *sum);
		ensure!(same, "2: what is at risk is not what members have put up");
		Ok(())
	}

	fn check_dues(pool: &Pool, members: &[MemberRecord]) -> Checked {
		let due: Balance = members.iter().map(|member| member.due).sum();
		ensure!(due <= pool.escrow, "3: more is due than is locked");
		let idle = members.iter().any(|member| member.done == 0 && member.due > 0);
		ensure!(!idle, "3: something is due for nothing");
		Ok(())
	}

	fn check_judging(id: PoolId, pool: &Pool) -> Checked {
		let looks = Looks::<T>::iter_prefix(id).count();
		ensure!(looks == usize::from(pool.looks), "9: audits are not what the record says");
		ensure!(pool.looks <= pool.audits, "9: more audits than are locked for");
		let awaited =
			matches!(pool.stage, Stage::Drawing { .. } | Stage::Doubted { ticket: Some(_), .. });
		ensure!(awaited || !ClaimsOf::<T>::contains_key(id), "9: claims wait for no seed");
		let mut open = 0;
		for (_, question) in Questions::<T>::iter_prefix(id) {
			open += u32::from(question.case.is_some());
			let Asker::Account { bond, doubt, .. } = question.asker else { continue };
			let held = T::Ledger::reserved(&doubt_of(doubt));
			let due = question.case.map_or(0, |_| bond);
			ensure!(held == due, "10: a bond is not what was put up");
		}
		ensure!(open == pool.questions, "9: questions are not what the record says");
		Ok(())
	}

	fn check_rounds(id: PoolId, pool: &Pool, members: &[MemberRecord]) -> Checked {
		ensure!(members.len() <= pool.terms.members.into(), "5: more members than may be");
		for number in 0..pool.rounds {
			let round = Rounds::<T>::get(id, number).ok_or("4: a round is missing")?;
			let last = number.saturating_add(1) == pool.rounds;
			let open = last && pool.stage == Stage::Racing;
			ensure!(round.columns.len() <= members.len(), "5: a column of nobody");
			let (goes_on, results) = match &round.state {
				RoundState::Open { published, .. } => (true, published.len()),
				RoundState::Ended { ends, .. } => (false, ends.len()),
			};
			ensure!(open == goes_on, "4: a round goes on that has to have ended, or the reverse");
			ensure!(results == round.columns.len(), "5: columns and results differ");
		}
		let races = pool.stage == Stage::Racing;
		ensure!(!races || pool.rounds > 0, "4: a race without a round");
		Ok(())
	}

	fn check_leaves(history: &History, pool: &Pool, members: &[MemberRecord]) -> Checked {
		let mut done = 0;
		for (at, member) in members.iter().enumerate() {
			let of = history.done_by(crate::types::number(at));
			ensure!(member.is_wrong() || member.done == of, "7: somebody has done another number");
			done += of;
		}
		let left = match history.open() {
			Some(round) => round.columns.iter().map(Column::len).sum(),
			None => history.kept() + history.pooled(),
		};
		ensure!(done + left == pool.terms.leaves().len, "6: leaves are lost");
		Ok(())
	}
}
