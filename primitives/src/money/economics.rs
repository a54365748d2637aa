//! The amounts and shares that may be changed on a running chain, as one record.
//!
//! One by one they would pass through values that can be robbed: a stake deters by what it is beside the prices, the
//! audits and the committee's error. So they are changed together, and a record that breaks one of the
//! inequalities of [`Unsound`] is refused as a whole. Deals and cases keep the version under which they were
//! opened: nobody's stake is taken under another rule than that under which it was put at risk.

use super::{LeastWage, Tariff, deterrence::against_owners};
use crate::{Balance, MILLI, Permill, UNIT, apply, case::Pace, reasons::ReasonClass};

/// Number of a record; the first one has 0.
pub type EconomicsVersion = u32;

/// The amounts and shares that may be changed on a running chain.
#[apply(stored)]
#[derive(Copy)]
pub struct Economics {
	/// What is paid beside work.
	pub fees: Fees,
	/// What the stakes of replicas follow from.
	pub stakes: Stakes,
	/// What becomes of them.
	pub slashes: Slashes,
	/// What mediators have at risk.
	pub seats: Seats,
}

/// What is paid beside work.
#[apply(stored)]
#[derive(Copy)]
pub struct Fees {
	/// Protocol fee, of what replicas earn and on top of it.
	pub protocol: Permill,
	/// Share of P_max that a replica is paid for an attempt that the client's content thwarted.
	pub attempt: Permill,
	/// Share of its price that a revealed replica is paid at most where nothing was decided.
	pub undecided: Permill,
	/// Most that a solver may be tipped, of what a task costs.
	pub tip: Permill,
	/// Least that a client offers for a callback.
	pub callback: Balance,
	/// What a replica has to earn at least for its score to grow. A score costs the protocol's share of it.
	pub scored: Balance,
}

/// What the stakes of replicas follow from.
#[apply(stored)]
#[derive(Copy)]
pub struct Stakes {
	/// Least stake as a share of the deal's lowest P_max.
	pub ratio: Permill,
	/// Least stake.
	pub least: Balance,
	/// Least stake as a multiple of the deal's lowest P_max, where somebody judges. The higher it is, the rarer
	/// audits have to be.
	pub factor: u32,
	/// By this much the dearest candidate may cost more than the cheapest where an arbiter is at hand: the
	/// stake, which follows from the cheapest, deters the dearest too.
	pub price_spread: Permill,
	/// Share of audits that the stake of a replica is made for whose word is the outcome.
	pub audit_rate: Permill,
	/// Share of agreed results that are audited however little they pay, where the policy does not say.
	pub audit_least: Permill,
	/// Probability with which a committee is wrong after all appeals.
	pub committee_error: Permill,
}

/// What becomes of the stakes of replicas, and of what others answer with.
#[apply(stored)]
#[derive(Copy)]
pub struct Slashes {
	/// Least share of a slash that is burnt.
	pub burn: Permill,
	/// Share of the stake that a replica loses which never sealed.
	pub silent: Permill,
	/// Share of a slash for whoever applied the deadline that ended the task.
	pub poke: Permill,
	/// Share of a slash for the payer of a task that nobody delivered. None where clients could bring about that
	/// others fail.
	pub harm: Permill,
	/// Share of a denounced stake that whoever opened the seal is paid. Small, because whoever has stolen an
	/// operator key can seal and denounce.
	pub denounce: Permill,
	/// What a publisher's bond loses beside the fees of those whom its content failed, of these fees.
	pub fine: Permill,
	/// Share of the fund for audits that is paid to the committee that finds a lie by one.
	pub jackpot: Permill,
	/// Least that is paid then, as far as the fund goes, and never more than the lie's authors lost to nobody.
	pub jackpot_least: Balance,
}

/// What mediators have at risk.
#[apply(stored)]
#[derive(Copy)]
pub struct Seats {
	/// What a seat earns at least, whatever the candidates of a deal ask.
	pub wage: LeastWage,
	/// Stake of a member for each unit of its wage.
	pub factor: u32,
	/// Least stake of a member.
	pub least: Balance,
	/// Share of the stake that a vote against the final ruling costs.
	pub against: Permill,
	/// Share that not sealing costs, where the chain promises all content meanwhile.
	pub silent: Permill,
	/// Share that not revealing costs, or revealing too early.
	pub withheld: Permill,
	/// Least share of slashes and lost appeal bonds that is burnt.
	pub burn: Permill,
	/// Share of its penalty that whoever opens a seal too early is paid.
	pub denounce: Permill,
}

