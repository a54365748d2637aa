//! What a watcher looks at, and what is worth doing about a lie.

use crate::{can_land, view::SharedView};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MILLI,
	case::{CasePhase, CaseView},
	deal::{Replica, Task, TaskStatus, hits},
	hashing::tagged_hash,
	judges::Judges,
	money::{
		Slashes, appeal_reward, challenge_bond, most_of_falls,
		slashing::{Claimant, Claims, Finder, Truthful, bound},
	},
	outcome::Digest,
	task::TaskId,
};

/// Chance, in percent, that an honest cause is lost before committees. A committee of three among
/// whom a fifth of the stake lies alike errs in 0.8 % of cases; this leaves room for worse.
const LOST_PERCENT: Balance = 5;

/// Whether a task is among those that are looked at: known only to whoever has the secret, and the
/// same however often it is asked.
pub fn is_chosen(secret: &[u8; 32], task: &TaskId, task_hash: &Hash, sample_ppm: u32) -> bool {
	hits(&tagged_hash(b"assay/watch/1", &(secret, task, task_hash)), sample_ppm)
}

/// Whether `who` has a part in a task: what it says about itself is no news to it.
pub fn is_party(view: &SharedView, who: &[AccountId]) -> bool {
	let candidates = view.deal.candidates.iter().map(|candidate| &candidate.provider);
	candidates.chain([&view.deal.client, &view.deal.payer]).any(|party| who.contains(party))
}

/// What a challenge puts up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PutUp {
	/// What the case costs at first.
	pub funds: Balance,
	/// What is held beside that, and lost where the result is true.
	pub bond: Balance,
}

impl PutUp {
	/// What challenging the result of a task takes whose case costs so much.
	pub fn of(view: &SharedView, funds: Balance) -> Self {
		Self { funds, bond: challenge_bond(view.deal.terms.wage) }
	}

	/// What may be lost by it.
	pub fn total(&self) -> Balance {
		self.funds.saturating_add(self.bond)
	}
}

/// What the chain says of slashes, beside what a task shows.
pub struct Rules<'a, B> {
	/// By which a task's stakes are divided.
	pub slashes: &'a Slashes,
	/// Bond of a provider. What its slashes pay others is bounded by that.
	pub bond: B,
}

/// Providers that revealed something else than `own`, in the order in which they are slashed where that is the truth.
pub fn liars<'a>(view: &'a SharedView, own: &'a Digest) -> impl Iterator<Item = &'a AccountId> {
	revealed(view).filter(move |(_, digest)| digest != own).map(|(who, _)| who)
}

fn revealed(view: &SharedView) -> impl Iterator<Item = (&AccountId, Digest)> {
	let replicas = match &view.status {
		TaskStatus::Open(Task { replicas, .. }) => &replicas[..],
		TaskStatus::Ended(_) => &[],
	};
	replicas.iter().filter_map(|replica: &Replica| {
		let candidate = view.deal.candidates.get(replica.candidate as usize)?;
		Some((&candidate.provider, replica.digest(&view.task_hash)?))
	})
}

/// What whoever has challenged a lie gets of the stakes of those who told it, where `own` is the truth and the case has
/// cost `spent`: that first, and then a finder's share, as the ledger divides them. It knows more than this: what slashes of
/// the same providers have paid others today, which makes it less, and what those lose who revealed nothing, which
/// makes it more.
pub fn reward_of_challenge(
	view: &SharedView,
	own: &Digest,
	spent: Balance,
	rules: &Rules<impl Fn(&AccountId) -> Balance>,
) -> Balance {
	let stake = view.deal.terms.stake;
	// They come after whoever challenged, so nothing of theirs is asked but whether there are any.
	let truthful = revealed(view).filter(|(_, digest)| digest == own);
	let truthful = truthful.map(|_| Truthful { earned: 0, room: 0 }).collect();
	let finder = Finder::Challenger;
	let mut claims = Claims { prepaid: spent, finder, reporter_room: 0, truthful, court: 0 };
	let public = view.deal.others.judges == Judges::Public;
	let mut reward: Balance = 0;
	for liar in liars(view, own) {
		let mut shares = claims.divide_lie(rules.slashes, stake, false);
		let gains = shares.iter_mut().filter(|(to, _)| to.gains(public));
		let most = most_of_falls(stake, (rules.bond)(liar));
		bound(gains.map(|(_, amount)| amount), |wanted| wanted.min(most));
		let own = |to: &Claimant| matches!(to, Claimant::Prepayer | Claimant::Finder);
		for (_, amount) in shares.iter().filter(|(to, _)| own(to)) {
			reward = reward.saturating_add(*amount);
		}
	}
	reward
}

