//! How results are called in question, and what a verdict does.

use crate::{consensus::groups, dispatchable_impls::MAX_FOLD, escrow::Source, *};
use alloc::{boxed::Box, vec::Vec};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Permill,
	beacon::{NoSeed, TICKET_DELAY, Ticket},
	case::Subject,
	deal::{Deal, FailCause, Replica, ReplicaState, TaskState, audit_subject, hits},
	money::{Slashes, challenge_bond, slashing::jackpot},
	outcome::{Digest, Outcome},
	request::Candidate,
	seal::{Report, Salt, seal_report},
	task::TaskId,
	traits::{
		Arbiter, Beacon, Capacity, CaseId, CaseReason, CaseRequest, CourtBill, MAX_FINDERS, Ruling,
		Verdicts,
	},
};
use frame_support::{ensure, storage::with_storage_layer, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_accept(
		who: AccountId,
		task: TaskId,
		digest: Digest,
	) -> Result<Effort, DispatchError> {
		let (mut live, until) = Self::load_agreed(task, digest)?;
		ensure!(who == live.deal.client, Error::<T>::NotClient);
		// Who disagreed must have the whole window to defend itself.
		let dissent = live.task.has_dissent(&live.deal.task_hash, &digest);
		ensure!(!dissent, Error::<T>::ReplicasDisagree);
		Self::deposit_event(Event::ResultAccepted { task });
		if live.deal.terms.audit_ppm == 0 {
			return Ok(Self::settle(live, digest));
		}
		// The draw of the audit has to come first, by blocks of which nobody knows anything yet.
		let until = live.now.saturating_add(1).min(until);
		live.task.state = TaskState::Agreed { digest, until };
		Ok(Self::save(live))
	}

	pub(crate) fn do_check(
		who: AccountId,
		task: TaskId,
		digest: Digest,
	) -> Result<Effort, DispatchError> {
		let (live, _) = Self::load_agreed(task, digest)?;
		ensure!(who == live.deal.client, Error::<T>::NotClient);
		Self::question(live, CaseReason::Check, who, None, None)
	}

	pub(crate) fn do_challenge(
		who: AccountId,
		task: TaskId,
		digest: Digest,
	) -> Result<Effort, DispatchError> {
		let (live, _) = Self::load_agreed(task, digest)?;
		let bond = Self::hold_bond(&who, challenge_bond(live.deal.terms.wage))?;
		Self::question(live, CaseReason::Challenge, who, Some(bond), None)
	}

	pub(crate) fn do_open_report(
		who: AccountId,
		task: TaskId,
		agreed: Digest,
		outcome: Outcome,
		salt: Salt,
	) -> Result<Effort, DispatchError> {
		let provider = T::Capacity::provider_of(&who).ok_or(Error::<T>::NotOperator)?;
		let (live, case) = Self::load_reportable(task, agreed)?;
		let at = live.position(&provider).ok_or(Error::<T>::NotDrawn)?;
		let ReplicaState::Revealed { outcome: own, report: sealed } = live.task.replicas[at].state
		else {
			return Err(Error::<T>::ReplicaNotRevealed.into());
		};
		// Who revealed something else has lost nothing yet by a lie of its own, and can challenge.
		ensure!(own.digest(&live.deal.task_hash) == agreed, Error::<T>::ReportNotOwn);
		ensure!(outcome.fits(&live.deal.request.task), Error::<T>::OutcomeOutOfBounds);
		let claimed = outcome.digest(&live.deal.task_hash);
		ensure!(claimed != agreed, Error::<T>::NothingReported);
		let report = Report::Collusion(claimed);
		let opened = seal_report(&Self::genesis_hash(), &task, &provider, &report, &salt);
		ensure!(opened == sealed, Error::<T>::SealMismatch);
		let report = Some((live.task.replicas[at].candidate, outcome));
		Self::deposit_event(Event::ReportOpened { task, provider, digest: claimed });
		let Some(dispute) = case else {
			return Self::question(live, CaseReason::Report, who, None, report);
		};
		// The case is paid for. What a false report costs must not be nothing all the same.
		let bond = Some(Self::hold_bond(&who, challenge_bond(live.deal.terms.wage))?);
		Disputes::<T>::insert(task, Dispute { bond, report, ..dispute });
		// Looking into that case is no more than opening one.
		Ok(Effort { disputed: true, ..live.effort })
	}

	/// A task whose report may be opened: one that has agreed on `named`, or whose dissent is judged by
	/// somebody who has not said anything, with that case.
	fn load_reportable(task: TaskId, named: Digest) -> Result<(Live, Option<Dispute>), Error<T>> {
		let live = Self::load(task)?;
		let TaskState::Disputed { case, agreed } = live.task.state else {
			return Ok((Self::agreed_on(live, named)?.0, None));
		};
		let dispute =
			Disputes::<T>::get(task).ok_or(Error::<T>::Unexpected(Unexpected::DisputeMissing))?;
		let dissent = dispute.reason == CaseReason::Dissent && dispute.report.is_none();
		ensure!(dissent && T::Arbiter::is_silent(case), Error::<T>::NotAgreed);
		ensure!(agreed == Some(named), Error::<T>::ResultMismatch);
		Ok((live, Some(dispute)))
	}

	/// Has a task judged whose replicas have agreed, but not all of them, out of the deal's reserve. Gives
	/// the task back where all agree, or nobody can judge.
	pub(crate) fn judge_dissent(live: Live, agreed: Digest) -> Result<Effort, Box<Live>> {
		match live.task.has_dissent(&live.deal.task_hash, &agreed) {
			true => Self::open_case(live, Dispute::of_reserve(CaseReason::Dissent)),
			false => Err(Box::new(live)),
		}
	}

	/// Settles an agreed task whose window is over, or has it audited where the draw says so.
	pub(crate) fn close_window(
		live: Live,
		digest: Digest,
		until: BlockNumber,
	) -> Result<Effort, DispatchError> {
		// Nobody could judge a dissent when it came up; somebody may be able to now.
		let mut live = match Self::judge_dissent(live, digest) {
			Ok(effort) => return Ok(effort),
			Err(live) => *live,
		};
		let audited = match Self::audit_drawn(&live, digest, until) {
			Ok((audited, blocks)) => {
				live.effort.folded = blocks;
				audited
			},
			Err(NoSeed::TooEarly) => return Err(Error::<T>::NothingToDo.into()),
			// Nobody has applied the deadline for as long as the beacon remembers. Who lied and did not
			// like the draw must not be able to wait for that.
			Err(NoSeed::Expired) => {
				// As many blocks were looked through for too few authors.
				live.effort.folded = MAX_FOLD;
				return Ok(Self::audit_late(live, digest));
			},
		};
		if !audited {
			return Ok(Self::settle(live, digest));
		}
		// What mediators of the parties' own choice earn is not the fund's affair. And one that has run dry must not
		// tell liars that nobody looks.
		let by_fund = match live.is_public() {
			true => Self::open_case(live, audit(Prepayer::Fund)),
			false => Err(Box::new(live)),
		};
		let opened = by_fund.or_else(|live| Self::open_case(*live, audit(Prepayer::Reserve)));
		Ok(opened.unwrap_or_else(|live| Self::settle(*live, digest)))
	}

	/// Has a task audited whose draw nobody asked for in time. Out of the deal's reserve: the fund is
	/// not for those who could have had the draw for free, and could be drained that way.
	fn audit_late(live: Live, digest: Digest) -> Effort {
		let opened = Self::open_case(live, audit(Prepayer::Reserve));
		opened.unwrap_or_else(|live| Self::settle(*live, digest))
	}

	/// Whether an agreed task is audited, and how many blocks say so. The ticket covers the blocks from the end of the window on, so
	/// that nobody who knows the draw can open a report or challenge.
	pub(crate) fn audit_drawn(
		live: &Live,
		digest: Digest,
		until: BlockNumber,
	) -> Result<(bool, u32), NoSeed> {
		if live.deal.terms.audit_ppm == 0 {
			return Ok((false, 0));
		}
		let ppm = Self::audit_rate(live, Self::dearest_of(live, digest)).deconstruct();
		let fold = live.folds.find(&Self::audit_ticket(until), T::Beacon::fold)?;
		let blocks = fold.entries.len() as u32;
		Ok((hits(&fold.seed(&audit_subject(&live.id)), ppm), blocks))
	}

	/// Probability with which a result is audited for which the dearest replica is paid `pay`. What it claims decides:
	/// who owns all replicas gains by no claim.
	pub(crate) fn audit_rate(live: &Live, pay: Balance) -> Permill {
		Self::economics(live).audit_rate(&live.deal.terms, pay)
	}

	/// Probability of an audit of a task that has agreed on something; `None` for others.
	pub fn audit_chance(task: TaskId) -> Option<Permill> {
		let live = Self::load(task).ok()?;
		let TaskState::Agreed { digest, .. } = live.task.state else { return None };
		Some(Self::audit_rate(&live, Self::dearest_of(&live, digest)))
	}

	/// What the dearest replica is paid that has given this digest.
	fn dearest_of(live: &Live, digest: Digest) -> Balance {
		let deal = &live.deal;
		let pay = |replica: &Replica| {
			let outcome = replica.outcome().filter(|it| it.digest(&deal.task_hash) == digest)?;
			Some(Self::earned(live, replica.candidate, outcome))
		};
		live.task.replicas.iter().filter_map(pay).max().unwrap_or(0)
	}

	pub(crate) fn audit_ticket(until: BlockNumber) -> Ticket {
		let now = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		Ticket { taken_at: until.saturating_sub(TICKET_DELAY), ..now }
	}

	/// A task that has agreed on `named`, and the end of its window, which is open. Nobody has asked about it yet.
	pub(crate) fn load_agreed(
		task: TaskId,
		named: Digest,
	) -> Result<(Live, BlockNumber), Error<T>> {
		let agreed = Self::agreed_on(Self::load(task)?, named)?;
		ensure!(!Asked::<T>::contains_key(task), Error::<T>::QuestionWaits);
		Ok(agreed)
	}

	fn agreed_on(live: Live, named: Digest) -> Result<(Live, BlockNumber), Error<T>> {
		let TaskState::Agreed { digest, until } = live.task.state else {
			return Err(Error::<T>::NotAgreed);
		};
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		// Of the same task too another fork may have agreed on something else.
		ensure!(digest == named, Error::<T>::ResultMismatch);
		Ok((live, until))
	}

	/// Has an agreed result judged, paid by who asks for it. While too many cases wait the question waits too. A report never
	/// does: it is known now, and a friend of who it is about would be the first to ask.
	fn question(
		live: Live,
		reason: CaseReason,
		who: AccountId,
		bond: Option<(AccountId, Balance)>,
		report: Option<(u32, Outcome)>,
	) -> Result<Effort, DispatchError> {
		ensure!(T::Arbiter::account().is_some(), Error::<T>::NoArbiter);
		let funds = T::Arbiter::cost(live.deal.terms.wage);
		ensure!(Self::can_pay(&who, funds), Error::<T>::CannotPayCase);
		let waits = reason != CaseReason::Report && !T::Arbiter::has_room(&live.deal.others.judges);
		let prepaid = (Prepayer::Account(who.clone()), funds);
		let dispute = Dispute { reason, prepaid, bond, report };
		if waits {
			return Self::put_off(live, who, dispute);
		}
		Self::forget_question(live.id);
		Self::open_case(live, dispute).map_err(|_| Error::<T>::NoArbiter.into())
	}

	/// Keeps the window of a result open as long again, and all that a case costs of who could have it judged if fewer cases
	/// waited: else whoever fills the queue would have his lies settled, or keep others from their pay for nothing. Of no
	/// other result, or he would keep everybody from being paid. Not in a window's last block, which is all that is left
	/// where the client has accepted.
	fn put_off(live: Live, by: AccountId, dispute: Dispute) -> Result<Effort, DispatchError> {
		let TaskState::Agreed { until, .. } = live.task.state else {
			return Err(Error::<T>::NotAgreed.into());
		};
		ensure!(live.now.saturating_add(1) < until, Error::<T>::QueueFull);
		Self::hold_bond(&by, dispute.prepaid.1)?;
		Asked::<T>::insert(live.id, dispute);
		Ok(Self::keep_open(live, by))
	}

	fn keep_open(mut live: Live, by: AccountId) -> Effort {
		let TaskState::Agreed { digest, until } = live.task.state else { return live.effort };
		let until = live.now.saturating_add(live.deal.terms.challenge_blocks).max(until);
		live.task.state = TaskState::Agreed { digest, until };
		Self::deposit_event(Event::QuestionPutOff { task: live.id, by, until });
		Self::save(live)
	}

	/// Takes back a question that waits, with all that is held for it.
	fn forget_question(task: TaskId) -> Option<Dispute> {
		let dispute = Asked::<T>::take(task)?;
		if let (Prepayer::Account(who), funds) = &dispute.prepaid {
			let bond = dispute.bond.as_ref().map_or(0, |(_, bond)| *bond);
			Self::return_bond(who, funds.saturating_add(bond));
		}
		Some(dispute)
	}

	/// Has a question judged that waits, as soon as there is room; until then the window is opened again. Gives the task
	/// back where there is nothing to do, or nobody can judge.
	pub(crate) fn ask_again(mut live: Live, until: BlockNumber) -> Result<Effort, Box<Live>> {
		let Some(Dispute { prepaid: (Prepayer::Account(who), _), .. }) = Asked::<T>::get(live.id)
		else {
			return Err(Box::new(live));
		};
		live.effort.asked = true;
		if !T::Arbiter::has_room(&live.deal.others.judges) {
			return if live.now < until {
				Err(Box::new(live))
			} else {
				Ok(Self::keep_open(live, who))
			};
		}
		let Some(mut dispute) = Self::forget_question(live.id) else { return Err(Box::new(live)) };
		dispute.prepaid.1 = 0;
		let bond = dispute.bond.clone();
		if let Some((who, bond)) = &bond
			&& Self::hold_bond(who, *bond).is_err()
		{
			return Err(Box::new(live));
		}
		Self::open_case(live, dispute).inspect_err(|_| {
			if let Some((who, bond)) = &bond {
				Self::return_bond(who, *bond);
			}
		})
	}

	/// Moves the funds and hands the task to the arbiter. Gives the task back, and leaves everything
	/// as it was, where there are no funds or no arbiter.
	pub(crate) fn open_case(mut live: Live, mut dispute: Dispute) -> Result<Effort, Box<Live>> {
		let Some(arbiter) = T::Arbiter::account() else { return Err(Box::new(live)) };
		let terms = live.deal.terms;
		let funds = T::Arbiter::cost(terms.wage);
		let fund = T::AuditFund::get();
		let (source, refund) = match &dispute.prepaid.0 {
			// Never more than the deal has set aside, whatever a case costs by now.
			Prepayer::Reserve if funds > terms.reserve => return Err(Box::new(live)),
			Prepayer::Reserve => (Source::Held(&live.deal.payer), live.deal.payer.clone()),
			Prepayer::Fund => (Source::Free(&fund), fund.clone()),
			Prepayer::Account(who) => (Source::Free(who), who.clone()),
		};
		let opened = with_storage_layer(|| -> Result<CaseId, DispatchError> {
			Self::fund_case(source, &arbiter, funds)?;
			let request = Self::case_request(&live, &dispute, funds, refund);
			T::Arbiter::open_case(request).map_err(|_| Error::<T>::NoArbiter.into())
		});
		let Ok(case) = opened else { return Err(Box::new(live)) };
		dispute.prepaid.1 = funds;
		let reason = dispute.reason;
		Disputes::<T>::insert(live.id, dispute);
		live.task.state = TaskState::Disputed { case, agreed: live.task.state.agreed() };
		live.effort.disputed = true;
		Self::deposit_event(Event::TaskDisputed { task: live.id, case, reason, funds });
		Ok(Self::save(live))
	}

	fn case_request(
		live: &Live,
		dispute: &Dispute,
		funds: Balance,
		refund: AccountId,
	) -> CaseRequest {
		let mut groups = groups(&live.task.replicas, &live.deal.task_hash);
		let mut excluded = Self::parties(&live.deal);
		if let Prepayer::Account(who) = &dispute.prepaid.0 {
			excluded.extend(T::Capacity::provider_of(who));
			excluded.push(who.clone());
		}
		// Stable, so that of groups of one size the earlier one comes first.
		groups.sort_by_key(|group| core::cmp::Reverse(group.size));
		CaseRequest {
			subject: Subject::Task(live.id),
			spec: live.deal.request.task.clone(),
			task_hash: live.deal.task_hash,
			sealed: live.deal.request.is_sealed(),
			reason: dispute.reason,
			digests: groups.iter().map(|group| group.digest).collect(),
			excluded,
			judges: live.deal.others.judges.clone(),
			run_blocks: live.deal.request.run_blocks,
			wage: live.deal.terms.wage,
			funds,
			refund,
		}
	}

	/// Everybody who has something to gain or lose by a deal, and who signs for the candidates.
	fn parties(deal: &Deal) -> Vec<AccountId> {
		let sales = [&deal.others.app, &deal.others.dataset].into_iter().flatten();
		let mut parties: Vec<AccountId> = [deal.client.clone(), deal.payer.clone()]
			.into_iter()
			.chain(deal.others.beneficiary.clone())
			.chain(sales.map(|sale| sale.owner.clone()))
			.collect();
		for Candidate { provider, .. } in &deal.candidates {
			parties.extend(T::Capacity::operator_of(provider));
			parties.push(provider.clone());
		}
		parties.sort_unstable();
		parties.dedup();
		parties
	}
}

