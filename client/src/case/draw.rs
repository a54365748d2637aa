//! Computing again who had to judge a case.
//!
//! What is compared with what: the fold with the VRF outputs that BABE left in the state of each of
//! its blocks; the seed and the order with the pool and its weights; who was barred with the case; and
//! who sits with the order and the events of the block of the draw. The states are the node's word:
//! ask a node of your own.

use super::fault::DrawFault;
use crate::{
	chain::{At, Chain},
	error::{Error, Result},
};
use assay_interface::{Event, mediation};
use assay_primitives::{
	AccountId, BlockNumber,
	beacon::Fold,
	case::{CommitteeDraw, ROUNDS, committee_subject},
	judges::Judges,
	traits::CaseId,
};

/// All that a draw depends on.
#[derive(Clone, Debug)]
pub struct DrawEvidence {
	/// The case.
	pub case: CaseId,
	/// The round, from 0.
	pub round: u8,
	/// The draw, as the state after its own block shows it.
	pub draw: CommitteeDraw,
	/// Stashes that may not judge: parties and appellants, those for whom they sign, members of earlier
	/// rounds.
	pub excluded: Vec<AccountId>,
	/// Who judges.
	pub judges: Judges,
	/// VRF output of each block of the fold, as BABE has it.
	pub outputs: Vec<(BlockNumber, Option<[u8; 32]>)>,
	/// Who was passed over in the block of the draw.
	pub skipped: Vec<AccountId>,
}

/// A draw that is as it had to be.
#[derive(Clone, Debug)]
pub struct VerifiedDraw {
	/// Block of the draw.
	pub at: BlockNumber,
	/// The evidence.
	pub evidence: DrawEvidence,
	/// Who was drawn to sit, in order.
	pub members: Vec<AccountId>,
}

impl DrawEvidence {
	/// Computes the draw again and compares. Gives who has to sit.
	pub fn check(&self) -> Result<Vec<AccountId>, DrawFault> {
		self.check_fold()?;
		self.check_pool()?;
		self.check_order()?;
		self.check_seats()
	}

	fn check_fold(&self) -> Result<(), DrawFault> {
		let CommitteeDraw { fold, subject, .. } = &self.draw;
		if *subject != committee_subject(self.case, self.round) {
			return Err(DrawFault::Subject);
		}
		let mut next = fold.ticket.first_block();
		for entry in &fold.entries {
			if entry.block != next {
				return Err(DrawFault::Blocks(next));
			}
			let output = self.outputs.iter().find(|(block, _)| *block == next);
			if output.is_none_or(|(_, output)| *output != entry.vrf) {
				return Err(DrawFault::Vrf(next));
			}
			next = next.saturating_add(1);
		}
		// The very same entries, to the last one: none beside those that the ticket needed.
		match Fold::compute(fold.ticket, fold.entries.iter().cloned()) {
			Some(again) if again == *fold => Ok(()),
			_ => Err(DrawFault::Randomness),
		}
	}

	fn check_pool(&self) -> Result<(), DrawFault> {
		let mut before = None;
		for entry in &self.draw.pool {
			let ordered = before.is_none_or(|before| before < entry.position);
			if !ordered || !self.judges.lets(&entry.stash) {
				return Err(DrawFault::Pool(entry.position));
			}
			before = Some(entry.position);
			let barred = self.draw.barred.contains(&entry.position);
			if barred != self.excluded.contains(&entry.stash) {
				return Err(DrawFault::Barred(entry.position));
			}
		}
		Ok(())
	}

	fn check_order(&self) -> Result<(), DrawFault> {
		let order = &self.draw.order;
		let steps = u32::try_from(order.len()).unwrap_or(u32::MAX);
		let again = self.draw.repeat(steps);
		for (at, step) in (0u32..).zip(order) {
			let owner = self.draw.pool.iter().find(|entry| entry.position == step.position);
			let same = again.get(at as usize) == Some(&step.position);
			if !same || owner.is_none_or(|owner| owner.stash != step.mediator) {
				return Err(DrawFault::Order(at));
			}
		}
		Ok(())
	}