/// What challenging what others say, where `own` came out here, is expected to earn, fees aside; `None` where it is expected
/// to lose. With some chance the lie stands, and case and bond are lost; else the case is paid for and the liars' stakes are
/// divided.
pub fn gain_of_challenge(
	view: &SharedView,
	own: &Digest,
	put_up: PutUp,
	rules: &Rules<impl Fn(&AccountId) -> Balance>,
) -> Option<Balance> {
	let reward = reward_of_challenge(view, own, put_up.funds, rules);
	let paid = percent(put_up.funds, 100 - LOST_PERCENT);
	let lost = percent(put_up.total(), LOST_PERCENT);
	percent(reward, 100 - LOST_PERCENT).checked_sub(paid.saturating_add(lost))
}

/// What an appeal with this bond is expected to earn, fees aside.
pub fn gain_of_appeal(bond: Balance) -> Option<Balance> {
	percent(appeal_reward(bond), 100 - LOST_PERCENT).checked_sub(percent(bond, LOST_PERCENT))
}

/// What a challenge or an appeal has to be expected to earn where whoever runs a watcher does not say.
pub const MIN_GAIN: Balance = MILLI;

/// Whether something is done that is expected to earn this, and `None` to lose, where it has to be so much at `least`.
pub fn pays(gain: Option<Balance>, least: Balance) -> bool {
	gain.is_some_and(|gain| gain >= least)
}

/// Divides first, since no amount must overflow; a few of the smallest unit are lost.
fn percent(amount: Balance, percent: Balance) -> Balance {
	(amount / 100).saturating_mul(percent)
}

/// A verdict that is wrong where what came out here is the truth, and that can be questioned still.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WrongVerdict {
	/// Round of the case.
	pub round: u8,
	/// What it has found, if anything.
	pub found: Option<Digest>,
	/// First block in which it is too late.
	pub until: BlockNumber,
}

impl WrongVerdict {
	/// That of a case where `own` came out here, if a transaction sent at the best block `now` comes in time.
	pub fn of(view: &CaseView, own: &Digest, now: BlockNumber) -> Option<Self> {
		let (round, found, until) = standing(view)?;
		let wrong = found != Some(*own) && can_land(now, until);
		wrong.then_some(Self { round, found, until })
	}
}

/// Whether a wrong verdict is taken to the court.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CourtUse {
	/// It does not take the task, or is not to be called.
	Never,
	/// Where there is no other committee.
	Last,
	/// Before another committee: it errs never.
	First,
}

impl CourtUse {
	/// Of a task which the court takes or not, and where it is worth more than a committee or not.
	pub fn of(takes: bool, first: bool) -> Self {
		match (takes, first) {
			(false, _) => Self::Never,
			(true, false) => Self::Last,
			(true, true) => Self::First,
		}
	}
}

/// What is done about a wrong verdict.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remedy {
	/// The court takes the task: certain, final, and for a fee.
	Court,
	/// Another committee, for this bond.
	Appeal(Balance),
	/// Nothing.
	None,
}

/// What a case says at the moment, where that can be questioned: its round, what it found, and the
/// first block in which it is too late.
pub fn standing(view: &CaseView) -> Option<(u8, Option<Digest>, BlockNumber)> {
	match view.case.phase {
		CasePhase::AppealWindow { verdict, until } => Some((view.case.round, Some(verdict), until)),
		CasePhase::Court { standing, until } => Some((view.case.round, standing, until)),
		_ => None,
	}
}

