//! How tasks end: who is paid, who is slashed, what is kept.

use crate::{
	consensus::revealed,
	escrow::{Purse, Share, Winner, divide_among_winners, divide_without_winners},
	*,
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	deal::{
		Deal, EndedReplica, EndedTask, Ending, FailCause, Replica, ReplicaResult, ReplicaState,
		TaskState,
	},
	outcome::{Class, Digest, Outcome},
	provider::Conduct,
	task::TaskId,
	traits::{Reputations, Stakes},
};
use frame_support::{BoundedVec, traits::Get};

impl<T: Config> Pallet<T> {
	/// Ends a task whose outcome is that with this digest. Where nobody revealed it (an arbiter may
	/// say so), everybody who revealed was wrong and nobody delivered.
	pub(crate) fn settle(live: Live, digest: Digest) -> Effort {
		let task_hash = live.deal.task_hash;
		let is_winner = |outcome: &&Outcome| outcome.digest(&task_hash) == digest;
		let truth = live.task.replicas.iter().filter_map(revealed).find(is_winner).copied();
		let judged = Self::judge(&live, |replica, outcome| {
			let revealed = outcome.digest(&task_hash);
			if revealed != digest {
				return (ReplicaResult::Wrong(revealed), 0);
			}
			(ReplicaResult::Agreed, Self::earned(&live.deal, replica.candidate, outcome))
		});
		let (ending, reason) = match truth {
			Some(outcome) if outcome.class.is_refund() => {
				(Ending::Settled(outcome), PayReason::Attempt)
			},
			Some(outcome) => (Ending::Settled(outcome), PayReason::Work),
			None => (Ending::Failed(FailCause::NoDelivery), PayReason::Work),
		};
		Self::conclude(live, ending, judged, reason)
	}

	/// Ends a task without an outcome.
	pub(crate) fn fail(live: Live, cause: FailCause) -> Effort {
		if let TaskState::Waiting { .. } = live.task.state {
			for candidate in &live.deal.candidates {
				T::Stakes::release(&candidate.provider, live.deal.terms.stake);
			}
		}
		let least_gas =
			live.task.replicas.iter().filter_map(revealed).map(|outcome| outcome.gas_used).min();
		let judged = Self::judge(&live, |replica, outcome| {
			let digest = outcome.digest(&live.deal.task_hash);
			let due = Self::undecided_pay(&live.deal, replica.candidate, least_gas.unwrap_or(0));
			(ReplicaResult::Undecided(digest), due)
		});
		Self::conclude(live, Ending::Failed(cause), judged, PayReason::Undecided)
	}

	/// What became of each replica; `of_revealed` says so for those that revealed.
	fn judge(
		live: &Live,
		of_revealed: impl Fn(&Replica, &Outcome) -> (ReplicaResult, Balance),
	) -> Vec<Judged> {
		let judge = |replica: &Replica| {
			let provider = live.deal.candidates.get(replica.candidate as usize)?.provider.clone();
			let (result, due) = match &replica.state {
				ReplicaState::Revealed { outcome, .. } => of_revealed(replica, outcome),
				// Its deadline has not come.
				ReplicaState::Drawn | ReplicaState::Sealed(_) => (ReplicaResult::Released, 0),
				ReplicaState::Declined => (ReplicaResult::Declined, 0),
				ReplicaState::Silent => (ReplicaResult::Silent, 0),
				ReplicaState::Withheld => (ReplicaResult::Withheld, 0),
				ReplicaState::Denounced => (ReplicaResult::Denounced, 0),
			};
			Some(Judged { candidate: replica.candidate, provider, result, due })
		};
		live.task.replicas.iter().filter_map(judge).collect()
	}

	/// P_i of a winner, or the attempt fee where the client's content was at fault.
	fn earned(deal: &Deal, candidate: u32, outcome: &Outcome) -> Balance {
		if outcome.class.is_refund() {
			return Self::attempt_fee(deal, candidate);
		}
		deal.price(candidate).map_or(0, |price| price.of(outcome.gas_used))
	}

	fn attempt_fee(deal: &Deal, candidate: u32) -> Balance {
		let maximum =
			deal.price(candidate).and_then(|price| price.maximum(deal.request.task.limits.gas));
		T::AttemptFee::get().mul_floor(maximum.unwrap_or(0))
	}

	/// Priced by the least gas that anyone revealed, so that claiming a long run gains nothing.
	fn undecided_pay(deal: &Deal, candidate: u32, least_gas: u64) -> Balance {
		UNDECIDED_SHARE.mul_floor(deal.price(candidate).map_or(0, |price| price.of(least_gas)))
	}

	/// Pays, slashes, notes conduct, and turns the task into what is kept of it.
	fn conclude(mut live: Live, ending: Ending, judged: Vec<Judged>, reason: PayReason) -> Effort {
		live.effort.closed = true;
		let mut replicas: Vec<EndedReplica> = judged
			.iter()
			.map(|one| EndedReplica {
				candidate: one.candidate,
				result: one.result,
				paid: 0,
				slashed: 0,
			})
			.collect();
		// App and dataset are paid for where the program came to its own end.
		let sold = matches!(ending, Ending::Settled(Outcome { class: Class::Exited(_), .. }));
		let paid = Self::pay_out(&live, &judged, &mut replicas, reason, sold);
		Self::settle_stakes(&live, &judged, &mut replicas);
		Self::note_conduct(&judged);
		let replicas = BoundedVec::truncate_from(replicas);
		let ended = EndedTask {
			ending,
			replicas,
			paid,
			ended_at: live.now,
			prune_at: live.now.saturating_add(T::RetainBlocks::get()),
		};
		Self::deposit_event(Self::end_event(live.id, &live.deal, ending, paid));
		Self::keep(live, ended)
	}