reasons! {
	/// Why a record can't be: what somebody would gain by it.
	pub enum Unsound {
		0 NothingBurnt: "without a burn, and with nothing but a burn, slashes come back through other accounts or pay for no case",
		1 SlashOverspent: "burn, poker, payer and denouncer together would get more than a slash",
		2 CommitteeErrs: "a committee that errs in half of all cases deters nobody",
		3 NothingAudited: "without audits a single replica lies for nothing",
		4 AttemptPaysAsWork: "an attempt, or what is undecided, would pay as much as work that is right",
		5 DenouncingIsCheaper: "whoever is silent would lose less by denouncing itself",
		6 SilenceIsFree: "not to seal would cost a replica nothing, or as much as a lie",
		7 VotesAreFree: "a vote against the ruling would cost a mediator no more than it saves",
		8 SilenceBeatsVoting: "a mediator would lose less by withholding a vote than by a wrong one, or more by silence",
		9 SeatDenouncedCheaply: "a mediator would lose less by denouncing itself than by silence",
		10 StakesVanish: "the least stake of a replica or of a seat is nothing",
		11 SeatBeyondBond: "the least stake of a seat is above the least bond of a mediator",
		12 ScoresAreFree: "a score would grow by work that owes no fee",
		13 PlacesAreFree: "a place for judging would cost what the buyer likes",
	}
}

impl Unsound {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		ReasonClass::Rejected
	}

	/// What can be done about it: each sentence says what to change.
	pub fn hint(&self) -> Option<&'static str> {
		None
	}
}

impl Economics {
	/// What a new chain has.
	pub const DEFAULT: Self = Self {
		fees: Fees {
			protocol: Permill::from_percent(1),
			attempt: Permill::from_percent(5),
			undecided: Permill::from_percent(50),
			tip: Permill::from_percent(5),
			callback: 10 * MILLI,
			// Of which the protocol's fee is a hundredth.
			scored: MILLI,
		},
		stakes: Stakes {
			ratio: Permill::from_percent(30),
			least: 100 * MILLI,
			// At which a quorum of two or more pays less than a sixth of its work for audits.
			factor: 10,
			price_spread: Permill::from_percent(25),
			audit_rate: Permill::from_percent(2),
			// More would cost those most who use little of what they have asked for.
			audit_least: Permill::from_parts(1_000),
			committee_error: Permill::from_percent(1),
		},
		slashes: Slashes {
			burn: Permill::from_percent(10),
			silent: Permill::from_percent(25),
			poke: Permill::from_percent(5),
			// A client can choose tasks that are hard to serve in time, and must not gain by that.
			harm: Permill::zero(),
			denounce: Permill::from_percent(10),
			fine: Permill::from_percent(10),
			jackpot: Permill::from_percent(10),
			jackpot_least: UNIT,
		},
		seats: Seats {
			// A tenth of the place for five blocks; for gas as much as for the blocks that judging it takes, and a quarter
			// more. A default job costs more than that.
			wage: LeastWage { place: 2 * MILLI, per_block: MILLI / 50, per_ggas: MILLI / 40 },
			factor: 100,
			least: UNIT,
			against: Permill::from_percent(20),
			silent: Permill::from_percent(10),
			withheld: Permill::from_percent(20),
			burn: Permill::from_percent(10),
			denounce: Permill::from_percent(50),
		},
	};

	/// Checks all inequalities; `bond` is the least that a mediator has.
	pub fn check(&self, bond: Balance) -> Result<(), Unsound> {
		let Self { fees, stakes, slashes, seats } = self;
		let whole = Permill::one().deconstruct();
		let sum = |shares: &[Permill]| -> u32 {
			shares.iter().fold(0, |sum: u32, share| sum.saturating_add(share.deconstruct()))
		};
		let burns = [slashes.burn, seats.burn];
		let some = |share: &Permill| !share.is_zero() && *share < Permill::one();
		let overspent = sum(&[slashes.burn, slashes.poke, slashes.harm]) > whole
			|| sum(&[slashes.burn, slashes.denounce]) > whole
			|| sum(&[seats.burn, seats.denounce]) > whole;
		let rest = |share: Permill| Permill::from_parts(whole.saturating_sub(share.deconstruct()));
		let denounced = rest(slashes.denounce) <= slashes.silent;
		let vote = u64::from(seats.against.deconstruct()).saturating_mul(seats.factor.into());
		let ordered = seats.silent <= seats.against && seats.against <= seats.withheld;
		for (sound, unsound) in [
			(burns.iter().all(some), Unsound::NothingBurnt),
			(!overspent, Unsound::SlashOverspent),
			(stakes.committee_error < Permill::from_percent(50), Unsound::CommitteeErrs),
			(
				!stakes.audit_rate.is_zero() && !stakes.audit_least.is_zero(),
				Unsound::NothingAudited,
			),
			(
				fees.attempt < Permill::one() && fees.undecided < Permill::one(),
				Unsound::AttemptPaysAsWork,
			),
			(some(&slashes.silent), Unsound::SilenceIsFree),
			(!denounced, Unsound::DenouncingIsCheaper),
			(vote > whole.into(), Unsound::VotesAreFree),
			(ordered, Unsound::SilenceBeatsVoting),
			(rest(seats.denounce) * seats.withheld >= seats.silent, Unsound::SeatDenouncedCheaply),
			(stakes.least > 0 && seats.least > 0, Unsound::StakesVanish),
			(seats.least <= bond, Unsound::SeatBeyondBond),
			(fees.protocol.mul_floor(fees.scored) > 0, Unsound::ScoresAreFree),
			(seats.wage.place > 0, Unsound::PlacesAreFree),
		] {
			if !sound {
				return Err(unsound);
			}
		}
		Ok(())
	}

