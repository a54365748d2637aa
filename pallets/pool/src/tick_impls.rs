//! What happens when something is due: one step for each `poke`.

use crate::{
	types::{PerMember, RoundState, StoredRound, number},
	*,
};
use alloc::vec::Vec;
use assay_primitives::{
	Balance, BlockNumber,
	beacon::{Fold, NoSeed, Ticket},
	pool::{
		Ended, History, HistoryFault, OpenRound, Payments, RoundNumber, Standing, Work, payments,
		record_hash, round_subject,
	},
	traits::{Beacon, Holds, Reservations},
};
use frame_support::{defensive, ensure, traits::Get, weights::Weight};
use sp_runtime::DispatchError;

/// Questions that are decided which one poke forgets at most.
pub(crate) const CLEARED: usize = 64;

impl<T: Config> Pallet<T> {
	/// Does what is due. Returns what it weighs.
	pub(crate) fn do_poke(id: PoolId) -> Result<Weight, DispatchError> {
		let mut pool = Self::pool(id)?;
		let mut members = MembersOf::<T>::get(id);
		let (count, rounds) = (members.len() as u32, u32::from(pool.rounds));
		let weight = match pool.stage {
			Stage::SigningUp => {
				ensure!(Self::now() >= pool.start, Error::<T>::NothingToDo);
				Self::draw_or_conclude(id, &mut pool, &members);
				T::WeightInfo::poke_draw(count)
			},
			Stage::Drawing { ticket } => {
				Self::deal_out(id, &mut pool, &members, &ticket)?;
				T::WeightInfo::poke_deal_out(count, rounds)
			},
			Stage::Racing => {
				Self::end_round(id, &mut pool, &mut members)?;
				T::WeightInfo::poke_end_round(count, rounds)
			},
			Stage::Doubted { until, ticket: Some(ticket) } => {
				Self::audit_last(id, &mut pool, &members, until, &ticket)?;
				T::WeightInfo::poke_audit(count)
			},
			Stage::Doubted { until, ticket: None } => {
				let open = pool.looks > 0 || pool.questions > 0;
				ensure!(Self::now() >= until && !open, Error::<T>::NothingToDo);
				if Questions::<T>::drain_prefix(id).take(CLEARED).count() == CLEARED {
					return Ok(T::WeightInfo::poke_clear());
				}
				Self::settle(id, pool, members);
				return Ok(T::WeightInfo::poke_settle(count, rounds));
			},
		};
		MembersOf::<T>::insert(id, members);
		Pools::<T>::insert(id, pool);
		Ok(weight)
	}

	/// Has the next round's order drawn, where there may be one and somebody to work in it.
	fn draw_or_conclude(id: PoolId, pool: &mut Pool, members: &[MemberRecord]) {
		let somebody = members.iter().any(|member| member.place == MemberPlace::Taken);
		match somebody && pool.rounds < MAX_ROUNDS && Self::now() < pool.end {
			true => Self::draw(id, pool),
			false => Self::conclude(id, pool, members),
		}
	}

	fn draw(id: PoolId, pool: &mut Pool) {
		let ticket = Self::ticket();
		pool.stage = Stage::Drawing { ticket };
		Self::deposit_event(Event::Drawing { pool: id, ticket });
	}

