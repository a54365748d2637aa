//! How it is found out whether leaves are true, and what becomes of members whose leaves are not.
//!
//! A leaf is a task by itself: what is run is the pool's task with the leaf's own input, which whoever shows it proves by
//! the path to the root of all inputs. So those who judge need neither the list nor the pool.

use crate::{
	types::{Asker, Claim, Question, RoundState, number},
	*,
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, BlockNumber, Permill,
	beacon::Fold,
	case::{Ruling, Subject},
	deal::{FrontEnd, Instance},
	judges::Judges,
	money::{
		after_burn, doubt_bond,
		slashing::{Claimant, Claims as Shares, Finder, bound},
	},
	outcome::Digest,
	pool::{Audit, Exhibit, LeafId, RoundNumber, ShownInput, Spot, audit_subject, record_hash},
	provider::Conduct,
	takers,
	task::TaskSpec,
	traits::{
		Arbiter, Capacity, CaseId, CaseReason, CaseRequest, Collected, CourtBill, Economy, Holds,
		Reputations, Reservations, Stakes, Verdicts,
	},
};
use frame_support::{ensure, storage::with_storage_layer, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};

/// Blocks that a run is granted beside what its gas and its content take.
const RUN_BLOCKS: BlockNumber = 1;

/// Who has a claim on the deposit of a member that was found wrong.
pub(crate) struct Fall<'a> {
	/// Why it was.
	pub why: Wrong,
	/// Who has found it, where that is anybody's merit.
	pub finder: Option<&'a AccountId>,
	/// Who has seen to it that a time is over.
	pub poker: Option<&'a AccountId>,
	/// What a case has cost, and whom.
	pub prepaid: Option<(&'a AccountId, Balance)>,
	/// What the court has cost that is owed still.
	pub court: Option<&'a CourtBill>,
}

impl<'a> Fall<'a> {
	/// Of what somebody has shown.
	pub fn shown(fault: Fault, by: &'a AccountId) -> Self {
		let why = Wrong::Contradiction(fault);
		Self { why, finder: Some(by), poker: None, prepaid: None, court: None }
	}
}

/// A leaf as it is judged.
struct Judged {
	/// The leaf.
	leaf: LeafId,
	/// What is run.
	task: TaskSpec,
	/// What the member says that it gives.
	digest: Digest,
}

impl Judged {
	/// A leaf that was published at this place; `None` where the input is not its subtask's.
	fn of(leaf: LeafId, exhibit: &Exhibit, input: &ShownInput, task: &TaskSpec) -> Option<Self> {
		let shown = &exhibit.leaf.leaf;
		let task = input.task(shown.subtask, task)?;
		let digest = shown.outcome.digest(&task.hash());
		Some(Self { leaf, task, digest })
	}

	/// Whether judging it costs no more than was counted on.
	fn is_within(&self, terms: &PoolTerms) -> bool {
		self.task.demand().beyond(&terms.largest().demand()).is_none()
	}

	/// A case about it, whose funds are still to be named.
	fn request(self, pool: &Pool, reason: CaseReason, excluded: Vec<AccountId>) -> CaseRequest {
		CaseRequest {
			subject: Subject::Leaf(self.leaf),
			task_hash: self.task.hash(),
			spec: self.task,
			sealed: false,
			reason,
			digests: alloc::vec![self.digest],
			excluded,
			judges: Judges::Public,
			run_blocks: RUN_BLOCKS,
			wage: pool.judging.wage,
			funds: 0,
			refund: pool.client.clone(),
		}
	}
}