	/// How often a result is audited whose dearest replica is paid `pay` for it with `stake` at risk, and of whose
	/// kind at least `least` are: see [`against_owners`].
	pub fn audited(&self, least: Permill, pay: Balance, stake: Balance) -> Permill {
		let Self { stakes, slashes, .. } = self;
		least.max(against_owners(pay, stake, slashes.burn, stakes.committee_error))
	}

	/// What the money of a deal follows from, where a case costs so many wages at most, and judging takes so long.
	pub fn tariff(&self, case_wages: Option<u32>, pace: Pace) -> Tariff {
		let Self { fees, stakes, slashes, seats } = self;
		Tariff {
			protocol_fee: fees.protocol,
			stake_ratio: stakes.ratio,
			min_stake: stakes.least,
			stake_factor: stakes.factor,
			audit_rate: stakes.audit_rate,
			audit_least: stakes.audit_least,
			committee_error: stakes.committee_error,
			price_spread: stakes.price_spread,
			burn_share: slashes.burn,
			case_wages,
			least_wage: seats.wage,
			pace,
		}
	}
}

impl Default for Economics {
	fn default() -> Self {
		Self::DEFAULT
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec::Vec;

	const BOND: Balance = 100 * UNIT;

	/// The record with one thing changed, and what is wrong with it.
	fn broken(change: impl FnOnce(&mut Economics)) -> Option<Unsound> {
		let mut economics = Economics::DEFAULT;
		change(&mut economics);
		economics.check(BOND).err()
	}

	#[test]
	fn record_of_a_new_chain_should_be_sound() {
		assert_eq!(Economics::DEFAULT.check(BOND), Ok(()));
		// Each of the two is what the other may be at most.
		assert_eq!(broken(|it| it.seats.silent = Permill::from_percent(10)), None);
		assert_eq!(broken(|it| it.seats.against = Permill::from_percent(20)), None);
	}

	#[test]
	fn record_should_be_refused_when_it_breaks_an_inequality() {
		let percent = Permill::from_percent;
		let all = [
			(broken(|it| it.slashes.burn = percent(0)), Unsound::NothingBurnt),
			(broken(|it| it.slashes.burn = percent(100)), Unsound::NothingBurnt),
			(broken(|it| it.seats.burn = percent(0)), Unsound::NothingBurnt),
			(broken(|it| it.slashes.harm = percent(86)), Unsound::SlashOverspent),
			(broken(|it| it.slashes.denounce = percent(91)), Unsound::SlashOverspent),
			(broken(|it| it.seats.denounce = percent(91)), Unsound::SlashOverspent),
			(broken(|it| it.stakes.committee_error = percent(50)), Unsound::CommitteeErrs),
			(broken(|it| it.stakes.audit_rate = percent(0)), Unsound::NothingAudited),
			(broken(|it| it.stakes.audit_least = percent(0)), Unsound::NothingAudited),
			(broken(|it| it.fees.attempt = percent(100)), Unsound::AttemptPaysAsWork),
			(broken(|it| it.fees.undecided = percent(100)), Unsound::AttemptPaysAsWork),
			(broken(|it| it.slashes.denounce = percent(75)), Unsound::DenouncingIsCheaper),
			(broken(|it| it.slashes.silent = percent(0)), Unsound::SilenceIsFree),
			(broken(|it| it.slashes.silent = percent(100)), Unsound::SilenceIsFree),
			(broken(|it| it.seats.factor = 5), Unsound::VotesAreFree),
			(broken(|it| it.seats.silent = percent(21)), Unsound::SilenceBeatsVoting),
			(broken(|it| it.seats.withheld = percent(19)), Unsound::SilenceBeatsVoting),
			(broken(|it| it.seats.denounce = percent(51)), Unsound::SeatDenouncedCheaply),
			(broken(|it| it.stakes.least = 0), Unsound::StakesVanish),
			(broken(|it| it.seats.least = 0), Unsound::StakesVanish),
			(broken(|it| it.seats.least = BOND + 1), Unsound::SeatBeyondBond),
			(broken(|it| it.fees.scored = 99), Unsound::ScoresAreFree),
			(broken(|it| it.fees.protocol = percent(0)), Unsound::ScoresAreFree),
			(broken(|it| it.seats.wage.place = 0), Unsound::PlacesAreFree),
		];
		for (at, (found, expected)) in all.iter().enumerate() {
			assert_eq!(*found, Some(*expected), "case {at}");
		}
		let mut seen: Vec<Unsound> = all.iter().map(|(_, unsound)| *unsound).collect();
		seen.dedup();
		seen.sort_unstable();
		seen.dedup();
		assert_eq!(seen.len(), 14, "each inequality is broken once");
	}
}
