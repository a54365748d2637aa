//! How tasks end: who is paid, who is slashed, what is kept.

use crate::{
	escrow::{SlashShare, TaskEscrow},
	*,
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	deal::{
		Deal, EndedReplica, EndedTask, Ending, FailCause, Replica, ReplicaResult, ReplicaState,
		TaskState,
	},
	money::{
		Slashes, penalty,
		slashing::{Claimant, Claims, Finder, Truthful, bound},
	},
	outcome::{Class, Digest, Outcome},
	provider::Conduct,
	task::TaskId,
	traits::{AssetSale, CaseReason, Collected, Publishers, Reputations, Stakes},
};
use frame_support::{BoundedVec, traits::Get};

/// To slash a publisher reads and writes its record, its account with what is held of it, and the
/// issuance, which is no more than this many payments do.
pub(crate) const PUBLISHER_SLASHED: u32 = 4;

impl<T: Config> Pallet<T> {
	/// Ends a task whose outcome is that with this digest. Where nobody revealed or reported it (an
	/// arbiter may say so), everybody who revealed was wrong and nobody delivered. A vote alone makes nobody
	/// wrong: where no arbiter has found the truth, who said something else is not paid, and loses nothing.
	pub(crate) fn settle(live: Live, digest: Digest) -> Effort {
		let task_hash = live.deal.task_hash;
		let report = Self::true_report(&live, &digest);
		let ruled = live.decided.as_ref().is_some_and(|decided| decided.truth.is_some());
		let is_winner = |outcome: &&Outcome| outcome.digest(&task_hash) == digest;
		let truth = live.task.replicas.iter().filter_map(Replica::outcome).find(is_winner).copied();
		let truth = truth.or(report.map(|(_, outcome)| outcome));
		let judged = Self::judge(&live, |replica, outcome| {
			let revealed = outcome.digest(&task_hash);
			let reported = report.filter(|(candidate, _)| *candidate == replica.candidate);
			match reported {
				// It earns what the truth is worth, not what it revealed.
				Some((candidate, truth)) => {
					(ReplicaResult::Agreed, Self::earned(&live, candidate, &truth))
				},
				None if revealed == digest => {
					(ReplicaResult::Agreed, Self::earned(&live, replica.candidate, outcome))
				},
				None if ruled => (ReplicaResult::Wrong(revealed), 0),
				None => (ReplicaResult::Undecided(revealed), 0),
			}
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

	/// What a replica reported, where it is true: its position among the candidates, and the outcome.
	fn true_report(live: &Live, digest: &Digest) -> Option<(u32, Outcome)> {
		let report = live.decided.as_ref()?.dispute.report?;
		(report.1.digest(&live.deal.task_hash) == *digest).then_some(report)
	}

	/// Ends a task without an outcome.
	pub(crate) fn fail(mut live: Live, cause: FailCause) -> Effort {
		// Of a bag nobody is locked before the draw.
		if matches!(live.task.state, TaskState::Waiting { .. }) && live.bag.is_none() {
			for candidate in &live.deal.candidates {
				Self::unreserve(&live, &candidate.provider);
			}
			live.effort.drew = Some(live.effort.candidates);
		}
		let least_gas =
			live.task.replicas.iter().filter_map(Replica::outcome).map(|it| it.gas_used).min();
		let mut judged = Self::judge(&live, |replica, outcome| {
			let digest = outcome.digest(&live.deal.task_hash);
			let due = Self::undecided_pay(&live, replica.candidate, least_gas.unwrap_or(0));
			(ReplicaResult::Undecided(digest), due)
		});
		let attempts = Self::owe_attempts(&live, cause, &mut judged);
		let reason = if attempts { PayReason::Attempt } else { PayReason::Undecided };
		Self::conclude(live, Ending::Failed(cause), judged, reason)
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
				ReplicaState::Declined(excuse) => (ReplicaResult::Declined(*excuse), 0),
				ReplicaState::Silent => (ReplicaResult::Silent, 0),
				ReplicaState::Withheld => (ReplicaResult::Withheld, 0),
				ReplicaState::Denounced => (ReplicaResult::Denounced, 0),
			};
			let candidate = replica.candidate;
			let kept = EndedReplica { candidate, result, paid: 0, slashed: 0 };
			Some(Judged { provider, due, kept })
		};
		live.task.replicas.iter().filter_map(judge).collect()
	}

	/// What a settled task pays for audits: what they cost on average at its own probability. Nothing where the fund
	/// does not pay its audits, since the parties have named the judges, or its own reserve has paid one, because the
	/// fund could not.
	fn audit_tax(live: &Live, judged: &[Judged]) -> Balance {
		let paid_itself = live.decided.as_ref().is_some_and(|Decided { dispute, .. }| {
			dispute.reason == CaseReason::Audit && dispute.prepaid.0 == Prepayer::Reserve
		});
		if paid_itself || !live.is_public() {
			return 0;
		}
		let won = judged.iter().filter(|one| one.won());
		let pay = won.map(|one| one.due).max().unwrap_or(0);
		Self::economics(live).audit_tax(&live.deal.terms, pay)
	}

	/// P_i of a winner, or the attempt fee where the client's content was at fault.
	pub(crate) fn earned(live: &Live, candidate: u32, outcome: &Outcome) -> Balance {
		if outcome.class.is_refund() {
			return Self::attempt_fee(live, candidate);
		}
		live.deal.price(candidate).map_or(0, |price| price.of(outcome.gas_used))
	}

	/// Priced by the least gas that anyone revealed, so that claiming a long run gains nothing.
	fn undecided_pay(live: &Live, candidate: u32, least_gas: u64) -> Balance {
		let price = live.deal.price(candidate).map_or(0, |price| price.of(least_gas));
		Self::economics(live).fees.for_undecided(price)
	}

	/// Pays, slashes, notes conduct, and turns the task into what is kept of it.
	fn conclude(
		mut live: Live,
		ending: Ending,
		mut judged: Vec<Judged>,
		reason: PayReason,
	) -> Effort {
		let Slashes { silent, .. } = Self::economics(&live).slashes;
		let slashed = judged.iter().filter(|one| one.penalty(silent).is_some()).count();
		live.effort.ended = Some((judged.len() as u32, slashed as u32));
		live.effort.owners = Self::owners_weighed(&live.deal, &ending);
		let paid = Self::pay_out(&live, &ending, &mut judged, reason);
		Self::settle_stakes(&live, &mut judged);
		Self::note_conduct(&live, &judged);
		let replicas: Vec<_> = judged.into_iter().map(|one| one.kept).collect();
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

	/// How many payments to owners of apps and datasets the end of a task counts as.
	fn owners_weighed(deal: &Deal, ending: &Ending) -> u32 {
		let sales = [&deal.others.app, &deal.others.dataset].into_iter().flatten().count() as u32;
		match ending {
			Ending::Settled(Outcome { class: Class::Exited(_), .. }) => sales,
			_ if sales > 0 => PUBLISHER_SLASHED,
			_ => 0,
		}
	}

	fn pay_out(live: &Live, ending: &Ending, judged: &mut [Judged], reason: PayReason) -> Balance {
		let Live { id, deal, .. } = live;
		let terms = deal.terms;
		// What a case took out of the reserve is not there any more.
		let used = live.decided.as_ref().map_or(0, |decided| match decided.dispute.prepaid {
			(Prepayer::Reserve, funds) => funds,
			_ => 0,
		});
		let held = terms.escrow.saturating_add(terms.reserve).saturating_sub(used);
		let mut escrow = TaskEscrow::<T>::open(*id, &deal.payer, held);
		let sale = Self::answered_for(live, ending);
		let of_bond =
			sale.map_or_else(Vec::new, |sale| Self::take_publishers_bond(live, sale, judged));
		let mut earned: Balance = 0;
		for (at, one) in judged.iter_mut().enumerate() {
			let of_bond = of_bond.get(at).copied().unwrap_or(0);
			// Nobody is owed anything for finding his own content at fault.
			let own = sale.is_some_and(|sale| sale.owner == one.provider);
			let owed = if own { 0 } else { one.due.saturating_sub(of_bond) };
			one.kept.paid = escrow.pay(&one.provider, owed, reason).saturating_add(of_bond);
			earned = earned.saturating_add(one.kept.paid);
		}
		if !deal.others.public_good {
			escrow.pay_fee(Self::economics(live).fees.on(earned));
		}
		if let Ending::Settled(outcome) = ending {
			escrow.pay_tax(Self::audit_tax(live, judged));
			// App and dataset are paid for where the program came to its own end.
			let sold = matches!(outcome.class, Class::Exited(_));
			let sales = [&deal.others.app, &deal.others.dataset].into_iter().flatten();
			for sale in sales.filter(|_| sold) {
				escrow.pay_owner(&sale.owner, sale.price);
			}
		}
		escrow.close()
	}

	/// The app or dataset that is at fault, where its publisher answers for that.
	///
	/// The publisher is not there to defend itself. So it is no matter of what replicas, or mediators
	/// whom the others have named, agree on among themselves, nor of what nobody could find out.
	fn answered_for<'a>(live: &'a Live, ending: &Ending) -> Option<&'a AssetSale> {
		let others = &live.deal.others;
		let sale = match ending {
			Ending::Settled(Outcome { class: Class::ModuleInvalid, .. }) => &others.app,
			Ending::Settled(Outcome { class: Class::InputMismatch, .. }) => &others.dataset,
			_ => return None,
		};
		sale.as_ref().filter(|_| live.decided.as_ref().is_some_and(|decided| decided.public))
	}