impl<T: Config> Pallet<T> {
	/// What leaves of these terms are judged by now, where there is somebody who does.
	pub(crate) fn judging(terms: &PoolTerms) -> Result<Judging, Error<T>> {
		ensure!(T::Arbiter::account().is_some(), Error::<T>::NobodyJudges);
		let (economics, constants) = T::Economy::current();
		let leaf = terms.largest();
		let blocks = T::Arbiter::pace().run_blocks(RUN_BLOCKS, &leaf);
		let least = constants.seats.wage.of(terms.task.limits.gas, blocks);
		let most = terms.rates.pricing.most(&terms.task.limits);
		let wage = most.ok_or(Error::<T>::AmountOverflow)?.max(least);
		let question =
			takers::Question { spec: &leaf, sealed: false, run_blocks: RUN_BLOCKS, wage };
		ensure!(T::Mediators::take(&Judges::Public, &[], &question), Error::<T>::NobodyJudges);
		Ok(Judging { wage, case: T::Arbiter::cost(wage), economics })
	}

	/// Refuses deposits at which audits cost more than they may of what they look at, or at which one member could claim
	/// so much that no audit deters it.
	pub(crate) fn check_deposit(terms: &PoolTerms, judging: &Judging) -> Result<(), Error<T>> {
		let constants = T::Economy::of(judging.economics);
		let cases = judging.case.saturating_mul(constants.stakes.factor.into());
		let escrow = terms.escrow().ok_or(Error::<T>::AmountOverflow)?;
		let deters = constants.audited(Permill::zero(), escrow, terms.deposit) < Permill::one();
		let enough = terms.deposit >= T::MinDeposit::get().max(cases);
		ensure!(enough && deters, Error::<T>::DepositTooSmall);
		Ok(())
	}

	/// What a member has published that is due so much, with how likely it is audited.
	pub(crate) fn claim(
		pool: &Pool,
		publication: Publication,
		due: Balance,
		at_risk: Balance,
	) -> Claim {
		let constants = T::Economy::of(pool.judging.economics);
		Claim { publication, rate: constants.audited(Permill::zero(), due, at_risk) }
	}

	/// Draws the leaves of the last round that are audited, by a seed that nobody knew before all of them were published.
	pub(crate) fn draw_audits(id: PoolId, pool: &mut Pool, members: &[MemberRecord], fold: &Fold) {
		let round = pool.rounds.saturating_sub(1);
		let seed = fold.seed(&audit_subject(id, round));
		let until = Self::now().saturating_add(T::ShowBlocks::get());
		let pricing = pool.terms.rates.pricing;
		for (at, claim) in ClaimsOf::<T>::take(id).into_iter().enumerate() {
			let member = number(at);
			let Some(Claim { publication, rate }) = claim else { continue };
			if members.get(at).is_none_or(MemberRecord::is_wrong) {
				continue;
			}
			let column = head(round, member);
			let Some(audit) = Audit::drawn(&seed, column, &publication, &pricing, rate) else {
				continue;
			};
			Looks::<T>::insert(id, column, Look { publication, audit, until });
			// As many as were free when the round began.
			pool.looks = pool.looks.saturating_add(1);
			Self::deposit_event(Event::AuditDrawn { pool: id, round, member, audit, until });
		}
	}

	/// Has everything audited whose draw nobody has asked for as long as the beacon remembers: who did not like the draw
	/// must not gain by waiting.
	pub(crate) fn audit_all(id: PoolId) {
		ClaimsOf::<T>::mutate(id, |claims| {
			claims.iter_mut().flatten().for_each(|claim| claim.rate = Permill::one());
		});
	}

	pub(crate) fn do_show_leaf(
		by: AccountId,
		id: PoolId,
		round: RoundNumber,
		member: Member,
		exhibit: Exhibit,
		input: ShownInput,
	) -> DispatchResult {
		let mut pool = Self::pool(id)?;
		let column = head(round, member);
		let look = Looks::<T>::get(id, column).ok_or(Error::<T>::NoAudit)?;
		ensure!(Self::now() < look.until, Error::<T>::ShownTooLate);
		let mut members = MembersOf::<T>::get(id);
		let of = members.get_mut(usize::from(member)).ok_or(Error::<T>::NotMember)?;
		ensure!(!of.is_wrong(), Error::<T>::AlreadyFoundWrong);
		ensure!(look.audit.meets(&look.publication, &exhibit), Error::<T>::OtherLeaf);
		let spot = Spot { row: exhibit.leaf.proof.index, ..column };
		let fault = Self::fault(id, &pool, &look.publication, spot, &exhibit);
		if let Some(fault) = fault {
			Self::condemn(id, &pool, member, of, &Fall::shown(fault, &by));
			MembersOf::<T>::insert(id, members);
			Self::end_audit(id, &mut pool, column);
		} else if Questions::<T>::contains_key(id, spot) {
			Self::end_audit(id, &mut pool, column);
		} else {
			let leaf = LeafId { pool: id, spot };
			let judged = Judged::of(leaf, &exhibit, &input, &pool.terms.task);
			let judged = judged.ok_or(Error::<T>::OtherInput)?;
			Self::audit(id, &mut pool, &members, judged);
		}
		Pools::<T>::insert(id, pool);
		Ok(())
	}