	fn check_seats(&self) -> Result<Vec<AccountId>, DrawFault> {
		let CommitteeDraw { order, used, members, .. } = &self.draw;
		let first = || members.iter().filter(|member| member.wave == 0);
		let count = u32::try_from(first().count()).unwrap_or(u32::MAX);
		let seats = ROUNDS.get(usize::from(self.round)).copied().unwrap_or_default();
		if count > seats || count.is_multiple_of(2) {
			return Err(DrawFault::Seats(count));
		}
		let mut sitting = first().peekable();
		// Of an even number the last one goes again, so that the committee can decide.
		let mut spare = count < seats;
		for (at, step) in (0u32..).zip(order.iter().take(*used as usize)) {
			if sitting.next_if(|member| member.mediator == step.mediator).is_some()
				|| self.skipped.contains(&step.mediator)
			{
				continue;
			}
			if !std::mem::take(&mut spare) || sitting.peek().is_some() {
				return Err(DrawFault::Seat(at));
			}
		}
		match sitting.next() {
			Some(_) => Err(DrawFault::Seat(*used)),
			None => Ok(first().map(|member| member.mediator.clone()).collect()),
		}
	}
}

/// Collects what the draw of a round (from 0) depends on, and computes it again.
///
/// Errors: [`Error::DrawFalse`]; [`Error::CaseNotFound`]; [`Error::NotNow`] where the committee is
/// not drawn yet; [`Error::Forgotten`] where the node does not keep the states.
pub async fn verify_draw(chain: &Chain, case: CaseId, round: u8) -> Result<VerifiedDraw> {
	let view = chain.at_best().await?.known_case(case).await?;
	let waits =
		|| Error::NotNow(format!("round {} of case {case} is not drawn", u32::from(round) + 1));
	let drawn = view.rounds.get(usize::from(round)).and_then(|round| round.draw.as_ref());
	let block = drawn.ok_or_else(waits)?.at;
	let at = chain.at_number(block).await?;
	let forgotten = || Error::Forgotten(format!("the state at block {block}"));
	let draw = at.committee_draw(case, round).await.map_err(|_| forgotten())?;
	let draw = draw.filter(|draw| draw.drawn_at == Some(block)).ok_or_else(forgotten)?;
	if draw.fold.entries.is_empty() || draw.pool.is_empty() {
		return Err(forgotten());
	}
	let earlier = view.case.appeals.iter().filter(|appeal| appeal.round < round);
	let barred: Vec<_> =
		view.terms.excluded.iter().chain(earlier.map(|appeal| &appeal.by)).cloned().collect();
	let mut excluded = signed_for(chain, draw.fold.ticket.taken_at, &barred).await?;
	for earlier in view.rounds.iter().take(round.into()) {
		excluded.extend(earlier.members.iter().map(|member| member.mediator.clone()));
	}
	let evidence = DrawEvidence {
		case,
		round,
		excluded,
		judges: view.terms.judges.clone(),
		outputs: outputs(chain, &draw.fold).await?,
		skipped: skipped(&at, case).await?,
		draw,
	};
	let members = evidence.check().map_err(|fault| Error::DrawFalse { case, round, fault })?;
	Ok(VerifiedDraw { at: block, evidence, members })
}

/// The accounts, and the stashes that they sign for as operators after a block.
async fn signed_for(
	chain: &Chain,
	block: BlockNumber,
	accounts: &[AccountId],
) -> Result<Vec<AccountId>> {
	let at = chain.at_number(block).await?;
	let mut all = accounts.to_vec();
	for account in accounts {
		all.extend(at.mediator_of(account).await?);
	}
	Ok(all)
}

/// What BABE left of the blocks of a fold.
async fn outputs(chain: &Chain, fold: &Fold) -> Result<Vec<(BlockNumber, Option<[u8; 32]>)>> {
	let mut all = Vec::new();
	for entry in &fold.entries {
		let at = chain.at_number(entry.block).await?;
		all.push((entry.block, at.block_vrf().await?));
	}
	Ok(all)
}