	fn pay_out(
		live: &Live,
		judged: &[Judged],
		replicas: &mut [EndedReplica],
		reason: PayReason,
		sold: bool,
	) -> Balance {
		let mut purse = Purse::<T>::open(live.id, &live.deal.payer, live.deal.terms.escrow);
		let mut earned: Balance = 0;
		for (one, replica) in judged.iter().zip(replicas) {
			replica.paid = purse.pay(&one.provider, one.due, reason);
			earned = earned.saturating_add(replica.paid);
		}
		if !live.deal.others.public_good {
			purse.pay_fee(T::ProtocolFee::get().mul_floor(earned));
		}
		if sold {
			for sale in [&live.deal.others.app, &live.deal.others.dataset].into_iter().flatten() {
				purse.pay_owner(&sale.owner, sale.price);
			}
		}
		purse.close()
	}

	fn settle_stakes(live: &Live, judged: &[Judged], replicas: &mut [EndedReplica]) {
		let stake = live.deal.terms.stake;
		let mut winners: Vec<Winner> = judged
			.iter()
			.filter(|one| one.won())
			.map(|one| Winner { who: one.provider.clone(), earned: one.due, room: one.due })
			.collect();
		for (at, one) in judged.iter().enumerate() {
			let Some((share, reason)) = one.penalty() else {
				if one.result == ReplicaResult::Denounced {
					replicas[at].slashed = stake;
				} else {
					T::Stakes::release(&one.provider, stake);
				}
				continue;
			};
			let amount = share.mul_floor(stake);
			// Nobody is paid out of his own slash.
			let poker = live.poker.as_ref().filter(|poker| **poker != one.provider);
			let shares = if winners.is_empty() {
				divide_without_winners::<T>(amount, poker, &live.deal.payer)
			} else {
				divide_among_winners::<T>(amount, poker, &mut winners)
			};
			let (taken, paid) = Self::slash(live.id, &one.provider, stake, amount, shares, reason);
			replicas[at].slashed = taken;
			for (to, amount) in paid {
				let winner = judged.iter().position(|judged| judged.won() && judged.provider == to);
				if let Some(winner) = winner {
					replicas[winner].paid = replicas[winner].paid.saturating_add(amount);
				}
			}
		}
	}

	/// Takes `amount` of a replica's stake and releases the rest of it. Returns what was taken, and
	/// what winners got of it.
	pub(crate) fn slash(
		task: TaskId,
		provider: &AccountId,
		stake: Balance,
		amount: Balance,
		shares: Vec<Share>,
		reason: SlashReason,
	) -> (Balance, Vec<(AccountId, Balance)>) {
		let payees: Vec<_> = shares.iter().map(|share| (share.to.clone(), share.amount)).collect();
		let released = stake.saturating_sub(amount);
		let taken = T::Stakes::slash(provider, amount, released, &payees);
		Self::deposit_event(Event::ReplicaSlashed {
			task,
			provider: provider.clone(),
			amount: taken,
			reason,
		});
		let mut left = taken;
		let mut won = Vec::new();
		for Share { to, amount, reason } in shares {
			let amount = amount.min(left);
			left -= amount;
			if amount == 0 {
				continue;
			}
			if reason == ShareReason::Winner {
				won.push((to.clone(), amount));
			}
			let from = provider.clone();
			Self::deposit_event(Event::SlashShared { task, from, to, amount, reason });
		}
		(taken, won)
	}

	fn note_conduct(judged: &[Judged]) {
		let together = judged.iter().filter(|one| one.won()).count() > 1;
		for one in judged {
			let conduct = match one.result {
				ReplicaResult::Agreed if together => Conduct::Agreed,
				ReplicaResult::Agreed => Conduct::Alone,
				ReplicaResult::Wrong(_) => Conduct::Wrong,
				ReplicaResult::Silent => Conduct::Silent,
				ReplicaResult::Withheld | ReplicaResult::Denounced => Conduct::Withheld,
				ReplicaResult::Declined => Conduct::Unavailable,
				ReplicaResult::Undecided(_) | ReplicaResult::Released => continue,
			};
			T::Reputations::note(&one.provider, conduct);
		}
	}

	fn end_event(task: TaskId, deal: &Deal, ending: Ending, paid: Balance) -> Event<T> {
		match ending {
			Ending::Settled(outcome) => Event::TaskSettled {
				task,
				digest: outcome.digest(&deal.task_hash),
				class: outcome.class,
				paid,
			},
			Ending::Failed(cause) => Event::TaskFailed { task, cause, paid },
		}
	}

	/// Replaces the live task by what is kept of it.
	fn keep(live: Live, ended: EndedTask) -> Effort {
		let Live { id, mut deal, effort, .. } = live;
		Tasks::<T>::remove(id);
		Ended::<T>::insert(id, ended);
		deal.open_tasks = deal.open_tasks.saturating_sub(1);
		Deals::<T>::insert(id.deal, deal);
		PruneRange::<T>::mutate(|(_, next)| {
			PruneQueue::<T>::insert(*next, id);
			*next = next.saturating_add(1);
		});
		effort
	}
}