	/// Has a publisher pay what is due, and a fine that is burnt, up to what it has said that it answers with.
	/// Returns what each replica got; the payer owes the rest.
	fn take_publishers_bond(live: &Live, sale: &AssetSale, judged: &[Judged]) -> Vec<Balance> {
		let due = judged.iter().fold(0, |sum: Balance, one| sum.saturating_add(one.due));
		if due == 0 {
			return Vec::new();
		}
		let shares: Vec<_> = judged.iter().map(|one| (one.provider.clone(), one.due)).collect();
		let fine = Self::economics(live).slashes.fine_on(due);
		let amount = due.saturating_add(fine).min(sale.liability);
		let Collected { amount, paid } = T::Publishers::slash_bond(sale, amount, &shares);
		if amount > 0 {
			let (task, owner) = (live.id, sale.owner.clone());
			Self::deposit_event(Event::PublisherSlashed { task, owner, amount });
		}
		for ((provider, _), amount) in shares.into_iter().zip(&paid).filter(|(_, paid)| **paid > 0)
		{
			let (task, from, amount) = (live.id, sale.owner.clone(), *amount);
			Self::deposit_event(Event::PaidByPublisher { task, from, provider, amount });
		}
		paid
	}

	fn settle_stakes(live: &Live, judged: &mut [Judged]) {
		let stake = live.deal.terms.stake;
		let slashes = Self::economics(live).slashes;
		let mut claims = Self::claims(live, judged);
		// What those who lied have lost to nobody.
		let mut lost: Balance = 0;
		for at in 0..judged.len() {
			let one = &mut judged[at];
			let Some((share, reason)) = one.penalty(slashes.silent) else {
				if one.kept.result == ReplicaResult::Denounced {
					one.kept.slashed = stake;
				} else {
					Self::unreserve(live, &one.provider);
				}
				continue;
			};
			let amount = penalty(stake, share);
			let lied = reason == SlashReason::Wrong;
			let shares = claims.divide(live, &slashes, &one.provider, amount, lied);
			let fall = Fall { stake, amount, reason };
			let (taken, paid) = Self::slash(live.id, &one.provider, fall, shares);
			Self::discount(&live.deal, &one.provider);
			one.kept.slashed = taken;
			if lied {
				let shared = paid.iter().fold(0, |sum: Balance, it| sum.saturating_add(it.amount));
				lost = lost.saturating_add(taken.saturating_sub(shared));
			}
			for SlashShare { to, amount, reason, .. } in paid {
				let wins = matches!(reason, ShareReason::Winner | ShareReason::Finder);
				let winner = judged.iter_mut().find(|one| wins && one.won() && one.provider == to);
				if let Some(winner) = winner {
					winner.kept.paid = winner.kept.paid.saturating_add(amount);
				}
			}
		}
		Self::repay_court(live, judged, &claims, lost);
		Self::settle_bond(live, judged);
	}