/// What to do about a wrong verdict, where the court is called like this and an appeal may be made.
pub fn remedy(view: &CaseView, court: CourtUse, appeal: bool) -> Remedy {
	match (view.appeal_bond, &view.case.phase) {
		_ if court == CourtUse::First => Remedy::Court,
		(Some(bond), CasePhase::AppealWindow { .. }) if appeal => Remedy::Appeal(bond),
		_ if court == CourtUse::Last => Remedy::Court,
		_ => Remedy::None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::scenes::{account, case_view, outcome, spec, view};
	use assay_primitives::{
		Permill, UNIT,
		deal::{NextStep, ReplicaState, TaskState},
		hashing::blake2,
		money::Economics,
	};
	use std::sync::Arc;

	fn agreed(replicas: &[(u32, ReplicaState)]) -> SharedView {
		let digest = outcome(7).digest(&spec().hash());
		view(20, TaskState::Agreed { digest, until: 40 }, replicas, NextStep::ChallengeWindow(40))
	}

	fn revealed(gas: u64) -> ReplicaState {
		ReplicaState::Revealed { outcome: outcome(gas), report: Hash::zero() }
	}

	#[test]
	fn sample_should_be_of_its_share_and_different_for_another_secret() {
		let chosen = |secret: u8| {
			let task = |deal| TaskId { deal, index: 0 };
			(0..10_000u64)
				.filter(|deal| is_chosen(&[secret; 32], &task(*deal), &Hash::zero(), 50_000))
				.collect::<Vec<_>>()
		};
		let (one, other) = (chosen(1), chosen(2));
		// Five standard deviations around 500; the secrets are fixed.
		assert!((391..=609).contains(&one.len()), "{}", one.len());
		assert_eq!(one, chosen(1));
		assert_ne!(one, other);
		let task = TaskId { deal: 1, index: 0 };
		assert!((0..100u8).all(|it| is_chosen(&[it; 32], &task, &blake2(&[it]), 1_000_000)));
		assert!((0..100u8).all(|it| !is_chosen(&[it; 32], &task, &blake2(&[it]), 0)));
	}

	#[test]
	fn only_those_who_said_something_else_should_be_liars() {
		let view = agreed(&[(0, revealed(7)), (2, revealed(7)), (3, revealed(8))]);
		let of = |gas| outcome(gas).digest(&spec().hash());
		let liars = |gas| liars(&view, &of(gas)).cloned().collect::<Vec<_>>();
		assert_eq!(liars(8), [account(1), account(3)]);
		assert_eq!(liars(9), [account(1), account(3), account(4)]);
	}

	#[test]
	fn party_should_be_recognised_in_every_place() {
		let view = agreed(&[]);
		assert!(is_party(&view, &[account(2)]) && is_party(&view, &[account(50), account(9)]));
		assert!(!is_party(&view, &[account(50)]) && !is_party(&view, &[]));
	}

	/// Two who have lied, each with so much at stake and a bond, and nobody who has told the truth.
	fn gain(stake: Balance, put_up: PutUp, bond: Balance, slashes: &Slashes) -> Option<Balance> {
		let mut view = agreed(&[(0, revealed(7)), (1, revealed(7))]);
		Arc::make_mut(&mut view.deal).terms.stake = stake;
		let own = outcome(8).digest(&spec().hash());
		gain_of_challenge(&view, &own, put_up, &Rules { slashes, bond: |_: &AccountId| bond })
	}

	#[test]
	fn challenge_should_pay_at_usual_stakes_and_not_where_little_is_at_stake() {
		let slashes = Economics::DEFAULT.slashes;
		let put_up = PutUp { funds: 3 * UNIT, bond: UNIT };
		let rich = 1_000 * UNIT;
		let usual = gain(5 * UNIT, put_up, rich, &slashes).expect("it pays");
		// Of 4.5 and 4.5 the case takes 3: half of 1.5 and of 4.5 is 3. And 3 · 0.95 − 4 · 0.05.
		assert_eq!(usual, 265 * UNIT / 100);
		let burnt = Slashes { burn: Permill::from_percent(20), ..slashes };
		// Of 4 and 4 it leaves 2.5 for whoever found it.
		assert_eq!(gain(5 * UNIT, put_up, rich, &burnt), Some(2_175 * UNIT / 1_000));
		let harmed = Slashes { harm: Permill::from_percent(10), ..slashes };
		// A payer whom nobody has served gets half a token of each first.
		assert_eq!(gain(5 * UNIT, put_up, rich, &harmed), Some(2_175 * UNIT / 1_000));
		// A tenth of its bond is all that the fall of either pays others: 0.6 and 0.6.
		assert_eq!(gain(5 * UNIT, put_up, 6 * UNIT, &slashes), Some(94 * UNIT / 100));
		assert_eq!(gain(0, put_up, rich, &slashes), None);
		assert_eq!(gain(UNIT, put_up, rich, &slashes), None, "the case costs more than both have");
		assert_eq!(gain(2 * UNIT, put_up, UNIT, &slashes), None);
	}

	#[test]
	fn challenge_and_appeal_should_not_overflow() {
		let slashes = Economics::DEFAULT.slashes;
		let all = PutUp { funds: Balance::MAX, bond: Balance::MAX };
		assert_eq!(gain(Balance::MAX / 16, all, Balance::MAX, &slashes), None);
		let nothing = PutUp { funds: 0, bond: 0 };
		assert!(gain(Balance::MAX, nothing, Balance::MAX, &slashes).is_some());
		assert_eq!(gain_of_appeal(10_000), Some(4_750 - 500));
	}

	#[test]
	fn verdict_should_be_wrong_only_where_it_says_something_else_and_can_be_questioned_in_time() {
		let (verdict, own) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
		let mut view = case_view(20, CasePhase::AppealWindow { verdict, until: 30 }, &[]);
		let wrong = WrongVerdict { round: 0, found: Some(verdict), until: 30 };
		assert_eq!(WrongVerdict::of(&view, &own, 28), Some(wrong));
		assert_eq!(WrongVerdict::of(&view, &own, 29), None, "it would come too late");
		assert_eq!(WrongVerdict::of(&view, &verdict, 20), None);
		view.case.phase = CasePhase::Court { standing: None, until: 30 };
		let none = WrongVerdict { found: None, ..wrong };
		assert_eq!(WrongVerdict::of(&view, &own, 20), Some(none));
	}

	#[test]
	fn gain_should_pay_from_the_least_on_and_a_loss_never() {
		assert!(pays(Some(MIN_GAIN), MIN_GAIN) && !pays(Some(MIN_GAIN - 1), MIN_GAIN));
		assert!(pays(Some(0), 0) && !pays(None, 0));
	}

	#[test]
	fn court_should_come_first_and_appeals_only_in_their_window() {
		let verdict = Hash::repeat_byte(1);
		let mut view = case_view(20, CasePhase::AppealWindow { verdict, until: 30 }, &[]);
		view.appeal_bond = Some(14);
		assert_eq!(standing(&view), Some((0, Some(verdict), 30)));
		assert_eq!(remedy(&view, CourtUse::First, true), Remedy::Court);
		for court in [CourtUse::Last, CourtUse::Never] {
			assert_eq!(remedy(&view, court, true), Remedy::Appeal(14));
		}
		assert_eq!(remedy(&view, CourtUse::Last, false), Remedy::Court);
		assert_eq!(remedy(&view, CourtUse::Never, false), Remedy::None);
		view.case.phase = CasePhase::Court { standing: None, until: 30 };
		assert_eq!(standing(&view), Some((0, None, 30)));
		assert_eq!(remedy(&view, CourtUse::Never, true), Remedy::None);
		for court in [CourtUse::Last, CourtUse::First] {
			assert_eq!(remedy(&view, court, true), Remedy::Court);
		}
		view.case.phase = CasePhase::Sealing { wave: 0, until: 30, answers: true };
		assert_eq!(standing(&view), None);
	}
}