	/// Has a leaf judged that an audit looks at, out of what the client has locked for that. Where nobody can judge any more,
	/// or its input is larger than the client has said, the leaf stands: it was shown.
	fn audit(id: PoolId, pool: &mut Pool, members: &[MemberRecord], judged: Judged) {
		let (leaf, digest, reason) = (judged.leaf, judged.digest, CaseReason::Audit);
		let column = head(leaf.spot.round, leaf.spot.member);
		// A case may cost more by now than was locked for one.
		let funds = T::Arbiter::cost(pool.judging.wage);
		let opened = with_storage_layer(|| -> Result<CaseId, DispatchError> {
			ensure!(funds <= pool.judging.case, Error::<T>::NobodyJudges);
			ensure!(judged.is_within(&pool.terms), Error::<T>::InputTooLarge);
			let request = judged.request(pool, reason, Self::parties(pool, members));
			Self::open_case(&Self::instance(id), CaseRequest { funds, ..request })
		});
		let Ok(case) = opened else { return Self::end_audit(id, pool, column) };
		Looks::<T>::remove(id, column);
		pool.looks = pool.looks.saturating_sub(1);
		pool.audits = pool.audits.saturating_sub(1);
		pool.spared = pool.spared.saturating_add(pool.judging.case.saturating_sub(funds));
		pool.questions = pool.questions.saturating_add(1);
		let question = Question { case: Some(case), digest, funds, asker: Asker::Audit };
		Questions::<T>::insert(id, leaf.spot, question);
		Self::deposit_event(Event::LeafQuestioned { leaf, case, reason, funds, bond: 0 });
	}

	/// Ends an audit without a case, and gives back what was set aside for it.
	fn end_audit(id: PoolId, pool: &mut Pool, column: Spot) {
		Looks::<T>::remove(id, column);
		pool.looks = pool.looks.saturating_sub(1);
		let Spot { round, member, .. } = column;
		Self::deposit_event(Event::AuditEnded { pool: id, round, member });
	}

	pub(crate) fn do_close_audit(
		by: AccountId,
		id: PoolId,
		round: RoundNumber,
		member: Member,
	) -> DispatchResult {
		let mut pool = Self::pool(id)?;
		let column = head(round, member);
		let look = Looks::<T>::get(id, column).ok_or(Error::<T>::NoAudit)?;
		let mut members = MembersOf::<T>::get(id);
		let of = members.get_mut(usize::from(member)).ok_or(Error::<T>::NotMember)?;
		let fallen = of.is_wrong();
		ensure!(fallen || Self::now() >= look.until, Error::<T>::AuditNotOver);
		Self::end_audit(id, &mut pool, column);
		if !fallen {
			let why = Wrong::KeptBack { round };
			let fall = Fall { why, finder: None, poker: Some(&by), prepaid: None, court: None };
			Self::condemn(id, &pool, member, of, &fall);
			MembersOf::<T>::insert(id, members);
		}
		Pools::<T>::insert(id, pool);
		Ok(())
	}