	/// Gives whoever had the court rule out of the fund what stakes have left owed to him: no more than those who lied
	/// have lost to nobody, and what of that the fund may pay for finding them. So whoever plants lies to have the fund
	/// pay courts loses as much of his own as the fund does.
	fn repay_court(live: &Live, judged: &[Judged], claims: &TaskClaims, lost: Balance) {
		let Some(to) = claims.court.clone() else { return };
		let slashes = Self::economics(live).slashes;
		let slashed = judged.iter().fold(0, |sum: Balance, it| sum.saturating_add(it.kept.slashed));
		let jackpot = if live.found_by_audit() { slashes.for_finding(slashed) } else { 0 };
		let fund = T::AuditFund::get();
		let amount =
			claims.claims.court.min(lost.saturating_sub(jackpot)).min(Self::spendable(&fund));
		if amount > 0 && Self::pay_free(&fund, &to, amount) {
			Self::deposit_event(Event::CourtRepaid { task: live.id, to, amount });
		}
	}

	/// Who has a claim on the slashes of a task.
	fn claims(live: &Live, judged: &[Judged]) -> TaskClaims {
		let decided = live.decided.as_ref().filter(|decided| decided.truth.is_some());
		let reported = decided.and_then(|decided| {
			let (candidate, _) = Self::true_report(live, &decided.truth?)?;
			judged.iter().find(|one| one.kept.candidate == candidate)
		});
		let reporter = reported.map(|one| one.provider.clone());
		let truthful: Vec<&Judged> = judged
			.iter()
			.filter(|one| one.won() && Some(&one.provider) != reporter.as_ref())
			.collect();
		// Whoever stands to gain by another's fall may have brought it about, with a stolen key or as a
		// majority of one owner: they get no more than they earn themselves.
		let room = |one: &&Judged| Truthful { earned: one.due, room: one.due };
		let refuted = decided.is_some_and(Decided::refuted);
		let (prepayer, paid) = match decided.map(|decided| (&decided.dispute.prepaid.0, decided)) {
			Some((Prepayer::Reserve, decided)) => (Some(live.deal.payer.clone()), decided.spent),
			Some((Prepayer::Fund, decided)) => (Some(T::AuditFund::get()), decided.spent),
			// Who questions the truth, or reports another lie, has paid for that itself.
			Some((Prepayer::Account(who), decided))
				if refuted && (decided.dispute.report.is_none() || reporter.is_some()) =>
			{
				(Some(who.clone()), decided.spent)
			},
			_ => (None, 0),
		};
		let (finder, found_by) = match decided.map(|decided| decided.dispute.reason) {
			Some(_) if reporter.is_some() => (Finder::Reporter, reporter),
			// The payer has looked for nothing, and may have chosen what others fail at.
			Some(CaseReason::Audit) if prepayer.as_ref() == Some(&live.deal.payer) => {
				(Finder::Nobody, None)
			},
			Some(CaseReason::Challenge | CaseReason::Audit) if refuted => {
				(Finder::Challenger, prepayer.clone())
			},
			_ => (Finder::Nobody, None),
		};
		let bill = decided.and_then(|decided| decided.bill.as_ref());
		TaskClaims {
			claims: Claims {
				prepaid: paid,
				finder,
				reporter_room: reported.map_or(0, |one| one.due),
				truthful: truthful.iter().map(room).collect(),
				court: bill.map_or(0, |bill| bill.amount),
			},
			court: bill.map(|bill| bill.to.clone()),
			prepayer,
			finder: found_by,
			truthful: truthful.iter().map(|one| one.provider.clone()).collect(),
		}
	}