async fn skipped(at: &At, case: CaseId) -> Result<Vec<AccountId>> {
	let skipped = at.events().await?.into_iter().filter_map(|record| match record.event {
		Event::Mediation(mediation::Event::MediatorSkipped { case: of, mediator })
			if of == case =>
		{
			Some(mediator.0)
		},
		_ => None,
	});
	Ok(skipped.collect())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::account;
	use assay_primitives::{
		Hash,
		beacon::{Entry, Ticket},
		case::{Member, PoolEntry, Step, Vote},
	};

	fn only_first() -> Judges {
		Judges::Named(vec![account(0)].try_into().expect("one"))
	}

	/// A true draw of three out of twelve, of whom 2 is a party, where the first one drawn had no place.
	fn evidence() -> DrawEvidence {
		let ticket = Ticket { taken_at: 10, window: 3, authors: 1 };
		let entries = (12..16u8).map(|block| Entry {
			block: block.into(),
			author: Some(account(90)),
			vrf: (block != 13).then_some([block; 32]),
		});
		let fold = Fold::compute(ticket, entries).expect("three outputs");
		let outputs = fold.entries.iter().map(|entry| (entry.block, entry.vrf)).collect();
		let pool = (0..12u8).map(|at| PoolEntry {
			position: at.into(),
			stash: account(at),
			weight: 5 + u64::from(at),
		});
		let mut draw = CommitteeDraw {
			fold,
			subject: committee_subject(7, 0),
			era: 1,
			pool: pool.collect(),
			barred: vec![2],
			order: Vec::new(),
			used: 4,
			members: Vec::new(),
			drawn_at: Some(16),
		};
		let step = |position: u32| Step { position, mediator: account(position as u8) };
		draw.order = draw.repeat(7).into_iter().map(step).collect();
		let member =
			|step: &Step| Member { mediator: step.mediator.clone(), wave: 0, vote: Vote::Drawn };
		draw.members = draw.order[1..4].iter().map(member).collect();
		let skipped = vec![draw.order[0].mediator.clone()];
		let (excluded, judges) = (vec![account(2), account(77)], Judges::Public);
		DrawEvidence { case: 7, round: 0, draw, excluded, judges, outputs, skipped }
	}

	fn fault(change: impl FnOnce(&mut DrawEvidence)) -> DrawFault {
		let mut evidence = evidence();
		change(&mut evidence);
		evidence.check().expect_err("it is false")
	}

	#[test]
	fn true_draw_should_be_verified() {
		let evidence = evidence();
		let sitting: Vec<AccountId> =
			evidence.draw.order[1..4].iter().map(|step| step.mediator.clone()).collect();
		assert_eq!(evidence.check(), Ok(sitting));
	}

	#[test]
	fn every_false_part_of_a_draw_should_be_named() {
		assert_eq!(fault(|it| it.case = 8), DrawFault::Subject);
		assert_eq!(fault(|it| it.draw.fold.ticket.taken_at = 11), DrawFault::Blocks(13));
		assert_eq!(fault(|it| it.draw.fold.entries[2].vrf = Some([0; 32])), DrawFault::Vrf(14));
		assert_eq!(fault(|it| it.outputs[1].1 = Some([0; 32])), DrawFault::Vrf(13));
		let randomness = |it: &mut DrawEvidence| it.draw.fold.randomness = Hash::zero();
		assert_eq!(fault(randomness), DrawFault::Randomness);
		assert_eq!(fault(|it| it.draw.pool.swap(3, 4)), DrawFault::Pool(3));
		assert_eq!(fault(|it| it.judges = only_first()), DrawFault::Pool(1));
		assert_eq!(fault(|it| it.draw.barred.clear()), DrawFault::Barred(2));
		assert_eq!(fault(|it| it.draw.barred.push(5)), DrawFault::Barred(5));
		assert_eq!(fault(|it| it.draw.order.swap(5, 6)), DrawFault::Order(5));
		assert_eq!(fault(|it| it.draw.order[4].mediator = account(99)), DrawFault::Order(4));
		assert_eq!(fault(|it| it.skipped.clear()), DrawFault::Seat(0));
	}

	#[test]
	fn weights_should_decide_the_order() {
		let changed = |it: &mut DrawEvidence| {
			it.draw.pool.iter_mut().for_each(|entry| entry.weight = 12 - u64::from(entry.position));
		};
		assert!(matches!(fault(changed), DrawFault::Order(_)));
	}

	#[test]
	fn committee_should_be_false_when_it_is_even_too_large_or_of_others() {
		assert_eq!(fault(|it| it.draw.members.truncate(2)), DrawFault::Seats(2));
		let more = |it: &mut DrawEvidence| {
			let member = it.draw.members[0].clone();
			it.draw.members.extend([member.clone(), member]);
		};
		assert_eq!(fault(more), DrawFault::Seats(5));
		assert_eq!(fault(|it| it.draw.members[1].mediator = account(2)), DrawFault::Seat(2));
		assert_eq!(fault(|it| it.draw.members.swap(0, 2)), DrawFault::Seat(1));
	}
}
