//! Rounds: from the ticket to the verdict.

use crate::{
	pool::Urn,
	types::{count, is_drawn, is_sealed, reserves},
	*,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use assay_primitives::{
	beacon::{Fold, Ticket},
	case::{
		Case, CasePhase, MAX_BARRED, MAX_EXCLUDED, MAX_REPLACEMENTS, MAX_ROUNDS, MAX_STEPS, Member,
		ROUNDS, Round, RoundDraw, Step, Vote, committee_subject,
	},
	outcome::Digest,
	task::TaskSpec,
	time::reveal_blocks,
	traits::{Arbiter, Beacon, CaseId, Contents},
};
use frame_support::{BoundedVec, defensive, traits::Get, weights::Weight};

/// Steps of a draw for each seat, as benchmarks have them.
const STEPS_PER_SEAT: u32 = 4;

impl<T: Config> Pallet<T> {
	/// The case, open or closed.
	pub(crate) fn load(id: CaseId) -> Result<Live, Error<T>> {
		let case = Cases::<T>::get(id).ok_or(Error::<T>::CaseNotFound)?;
		let terms = CaseTermsOf::<T>::get(id).ok_or(Error::<T>::CaseNotFound)?;
		Ok(Live { id, terms, case, now: Self::now() })
	}

	/// Writes the moving part back.
	pub(crate) fn save(live: &Live) {
		Cases::<T>::insert(live.id, live.case.clone());
	}

	/// Opens a round, as soon as there are places for it: takes a ticket, and fixes out of which pool and past whom
	/// it will draw.
	pub(crate) fn open_round(live: &mut Live, round: u8) -> Weight {
		let looked = Self::seated_weight(round);
		if Self::has_to_wait(live, round) {
			Self::enqueue(live, round, round > 0);
			return looked.saturating_add(Self::open_weight(0));
		}
		looked.saturating_add(Self::start_round(live, round))
	}

	/// The same now.
	pub(crate) fn start_round(live: &mut Live, round: u8) -> Weight {
		let weight = Self::open_weight(live.terms.excluded.len() as u32);
		let Some(seats) = ROUNDS.get(usize::from(round)).copied() else {
			defensive!("there are no more rounds");
			return Self::await_court(live);
		};
		// Those who are left may be whom somebody has left over: two thirds of the pool, or nobody. A named set is
		// looked at when it is drawn.
		if !live.is_directed() && !Self::pool_takes(&live.question()) {
			Self::deposit_event(Event::RoundNotHeld { case: live.id, round });
			return weight.saturating_add(Self::await_court(live));
		}
		live.case.round = round;
		let until = live.now.saturating_add(T::SeedBlocks::get());
		Self::take_ticket(live, seats, until);
		weight
	}

	/// Weight of opening a round where so many accounts are excluded, or of having it wait. How much of the pool takes
	/// the case and can sit, and how many wait, is looked up beside.
	pub(crate) fn open_weight(excluded: u32) -> Weight {
		T::WeightInfo::open_round(excluded)
			.saturating_add(T::DbWeight::get().reads_writes(14, 9))
			.saturating_add(Self::tickets_weight())
	}

	/// The most that opening one weighs, with a look at those who sit in the case already.
	pub(crate) fn worst_open() -> Weight {
		Self::open_weight(MAX_EXCLUDED).saturating_add(Self::seated_weight(MAX_ROUNDS as u8 - 1))
	}

	/// Takes another ticket where one has expired. One that nobody looked at for as long as all tickets of a round may
	/// take was not late itself, so that the round has all of its time once more.
	pub(crate) fn renew_ticket(live: &mut Live, seats: u32) {
		let CasePhase::AwaitingSeed { ticket, until } = live.case.phase else { return };
		if !Self::is_forgotten(live, &ticket) {
			return Self::take_ticket(live, seats, until);
		}
		Self::restart(live);
		Self::take_ticket(live, seats, live.now.saturating_add(T::SeedBlocks::get()));
	}

	/// Whether a ticket has waited for so long without being looked at that its seed may have been known.
	pub(crate) fn is_forgotten(live: &Live, ticket: &Ticket) -> bool {
		live.now >= ticket.taken_at.saturating_add(T::SeedBlocks::get())
	}

	/// Takes a ticket for the present round, instead of an earlier one where that has expired.
	pub(crate) fn take_ticket(live: &mut Live, seats: u32, until: BlockNumber) {
		let (case, round, era) = (live.id, live.case.round, Self::era());
		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		let barred = Self::barred(live);
		let fresh =
			Round { seats, era, barred, draw: None, members: Default::default(), verdict: None };
		Rounds::<T>::insert(case, round, fresh);
		live.case.phase = CasePhase::AwaitingSeed { ticket, until };
		Self::await_draw(live, ticket.taken_at);
		Self::deposit_event(Event::RoundOpened { case, round, era });
	}

	/// Positions of everybody who may not be drawn: excluded accounts and appellants, as stash or as
	/// operator, and members of earlier rounds.
	fn barred(live: &Live) -> BoundedVec<u32, frame_support::traits::ConstU32<MAX_BARRED>> {
		let mut barred = BTreeSet::new();
		let mut bar = |stash: &AccountId| {
			if let Some(mediator) = Mediators::<T>::get(stash) {
				barred.insert(mediator.position);
			}
		};
		// Who has a round held for a bond would judge his own appeal.
		let appellants = live.case.appeals.iter().map(|appeal| &appeal.by);
		for account in live.terms.excluded.iter().chain(appellants) {
			bar(account);
			if let Some(stash) = Operators::<T>::get(account) {
				bar(&stash);
			}
		}
		for round in 0..live.case.round {
			for member in Rounds::<T>::get(live.id, round).iter().flat_map(|round| &round.members) {
				bar(&member.mediator);
			}
		}
		BoundedVec::truncate_from(barred.into_iter().collect())
	}

	/// Draws the committee of the present round and starts its sealing; or finds that it can't be held.
	pub(crate) fn draw_committee(live: &mut Live, fold: Fold) -> Weight {
		let Some(mut round) = Rounds::<T>::get(live.id, live.case.round) else {
			defensive!("a case that waits for its seed has a round");
			return Self::await_court(live);
		};
		let weight = Self::draw_weight(0);
		let Some(urn) = Urn::<T>::open(round.era, &live.terms.judges) else {
			// So late that the pool of that era is forgotten.
			Self::renew_ticket(live, round.seats);
			return weight;
		};
		let looked = Self::look_weight(live, live.case.round);
		let weight = weight.saturating_add(looked);
		if !Self::may_draw(live, round.era) {
			if live.is_directed() && !Self::can_judge_in(live, round.era) {
				return weight.saturating_add(Self::skip_round(live));
			}
			let number = live.case.round;
			Rounds::<T>::remove(live.id, number);
			live.case.round = number.saturating_sub(1);
			Self::enqueue(live, number, true);
			return weight;
		}
		let order = Self::fill_seats(live, &mut round, &fold, urn);
		let weight = looked.saturating_add(Self::draw_weight(order.0.len() as u32));
		Self::shrink(live, &mut round);
		let held = count(&round, is_drawn);
		if held < T::MinSeats::get() || held <= Self::seats_before(live) {
			for member in &round.members {
				Self::let_go(live, &member.mediator, true, |_| ());
			}
			return weight.saturating_add(Self::skip_round(live));
		}
		let Fold { ticket, randomness, .. } = fold;
		let (order, used) = order;
		round.draw = Some(RoundDraw { ticket, randomness, order, used, at: live.now });
		round.seats = held;
		if let Some(appeal) = live.case.appeals.last_mut()
			&& appeal.round.saturating_add(1) == live.case.round
		{
			appeal.heard = true;
		}
		let until = Self::start_sealing(live, 0);
		let members = round.members.iter().map(|member| member.mediator.clone()).collect();
		let (case, number) = (live.id, live.case.round);
		Self::deposit_event(Event::CommitteeDrawn { case, round: number, members, until });
		Rounds::<T>::insert(live.id, number, round);
		weight
	}

	/// Weight of a draw that takes so many steps. Seats do not tell: where those who are drawn can't take the
	/// case, as many steps are made for few of them. What was measured passes over three for each that it
	/// seats.
	pub(crate) fn draw_weight(steps: u32) -> Weight {
		let most = ROUNDS[ROUNDS.len() - 1];
		T::WeightInfo::draw(steps.div_ceil(STEPS_PER_SEAT).clamp(ROUNDS[0], most))
			// What the chain promises of module and input, and who can sit.
			.saturating_add(Self::recounted(T::DbWeight::get().reads_writes(5, 4)))
	}

	/// Draws until all seats are taken, and then reserves. Returns the order, and how many of its steps
	/// have had their turn.
	fn fill_seats(live: &Live, round: &mut Round, fold: &Fold, mut urn: Urn<T>) -> (Steps, u32) {
		let seed = fold.seed(&committee_subject(live.id, live.case.round));
		for position in &round.barred {
			urn.remove(*position);
		}
		let mut order: Vec<Step> = Vec::new();
		let mut next = |order: &mut Vec<Step>| {
			let step = order.len() as u32;
			let position = (step < MAX_STEPS).then(|| urn.draw(&seed, step)).flatten()?;
			let mediator = Positions::<T>::get(position)?;
			order.push(Step { position, mediator: mediator.clone() });
			Some(mediator)
		};
		while (round.members.len() as u32) < round.seats {
			let Some(mediator) = next(&mut order) else { break };
			Self::seat_or_skip(live, round, mediator, 0);
		}
		let used = order.len() as u32;
		for _ in 0..reserves(round.seats) {
			if next(&mut order).is_none() {
				break;
			}
		}
		(BoundedVec::truncate_from(order), used)
	}

	fn seat_or_skip(live: &Live, round: &mut Round, mediator: AccountId, wave: u8) -> bool {
		if !Self::try_seat(&mediator, live, round.era) {
			Self::deposit_event(Event::MediatorSkipped { case: live.id, mediator });
			return false;
		}
		let member = Member { mediator, wave, vote: Vote::Drawn };
		if let Err(member) = round.members.try_push(member) {
			defensive!("seats and reserves fit");
			let _ = member;
			return false;
		}
		true
	}

	/// Lets the last member go where the number is even: a committee of two can't decide.
	fn shrink(live: &Live, round: &mut Round) {
		if round.members.len().is_multiple_of(2)
			&& let Some(member) = round.members.pop()
		{
			Self::let_go(live, &member.mediator, true, |_| ());
		}
	}

	/// Seats of the last round that was held before the present one.
	fn seats_before(live: &Live) -> u32 {
		let Some(before) = live.case.round.checked_sub(1) else { return 0 };
		Rounds::<T>::get(live.id, before).map_or(0, |round| round.seats)
	}

	/// Goes on without the present round: whatever the one before it can carry stands, unless the court
	/// rules.
	pub(crate) fn skip_round(live: &mut Live) -> Weight {
		let (case, round) = (live.id, live.case.round);
		Rounds::<T>::remove(case, round);
		live.case.round = round.saturating_sub(1);
		Self::deposit_event(Event::RoundNotHeld { case, round });
		Self::await_court(live)
	}

	/// Goes on after a round in which nobody could act, as if it had not been held: others could not either, and
	/// would only be kept from cases in which they can.
	fn give_up(live: &mut Live, round: Round) -> Weight {
		let (case, number) = (live.id, live.case.round);
		Rounds::<T>::insert(case, number, round);
		if let Some(appeal) = live.case.appeals.last_mut()
			&& appeal.round.saturating_add(1) == number
		{
			appeal.heard = false;
		}
		Self::deposit_event(Event::RoundNotHeld { case, round: number });
		Self::await_court_after(live, number.checked_sub(1))
	}

	pub(crate) fn await_court(live: &mut Live) -> Weight {
		Self::await_court_after(live, Some(live.case.round))
	}

	/// Waits for the court. Where it stays silent a verdict stands whose appeal nobody has heard; otherwise what more than
	/// two thirds of the seats of the last round that was held say.
	fn await_court_after(live: &mut Live, last: Option<u8>) -> Weight {
		let last = last.and_then(|last| Rounds::<T>::get(live.id, last));
		let appeal = live.case.appeals.last().filter(|appeal| !appeal.heard);
		let standing = appeal.map(|appeal| appeal.against).or_else(|| {
			let round = last?;
			let (digest, votes) = leader(&round)?;
			(votes.saturating_mul(3) > round.seats.saturating_mul(2)).then_some(digest)
		});
		let until = live.now.saturating_add(Self::appeal_blocks(live.terms.run_blocks));
		live.case.phase = CasePhase::Court { standing, until };
		Self::deposit_event(Event::CourtAwaited { case: live.id, standing, until });
		Weight::zero()
	}

	/// Weight of replacing silent members. What the chain promises of module and input is looked up
	/// beside.
	pub(crate) fn replace_weight() -> Weight {
		T::WeightInfo::replace().saturating_add(T::DbWeight::get().reads(2))
	}

	fn start_sealing(live: &mut Live, wave: u8) -> BlockNumber {
		let until = live.now.saturating_add(Self::seal_blocks(live.terms.run_blocks));
		let answers = Self::can_be_had(live, until);
		live.case.phase = CasePhase::Sealing { wave, until, answers };
		until
	}

	/// Whether everybody can have all content of the task until a block. What is promised later helps
	/// nobody who has tried before, and the chain can't tell who was given the key of a private input.
	fn can_be_had(live: &Live, until: BlockNumber) -> bool {
		let promised = T::Contents::task_promised_until(&live.terms.spec);
		!live.terms.sealed && promised.is_some_and(|last| last >= until)
	}

	/// After everybody who had to has sealed, or can't any more: replaces those who did not, or starts
	/// revealing.
	pub(crate) fn end_sealing(live: &mut Live, mut round: Round) -> Weight {
		let CasePhase::Sealing { wave, until, answers } = live.case.phase else {
			defensive!("only sealing can end");
			return Weight::zero();
		};
		let missed = if answers { Vote::Silent } else { Vote::Excused };
		let missing = Self::end_turns(live, &mut round, is_drawn, missed);
		if !answers {
			live.case.idle = live.case.idle.saturating_add(missing);
		}
		let mut weight = Self::turns_weight(missing);
		let sealed = count(&round, is_sealed);
		if sealed == 0 && !answers {
			return weight.saturating_add(Self::give_up(live, round));
		}
		if sealed < round.seats && Self::may_replace(&round, wave, answers, sealed) {
			weight = weight.saturating_add(Self::replace_weight());
			let missing = round.seats.saturating_sub(sealed);
			let replaced = Self::replace(live, &mut round, wave.saturating_add(1), missing);
			if !replaced.is_empty() {
				Rounds::<T>::insert(live.id, live.case.round, round);
				let until = Self::start_sealing(live, wave.saturating_add(1));
				let (case, members) = (live.id, replaced);
				Self::deposit_event(Event::MembersReplaced { case, members, until });
				return weight;
			}
		}
		if sealed == 0 {
			return weight.saturating_add(Self::evaluate(live, round));
		}
		// What is left of the time for sealing is added: as long as it lasts, an opening costs a
		// part of the stake on a fork where somebody has to seal still.
		let sealing = until.max(live.now);
		let until = sealing.saturating_add(Self::reveal_blocks(live.terms.run_blocks));
		Rounds::<T>::insert(live.id, live.case.round, round);
		live.case.phase = CasePhase::Revealing { until };
		Self::deposit_event(Event::RevealingStarted { case: live.id, until });
		weight
	}

	/// Whether there are others for those who did not seal. Where the chain has not promised the content somebody may have
	/// kept it from those whom he did not like: then a minority is replaced, and once, or he would choose who judges out of
	/// twice as many.
	fn may_replace(round: &Round, wave: u8, answers: bool, sealed: u32) -> bool {
		let most = if answers { MAX_REPLACEMENTS } else { 1 };
		wave < most && (answers || sealed.saturating_mul(2) > round.seats)
	}

	/// Seats up to `missing` reserves, in their order.
	fn replace(live: &Live, round: &mut Round, wave: u8, missing: u32) -> Vec<AccountId> {
		let mut replaced = Vec::new();
		while (replaced.len() as u32) < missing {
			let Some(draw) = round.draw.as_mut() else { break };
			let Some(step) = draw.order.get(draw.used as usize).cloned() else { break };
			draw.used = draw.used.saturating_add(1);
			if Self::seat_or_skip(live, round, step.mediator.clone(), wave) {
				replaced.push(step.mediator);
			}
		}
		replaced
	}

	/// After revealing: finds the verdict of the round, or goes on to the next.
	pub(crate) fn evaluate(live: &mut Live, mut round: Round) -> Weight {
		let withheld = Self::end_turns(live, &mut round, is_sealed, Vote::Withheld);
		let weight = Self::turns_weight(withheld);
		let (case, number) = (live.id, live.case.round);
		if tally(&round).len() > 1 {
			let module = live.terms.spec.module.hash;
			Self::deposit_event(Event::CommitteeSplit { case, round: number, module });
		}
		let needed = if number == 0 { round.seats } else { round.seats / 2 + 1 };
		let verdict =
			leader(&round).filter(|(_, votes)| *votes >= needed).map(|(digest, _)| digest);
		round.verdict = verdict;
		Rounds::<T>::insert(case, number, round);
		let next = number.saturating_add(1);
		if usize::from(next) >= ROUNDS.len() {
			return weight.saturating_add(Self::await_court(live));
		}
		let Some(digest) = verdict else {
			let opened = match live.terms.judges.suffice_for(next) {
				true => Self::open_round(live, next),
				false => Self::await_court(live),
			};
			return weight.saturating_add(opened);
		};
		let until = live.now.saturating_add(Self::appeal_blocks(live.terms.run_blocks));
		live.case.phase = CasePhase::AppealWindow { verdict: digest, until };
		Self::deposit_event(Event::VerdictReached { case, round: number, digest, until });
		weight
	}

	/// Blocks that a run of a mediator is granted: those of the task, or what its gas limit and its content take.
	pub(crate) fn run_blocks(granted: BlockNumber, spec: &TaskSpec) -> BlockNumber {
		Self::pace().run_blocks(granted, spec)
	}

	/// Blocks for running and sealing.
	pub(crate) fn seal_blocks(run_blocks: BlockNumber) -> BlockNumber {
		run_blocks.max(T::MinSealBlocks::get())
	}

	/// Blocks for revealing.
	pub(crate) fn reveal_blocks(run_blocks: BlockNumber) -> BlockNumber {
		reveal_blocks(run_blocks, T::MinRevealBlocks::get())
	}

	/// Blocks for appealing and challenging: time to run the task, and to think.
	pub(crate) fn appeal_blocks(run_blocks: BlockNumber) -> BlockNumber {
		run_blocks.saturating_add(T::AppealBlocks::get())
	}

	/// Blocks that a case can take if every deadline is applied when it is due.
	pub(crate) fn longest(run_blocks: BlockNumber) -> BlockNumber {
		let waves = BlockNumber::from(MAX_REPLACEMENTS).saturating_add(1);
		// One more block for each change of phase.
		let round = T::SeedBlocks::get()
			.saturating_add(Self::seal_blocks(run_blocks).saturating_mul(waves))
			.saturating_add(Self::reveal_blocks(run_blocks))
			.saturating_add(Self::appeal_blocks(run_blocks))
			.saturating_add(waves.saturating_add(3));
		// The court's window follows the last one.
		round
			.saturating_mul(ROUNDS.len() as BlockNumber)
			.saturating_add(Self::appeal_blocks(run_blocks))
	}
}

/// Steps of a draw in their order, as they are stored.
type Steps = BoundedVec<Step, frame_support::traits::ConstU32<MAX_STEPS>>;

/// Votes by digest.
fn tally(round: &Round) -> BTreeMap<Digest, u32> {
	let mut votes = BTreeMap::new();
	for member in &round.members {
		if let Vote::Revealed(digest) = member.vote {
			*votes.entry(digest).or_insert(0) += 1;
		}
	}
	votes
}

/// The digest with the most votes. No tie reaches any threshold that is asked of it.
fn leader(round: &Round) -> Option<(Digest, u32)> {
	tally(round).into_iter().max_by_key(|(_, votes)| *votes)
}

/// A case at its beginning.
pub(crate) fn new_case(phase: CasePhase) -> Case {
	Case { phase, round: 0, penalties: 0, appeals: Default::default(), idle: 0 }
}