	fn ticket() -> Ticket {
		T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get())
	}

	/// Nothing is paid before what was published last could be questioned as long as what was published first.
	fn conclude(id: PoolId, pool: &mut Pool, members: &[MemberRecord]) {
		let now = Self::now();
		let until = match members.iter().any(|member| member.done > 0) {
			true => now.saturating_add(T::DoubtBlocks::get()),
			false => now,
		};
		// What was published last is looked at as well, by a seed of its own.
		let ticket = ClaimsOf::<T>::contains_key(id).then(Self::ticket);
		pool.stage = Stage::Doubted { until, ticket };
		Self::deposit_event(Event::Concluded { pool: id, until });
	}

	/// Begins a round by its seed.
	fn deal_out(
		id: PoolId,
		pool: &mut Pool,
		members: &[MemberRecord],
		ticket: &Ticket,
	) -> Result<(), Error<T>> {
		let late = Self::now() >= pool.end;
		if late && !ClaimsOf::<T>::contains_key(id) {
			Self::conclude(id, pool, members);
			return Ok(());
		}
		let Some(fold) = Self::folded(id, ticket)? else {
			match late {
				true => Self::conclude(id, pool, members),
				false => Self::draw(id, pool),
			}
			return Ok(());
		};
		// It is known since all of the last round had published, and of what comes next nobody knows anything.
		Self::draw_audits(id, pool, members, &fold);
		let weights: Vec<u64> = members.iter().map(|it| it.weight(&pool.terms)).collect();
		let columns = weights.iter().filter(|weight| **weight > 0).count();
		if late || columns > usize::from(pool.free_audits()) {
			Self::conclude(id, pool, members);
			return Ok(());
		}
		let seed = fold.seed(&round_subject(id, pool.rounds));
		let mut history = Self::history(id, pool);
		match history.begin(seed, &weights) {
			Ok(begun) => {
				let (round, pooled) = (pool.rounds, begun.pooled);
				Rounds::<T>::insert(
					id,
					round,
					StoredRound::begun(begun, &pool.clock(), Self::now()),
				);
				// Below the most rounds, as begun.
				pool.rounds = round.saturating_add(1);
				pool.stage = Stage::Racing;
				Self::deposit_event(Event::RoundBegun { pool: id, round, seed, pooled });
			},
			Err(fault) => {
				if fault != HistoryFault::NobodyWorks {
					defensive!("a round that was drawn can begin", fault);
				}
				Self::conclude(id, pool, members);
			},
		}
		Ok(())
	}

	/// What a ticket gives; nothing where it has expired.
	fn folded(id: PoolId, ticket: &Ticket) -> Result<Option<Fold>, Error<T>> {
		match T::Beacon::fold(ticket) {
			Ok(fold) => Ok(Some(fold)),
			Err(NoSeed::TooEarly) => Err(Error::<T>::SeedNotKnown),
			Err(NoSeed::Expired) => {
				Self::audit_all(id);
				Ok(None)
			},
		}
	}

	/// Has leaves of the last round audited.
	fn audit_last(
		id: PoolId,
		pool: &mut Pool,
		members: &[MemberRecord],
		until: BlockNumber,
		ticket: &Ticket,
	) -> Result<(), Error<T>> {
		let ticket = match Self::folded(id, ticket)? {
			Some(fold) => {
				Self::draw_audits(id, pool, members, &fold);
				None
			},
			None => Some(Self::ticket()),
		};
		pool.stage = Stage::Doubted { until, ticket };
		Ok(())
	}

	/// Ends the round that goes on, and has the next one drawn.
	fn end_round(id: PoolId, pool: &mut Pool, members: &mut Members) -> Result<(), Error<T>> {
		let round = pool.rounds.saturating_sub(1);
		let mut stored = Rounds::<T>::get(id, round).ok_or(Error::<T>::NoRound)?;
		let open = stored.open().ok_or(Error::<T>::NoRound)?;
		let now = Self::now();
		let over = now >= pool.end || open.is_over(&stored.awaited(members), now);
		ensure!(over, Error::<T>::NothingToDo);
		let mut history = Self::history(id, pool);
		let ends = Self::ends(&history, pool, &stored, &open, members);
		if let Err(fault) = history.end(&ends) {
			defensive!("a round ends with what it has taken", fault);
		}
		let works = Self::owe(pool, round, &open, &ends, members);
		Self::move_on(id, &ends, members);
		Self::note_claims(id, pool, &open, &works, members);
		let done = ends.iter().fold(0, |sum: u32, it| sum.saturating_add(it.done));
		let record = record_hash(&open.published);
		stored.state = RoundState::Ended { ends: PerMember::truncate_from(ends), record };
		Rounds::<T>::insert(id, round, stored);
		let pooled = history.pooled();
		Self::deposit_event(Event::RoundEnded { pool: id, round, done, pooled });
		match history.is_over() {
			true => Self::conclude(id, pool, members),
			false => Self::draw_or_conclude(id, pool, members),
		}
		Ok(())
	}

	/// What came of each column. Newcomers have none yet.
	fn ends(
		history: &History,
		pool: &Pool,
		stored: &StoredRound,
		open: &OpenRound,
		members: &[MemberRecord],
	) -> Vec<Ended> {
		let columns = stored.columns.iter().zip(open.done()).zip(members).enumerate();
		let end = |(at, ((column, done), member)): (usize, ((&Column, u32), &MemberRecord))| {
			let idle = || {
				let before = history.idle_rounds(number(at)).saturating_add(1);
				done == 0 && !column.is_empty() && before >= pool.terms.idle_rounds
			};
			match member.place {
				MemberPlace::Wrong { .. } => {
					Ended { done: 0, standing: Standing::Expelled { since: 0 } }
				},
				MemberPlace::Leaving => Ended { done, standing: Standing::Leaves },
				MemberPlace::Taken if idle() => Ended { done, standing: Standing::Leaves },
				MemberPlace::Taken => Ended { done, standing: Standing::Stays },
				MemberPlace::Left | MemberPlace::Expelled => {
					Ended { done: 0, standing: Standing::Leaves }
				},
			}
		};
		columns.map(end).collect()
	}

	/// Notes what members are due for what they have done in a round that ends, and returns it. Out of what nobody is due yet: what was
	/// done by those who were found wrong is not paid, and may be done again.
	fn owe(
		pool: &Pool,
		round: RoundNumber,
		open: &OpenRound,
		ends: &[Ended],
		members: &mut Members,
	) -> Vec<(Member, Balance)> {
		let due = members.iter().fold(0, |sum: Balance, it| sum.saturating_add(it.due));
		let work = |(at, (published, ended)): (usize, (&Published, &Ended))| {
			let (publication, when) = published.as_ref().filter(|_| ended.done > 0)?;
			let blocks: BlockNumber = when.saturating_sub(open.begun);
			let (leaves, gas) = (publication.leaves.len, publication.gas);
			Some(Work { member: number(at), round, leaves, gas, blocks })
		};
		let works: Vec<Work> =
			open.published.iter().zip(ends).enumerate().filter_map(work).collect();
		let Payments { paid, .. } =
			payments(&pool.terms.rates, pool.escrow.saturating_sub(due), &works);
		for (work, amount) in works.iter().zip(&paid) {
			let member = &mut members[usize::from(work.member)];
			member.done = member.done.saturating_add(work.leaves);
			member.due = member.due.saturating_add(*amount);
		}
		works.iter().map(|work| work.member).zip(paid).collect()
	}

	/// Notes what is audited of a round that has ended, once its seed is known.
	fn note_claims(
		id: PoolId,
		pool: &Pool,
		open: &OpenRound,
		dues: &[(Member, Balance)],
		members: &[MemberRecord],
	) {
		if dues.is_empty() {
			return;
		}
		let claim = |(at, published): (usize, &Published)| {
			let (_, due) = dues.iter().find(|(member, _)| *member == number(at))?;
			let (publication, _) = published.as_ref()?;
			Some(Self::claim(pool, *publication, *due, members.get(at)?.deposit))
		};
		let claims = open.published.iter().enumerate().map(claim).collect();
		ClaimsOf::<T>::insert(id, Claims::truncate_from(claims));
	}

	/// Lets those go who do not go on.
	fn move_on(id: PoolId, ends: &[Ended], members: &mut Members) {
		for (at, (ended, member)) in ends.iter().zip(members.iter_mut()).enumerate() {
			match (member.place, ended.standing) {
				(MemberPlace::Wrong { .. }, _) => {
					(member.place, member.done) = (MemberPlace::Expelled, 0);
				},
				(MemberPlace::Taken | MemberPlace::Leaving, Standing::Leaves) => {
					let idle = member.place == MemberPlace::Taken;
					Self::let_go(id, number(at), member, idle);
				},
				_ => (),
			}
		}
		// Who has signed up since and left again has no column, and waits for no end of one.
		for at in ends.len()..members.len() {
			if members[at].place == MemberPlace::Leaving {
				Self::let_go(id, number(at), &mut members[at], false);
			}
		}
	}

	/// Ends a membership for a fee. The deposit stays at risk as long as what was done for it is not paid.
	pub(crate) fn let_go(id: PoolId, number: Member, member: &mut MemberRecord, idle: bool) {
		let by = Self::instance(id);
		member.place = MemberPlace::Left;
		let fee = T::LeavingFee::get().mul_ceil(member.deposit);
		let fee = T::Holds::forfeit(&member.provider, &by, fee, &[]).amount;
		member.deposit = member.deposit.saturating_sub(fee);
		if member.done == 0 {
			T::Holds::unhold(&member.provider, &by);
			member.deposit = 0;
		}
		Self::deposit_event(Event::Left { pool: id, member: number, fee, idle });
	}

	/// Pays what stands, gives back what is left, and forgets the pool.
	fn settle(id: PoolId, pool: Pool, members: Members) {
		let by = Self::instance(id);
		let mut paid: Balance = 0;
		for (at, MemberRecord { provider, deposit, due, .. }) in members.into_iter().enumerate() {
			let member = number(at);
			let amount = T::Ledger::spend(&by, &provider, due);
			paid = paid.saturating_add(amount);
			if amount > 0 {
				let provider = provider.clone();
				Self::deposit_event(Event::MemberPaid { pool: id, member, provider, amount });
			} else if due > 0 {
				Self::deposit_event(Event::PaymentFailed { pool: id, member, amount: due });
			}
			if deposit > 0 {
				T::Holds::unhold(&provider, &by);
			}
		}
		let returned = T::Ledger::release(&by);
		for round in 0..pool.rounds {
			Rounds::<T>::remove(id, round);
		}
		MembersOf::<T>::remove(id);
		ClaimsOf::<T>::remove(id);
		Pools::<T>::remove(id);
		Self::deposit_event(Event::Settled { pool: id, paid, returned });
	}

	/// All rounds of a pool.
	pub fn history(id: PoolId, pool: &Pool) -> History {
		let rounds = (0..pool.rounds).filter_map(|round| Rounds::<T>::get(id, round));
		let rounds = rounds.map(|round| round.read()).collect();
		History::of(pool.terms.leaves().len, pool.terms.in_work, rounds)
	}
}