impl<T: Config> Pallet<T> {
	/// Pays the committee that has found a lie which nobody had asked about. Never more than the liars have
	/// lost to nobody, so that lies are not planted for it.
	fn pay_jackpot(list: TaskList, task: TaskId, case: CaseId, slashes: Slashes) {
		let slashed = Ended::<T>::get(list, task)
			.map_or(0, |ended| ended.replicas.iter().map(|one| one.slashed).sum::<Balance>());
		let fund = T::AuditFund::get();
		let Slashes { jackpot: share, jackpot_least: least, .. } = slashes;
		let cap = slashes.for_finding(slashed);
		let amount = jackpot(Self::spendable(&fund), share, least, cap);
		Self::divide_jackpot(task, &fund, amount, T::Arbiter::finders(case));
	}

	/// Pays `amount` out of the fund to finders, in equal parts.
	pub(crate) fn divide_jackpot(
		task: TaskId,
		fund: &AccountId,
		amount: Balance,
		finders: Vec<AccountId>,
	) {
		let each = amount.checked_div(finders.len() as Balance).unwrap_or(0);
		for mediator in finders.into_iter().take(MAX_FINDERS as usize).filter(|_| each > 0) {
			if Self::pay_free(fund, &mediator, each) {
				Self::deposit_event(Event::JackpotPaid { task, mediator, amount: each });
			}
		}
	}
}