	pub(crate) fn do_challenge(
		who: AccountId,
		(id, named): (PoolId, Hash),
		spot: Spot,
		record: Record,
		exhibit: Exhibit,
		input: ShownInput,
	) -> DispatchResult {
		let mut pool = Self::named(id, named)?;
		if let Stage::Doubted { until, .. } = pool.stage {
			ensure!(Self::now() < until, Error::<T>::DoubtOver);
		}
		let publication = Self::published(id, spot.round, spot.member, &record)?;
		let members = MembersOf::<T>::get(id);
		let of = members.get(usize::from(spot.member)).ok_or(Error::<T>::NotMember)?;
		ensure!(!of.is_wrong(), Error::<T>::AlreadyFoundWrong);
		let is_it = exhibit.leaf.proof.index == spot.row && publication.has(&exhibit.leaf);
		ensure!(is_it, Error::<T>::NotPublished);
		let fault = Self::fault(id, &pool, &publication, spot, &exhibit);
		ensure!(fault.is_none(), Error::<T>::Contradiction);
		ensure!(!Questions::<T>::contains_key(id, spot), Error::<T>::AlreadyAsked);
		ensure!(T::Arbiter::has_room(&Judges::Public), Error::<T>::QueueFull);
		let leaf = LeafId { pool: id, spot };
		let judged = Judged::of(leaf, &exhibit, &input, &pool.terms.task);
		let judged = judged.ok_or(Error::<T>::OtherInput)?;
		ensure!(judged.is_within(&pool.terms), Error::<T>::InputTooLarge);
		let bond = Self::bond(&pool, of);
		Self::question(&who, &mut pool, &members, judged, bond)?;
		Pools::<T>::insert(id, pool);
		Ok(())
	}

	/// What whoever doubts a leaf puts up beside the case.
	fn bond(pool: &Pool, of: &MemberRecord) -> Balance {
		let error = T::Economy::of(pool.judging.economics).stakes.committee_error;
		doubt_bond(pool.judging.wage, error, of.deposit.saturating_add(of.due))
	}

	/// Has a leaf judged that somebody doubts, who pays for it.
	fn question(
		who: &AccountId,
		pool: &mut Pool,
		members: &[MemberRecord],
		judged: Judged,
		bond: Balance,
	) -> DispatchResult {
		let (leaf, digest) = (judged.leaf, judged.digest);
		let own = *who == pool.client;
		let reason = if own { CaseReason::Check } else { CaseReason::Challenge };
		let funds = T::Arbiter::cost(pool.judging.wage);
		let doubt = NextDoubt::<T>::get();
		NextDoubt::<T>::put(doubt.checked_add(1).ok_or(Error::<T>::AmountOverflow)?);
		let by = doubt_of(doubt);
		let all = funds.checked_add(bond).ok_or(Error::<T>::AmountOverflow)?;
		T::Ledger::reserve(&by, who, all)?;
		let mut excluded = Self::parties(pool, members);
		excluded.extend(T::Capacity::provider_of(who));
		excluded.push(who.clone());
		let request = judged.request(pool, reason, excluded);
		let case = Self::open_case(&by, CaseRequest { funds, refund: who.clone(), ..request })?;
		pool.questions = pool.questions.saturating_add(1);
		let asker = Asker::Account { who: who.clone(), bond, doubt };
		let question = Question { case: Some(case), digest, funds, asker };
		Questions::<T>::insert(leaf.pool, leaf.spot, question);
		Self::deposit_event(Event::LeafQuestioned { leaf, case, reason, funds, bond });
		Ok(())
	}

	/// Moves the funds of a case out of what is reserved, and opens it.
	fn open_case(by: &Instance, request: CaseRequest) -> Result<CaseId, DispatchError> {
		let arbiter = T::Arbiter::account().ok_or(Error::<T>::NobodyJudges)?;
		let moved = T::Ledger::spend(by, &arbiter, request.funds);
		ensure!(moved == request.funds, Error::<T>::CannotPayCase);
		let case = T::Arbiter::open_case(request).map_err(|_| Error::<T>::NobodyJudges)?;
		Ok(case)
	}