	/// Gives the bond of an accuser back, or has it pay those whom it has accused for nothing.
	fn settle_bond(live: &Live, judged: &[Judged]) {
		let Some(Decided { dispute, agreed, truth, .. }) = &live.decided else { return };
		let Some((who, bond)) = &dispute.bond else { return };
		let right = match (&dispute.report, truth) {
			(_, None) => true,
			(None, Some(_)) => truth != agreed,
			(Some(_), Some(truth)) => Self::true_report(live, truth).is_some(),
		};
		if right {
			return Self::return_bond(who, *bond);
		}
		let accuser = dispute.report.map(|(candidate, _)| candidate);
		let others = judged.iter().filter(|one| one.won() && Some(one.kept.candidate) != accuser);
		let winners: Vec<AccountId> = others.map(|one| one.provider.clone()).collect();
		let burn = Self::economics(live).slashes.burn;
		Self::forfeit_bond(live.id, who, *bond, burn, &winners);
	}

	/// Takes a part of a replica's stake and releases the rest of it. Returns what was taken, and what others
	/// got of it.
	pub(crate) fn slash(
		task: TaskId,
		provider: &AccountId,
		fall: Fall,
		mut shares: Vec<SlashShare>,
	) -> (Balance, Vec<SlashShare>) {
		let Fall { stake, amount, reason } = fall;
		let gains = shares.iter_mut().filter(|share| share.gains).map(|share| &mut share.amount);
		bound(gains, |wanted| T::Stakes::allow(provider, stake, wanted));
		let payees: Vec<_> = shares.iter().map(|share| (share.to.clone(), share.amount)).collect();
		let released = stake.saturating_sub(amount);
		let Collected { amount, paid } =
			T::Stakes::slash(provider, task.deal, amount, released, &payees);
		let from = provider.clone();
		Self::deposit_event(Event::ReplicaSlashed { task, provider: from, amount, reason });
		let paid =
			shares.into_iter().zip(paid).map(|(share, amount)| SlashShare { amount, ..share });
		let paid: Vec<SlashShare> = paid.filter(|share| share.amount > 0).collect();
		for SlashShare { to, amount, reason, .. } in paid.iter().cloned() {
			let from = provider.clone();
			Self::deposit_event(Event::SlashShared { task, from, to, amount, reason });
		}
		(amount, paid)
	}