/// An audit of what was agreed on.
fn audit(prepayer: Prepayer) -> Dispute {
	Dispute { reason: CaseReason::Audit, prepaid: (prepayer, 0), bond: None, report: None }
}

impl<T: Config> Verdicts<TaskId> for Pallet<T> {
	fn decided(
		task: &TaskId,
		case: CaseId,
		ruling: Ruling,
		bill: Option<CourtBill>,
	) -> DispatchResult {
		let mut live = Self::load(*task)?;
		let TaskState::Disputed { case: open, agreed } = live.task.state else {
			return Err(Error::<T>::CaseNotFound.into());
		};
		ensure!(open == case, Error::<T>::CaseNotFound);
		let dispute =
			Disputes::<T>::take(task).ok_or(Error::<T>::Unexpected(Unexpected::DisputeMissing))?;
		// No arbiter can have more given back to it than it was given.
		let spent = ruling.spent.min(dispute.prepaid.1);
		let truth = ruling.truth;
		Self::deposit_event(Event::CaseDecided { task: *task, case, truth, spent });
		// A question that nobody could answer changes nothing of what was agreed on. Else whoever can
		// keep a committee from its verdict could call off work that all agree on.
		let stands = truth.or(agreed);
		let public = truth.is_some() && (ruling.by_court || live.is_public());
		live.decided = Some(Decided { dispute, agreed, spent, truth, public, bill });
		let found = live.found_by_audit();
		let list = TaskList::of(task.deal, &live.deal);
		let slashes = Self::economics(&live).slashes;
		match stands {
			Some(digest) => Self::settle(live, digest),
			None => Self::fail(live, FailCause::Unjudged),
		};
		if found {
			Self::pay_jackpot(list, *task, case, slashes);
		}
		Ok(())
	}
}