	/// Those who may not judge: the client, all who race, and who signs for them.
	fn parties(pool: &Pool, members: &[MemberRecord]) -> Vec<AccountId> {
		let mut parties = alloc::vec![pool.client.clone()];
		parties.extend(T::Capacity::provider_of(&pool.client));
		for MemberRecord { provider, .. } in members {
			parties.extend(T::Capacity::operator_of(provider));
			parties.push(provider.clone());
		}
		parties.sort_unstable();
		parties.dedup();
		parties
	}

	/// What a member has published in a round that has ended, by the record of all.
	pub(crate) fn published(
		id: PoolId,
		round: RoundNumber,
		member: Member,
		record: &Record,
	) -> Result<Publication, Error<T>> {
		let stored = Rounds::<T>::get(id, round).ok_or(Error::<T>::RoundNotEnded)?;
		let RoundState::Ended { record: kept, .. } = stored.state else {
			return Err(Error::<T>::RoundNotEnded);
		};
		ensure!(record_hash(record) == kept, Error::<T>::RecordMismatch);
		let published = record.get(usize::from(member)).cloned().flatten();
		let (publication, _) = published.ok_or(Error::<T>::NothingPublished)?;
		Ok(publication)
	}

	/// What is false about a publication, by a leaf of it at this place.
	pub(crate) fn fault(
		id: PoolId,
		pool: &Pool,
		publication: &Publication,
		spot: Spot,
		exhibit: &Exhibit,
	) -> Option<Fault> {
		let subtask = Self::history(id, pool).leaf(&spot);
		publication.fault(exhibit, id, Spot { row: 0, ..spot }, subtask, &pool.terms.task)
	}

	/// Takes all from a member that was found wrong: its place, what it is due, and its deposit. Every way to be found wrong
	/// ends here.
	pub(crate) fn condemn(
		id: PoolId,
		pool: &Pool,
		number: Member,
		member: &mut MemberRecord,
		fall: &Fall,
	) {
		member.place = MemberPlace::Wrong { left: member.place == MemberPlace::Left };
		// What it has done stays its weight until the round ends: a seed may be under way.
		member.due = 0;
		let deposit = core::mem::take(&mut member.deposit);
		let shares = Self::shares(pool, &member.provider, deposit, fall);
		let Collected { amount, paid } =
			T::Holds::forfeit(&member.provider, &Self::instance(id), deposit, &shares);
		T::Reputations::note(&member.provider, conduct(&fall.why));
		let why = fall.why;
		Self::deposit_event(Event::FoundWrong { pool: id, member: number, why, amount });
		for ((to, _), amount) in shares.into_iter().zip(paid).filter(|(_, paid)| *paid > 0) {
			Self::deposit_event(Event::ShareOfDeposit { pool: id, member: number, to, amount });
		}
	}

	/// Who gets what of a deposit. Of what is more than somebody has paid himself no more than all falls of the provider
	/// may pay within a day. Nobody is paid out of his own, and the client and other members get nothing: that is burnt.
	fn shares(
		pool: &Pool,
		provider: &AccountId,
		deposit: Balance,
		fall: &Fall,
	) -> Vec<(AccountId, Balance)> {
		let rules = T::Economy::of(pool.judging.economics).slashes;
		let mut claims = Shares {
			prepaid: fall.prepaid.map_or(0, |(_, spent)| spent),
			finder: fall.finder.map_or(Finder::Nobody, |_| Finder::Challenger),
			reporter_room: 0,
			truthful: Vec::new(),
			court: fall.court.map_or(0, |bill| bill.amount),
		};
		let poker = fall.poker.filter(|poker| *poker != provider);
		let to = |claimant: &Claimant| match claimant {
			Claimant::Poker => poker,
			Claimant::Prepayer => fall.prepaid.map(|(who, _)| who),
			Claimant::Finder => fall.finder,
			Claimant::Court => fall.court.map(|bill| &bill.to),
			Claimant::Payer | Claimant::Truthful(_) => None,
		};
		let shares = claims.divide_lie(&rules, deposit, poker.is_some());
		let mut shares: Vec<_> = shares
			.into_iter()
			.filter_map(|(claimant, amount)| Some((to(&claimant)?, amount, claimant.gains(true))))
			.filter(|(to, ..)| *to != provider)
			.collect();
		let gains = shares.iter_mut().filter(|(.., gains)| *gains).map(|(_, amount, _)| amount);
		bound(gains, |wanted| T::Stakes::allow(provider, deposit, wanted));
		let paid = shares.into_iter().filter(|(_, amount, _)| *amount > 0);
		paid.map(|(to, amount, _)| (to.clone(), amount)).collect()
	}