	/// A score grows by work that somebody has paid for, and owed a fee for: whoever buys from himself at no
	/// price would have it for nothing.
	fn note_conduct(live: &Live, judged: &[Judged]) {
		let together = judged.iter().filter(|one| one.won()).count() > 1;
		let least = Self::economics(live).fees.scored;
		let counts = |one: &Judged| together && !live.deal.others.public_good && one.due >= least;
		for one in judged {
			let conduct = match one.kept.result {
				ReplicaResult::Agreed if counts(one) => Conduct::Agreed,
				ReplicaResult::Agreed => Conduct::Alone,
				ReplicaResult::Wrong(_) => Conduct::Wrong,
				ReplicaResult::Silent => Conduct::Silent,
				ReplicaResult::Withheld | ReplicaResult::Denounced => Conduct::Withheld,
				ReplicaResult::Declined(_) => Conduct::Unavailable,
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
		let Live { id, deal, effort, .. } = live;
		let list = TaskList::of(id.deal, &deal);
		Tasks::<T>::remove(&list, id);
		Ended::<T>::insert(&list, id, ended);
		Deals::<T>::mutate_extant(id.deal, |deal| {
			deal.open_tasks = deal.open_tasks.saturating_sub(1);
		});
		Ends::<T>::push(id);
		effort
	}
}

/// Who has a claim on the slashes of a task, by name.
struct TaskClaims {
	claims: Claims,
	prepayer: Option<AccountId>,
	finder: Option<AccountId>,
	truthful: Vec<AccountId>,
	court: Option<AccountId>,
}

impl TaskClaims {
	/// Divides the slash of a provider, which may have `lied`. Nobody is paid out of his own; that part is burnt.
	fn divide(
		&mut self,
		live: &Live,
		rules: &Slashes,
		slashed: &AccountId,
		amount: Balance,
		lied: bool,
	) -> Vec<SlashShare> {
		let poker = live.poker.as_ref().filter(|poker| *poker != slashed);
		let parts = match lied {
			true => self.claims.divide_lie(rules, amount, poker.is_some()),
			false => self.claims.divide(rules, amount, poker.is_some()),
		};
		let share = |(to, amount): (Claimant, Balance)| {
			let gains = to.gains(live.is_public());
			let (to, reason) = match to {
				Claimant::Poker => (poker.cloned()?, ShareReason::Poker),
				Claimant::Prepayer => (self.prepayer.clone()?, ShareReason::Prepayer),
				Claimant::Finder => (self.finder.clone()?, ShareReason::Finder),
				Claimant::Truthful(at) => (self.truthful.get(at)?.clone(), ShareReason::Winner),
				Claimant::Payer => (live.deal.payer.clone(), ShareReason::Payer),
				Claimant::Court => (self.court.clone()?, ShareReason::Court),
			};
			(to != *slashed).then_some(SlashShare { to, amount, reason, gains })
		};
		parts.into_iter().filter_map(share).collect()
	}
}