	/// Gives the bond of who has doubted a leaf back, or has it pay the member whose leaf is true.
	fn settle_bond(pool: &Pool, leaf: &LeafId, asker: &Asker, member: &AccountId, confirmed: bool) {
		let Asker::Account { who, bond, doubt } = asker else { return };
		let by = doubt_of(*doubt);
		if confirmed {
			let burn = T::Economy::of(pool.judging.economics).slashes.burn;
			let shares = [(member.clone(), after_burn(*bond, burn))];
			let Collected { amount, paid } = T::Ledger::forfeit(&by, *bond, &shares);
			let burnt = amount.saturating_sub(paid.iter().sum());
			let (leaf, by) = (*leaf, who.clone());
			Self::deposit_event(Event::BondLost { leaf, by, amount, burnt });
		}
		T::Ledger::release(&by);
	}
}

impl<T: Config> Verdicts<LeafId> for Pallet<T> {
	fn decided(
		leaf: &LeafId,
		case: CaseId,
		ruling: Ruling,
		bill: Option<CourtBill>,
	) -> DispatchResult {
		let LeafId { pool: id, spot } = *leaf;
		let mut pool = Self::pool(id)?;
		let question = Questions::<T>::get(id, spot).filter(|it| it.case == Some(case));
		let question = question.ok_or(Error::<T>::CaseNotFound)?;
		let mut members = MembersOf::<T>::get(id);
		let of = members.get_mut(usize::from(spot.member)).ok_or(Error::<T>::NotMember)?;
		// No arbiter can have more given back to it than it was given.
		let spent = ruling.spent.min(question.funds);
		let truth = ruling.truth;
		Self::deposit_event(Event::LeafDecided { leaf: *leaf, case, truth, spent });
		let provider = of.provider.clone();
		// What nobody could find out changes nothing: else who keeps a committee from its ruling could rob others.
		let false_by = truth.filter(|truth| *truth != question.digest);
		if let Some(truth) = false_by.filter(|_| !of.is_wrong()) {
			let (payer, finder) = match &question.asker {
				Asker::Audit => (&pool.client, None),
				// The client has no claim beyond what it has paid.
				Asker::Account { who, .. } => (who, Some(who).filter(|who| **who != pool.client)),
			};
			let why = Wrong::Outcome { spot, truth };
			let (prepaid, court) = (Some((payer, spent)), bill.as_ref());
			let fall = Fall { why, finder, poker: None, prepaid, court };
			Self::condemn(id, &pool, spot.member, of, &fall);
			MembersOf::<T>::insert(id, members);
		}
		let confirmed = truth.is_some() && false_by.is_none();
		Self::settle_bond(&pool, leaf, &question.asker, &provider, confirmed);
		Questions::<T>::insert(id, spot, Question { case: None, ..question });
		pool.questions = pool.questions.saturating_sub(1);
		Pools::<T>::insert(id, pool);
		Ok(())
	}
}

/// The column of a member, by which its audit is named.
fn head(round: RoundNumber, member: Member) -> Spot {
	Spot { round, member, row: 0 }
}

/// What the bond of who doubts a leaf is under.
pub(crate) fn doubt_of(number: u32) -> Instance {
	Instance { front_end: FrontEnd::Doubt, number }
}

fn conduct(why: &Wrong) -> Conduct {
	match why {
		Wrong::Contradiction(_) | Wrong::Outcome { .. } => Conduct::Wrong,
		Wrong::KeptBack { .. } => Conduct::Withheld,
	}
}
