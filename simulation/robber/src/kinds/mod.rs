//! Properties: what honest accounts are promised, tried on random sequences of at least so many calls.
//!
//! Each kind of attack has worlds and coalitions in which it could come about, moves that are made more often, and
//! promises beside those that hold in all: nobody honest loses anything but fees, money is conserved, and everything has
//! an end. Calls are made without fees here, so that nobody may lose anything at all.

mod list;
mod sequences;
#[cfg(test)]
mod tests;

pub use list::KINDS;
pub use sequences::{Breach, Course, Stage};

use crate::{moves::Mix, play::Find, scene::Setting, world::World};
use assay_primitives::{Balance, MILLI};

/// Amounts below that are rounding.
const ROUNDING: i128 = 1_000;

/// A kind of attack, and what must hold whatever is tried.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
	/// Its name on the command line.
	pub name: &'static str,
	/// What the attack is, in a few words.
	pub about: &'static str,
	/// Worlds and coalitions, in turn.
	pub settings: &'static [Setting],
	/// How often moves are made.
	pub mix: Mix,
	/// Calls that are made more often than others.
	pub calls: &'static [(&'static str, u32)],
	/// What must hold beside that everything has an end and money is conserved.
	pub promises: &'static [Promise],
}

/// What must hold.
#[derive(Clone, Copy, Debug)]
pub enum Promise {
	/// Accounts with these roles own no less than before.
	NobodyLoses(&'static [&'static str]),
	/// No task that everybody can run is settled on a lie if an honest replica has said what is true.
	TruthIsHeard,
	/// Honest mediators earn the least wage of a place, and no less than they ask for, for each vote that they have
	/// opened.
	VotesArePaid,
	/// No honest mediator is seated for less than it asks for, or for what it can't run in the time that it has.
	SeatsAreDeclared,
	/// A coalition with stolen keys gains no more by them than a tenth of the bonds behind.
	FallsAreBounded,
	/// What the chain looks up for a daemon follows from what concerns it.
	ReadsAreBounded,
	/// What the court has cost comes back once, to whom it may, and from those who lied.
	CourtIsRepaid,
	/// The fund for audits pays for audits that find nothing, and otherwise what liars have lost.
	FundIsWhole,
	/// Nobody deals with an honest provider on terms that it has offered to others.
	TermsAreKept,
	/// No more tickets are taken in a block than committees are drawn in one.
	TicketsAreFew,
}

impl Promise {
	/// What does not hold now, when everything has ended.
	fn broken_at_end(&self, world: &mut World, setting: &Setting) -> Option<Find> {
		match self {
			Self::NobodyLoses(roles) => {
				let lost = world.lost(0).into_iter();
				let (role, amount) = lost
					.filter(|(role, amount)| roles.contains(role) && *amount > ROUNDING)
					.max_by_key(|(_, amount)| *amount)?;
				Some(Find::Loss { role: role.into(), amount })
			},
			Self::TruthIsHeard => {
				let task = world.noted.overruled.first()?;
				Some(promise(format!(
					"{task:?} was settled on a lie that an honest replica contradicts"
				)))
			},
			Self::VotesArePaid => {
				/// Least wage of a place, whatever a task's gas and time.
				const LEAST: Balance = 2 * MILLI;
				let (votes, earned) = (world.noted.votes, world.earned_by_judging());
				// Nobody is seated for less than it has said.
				let due = LEAST.max(setting.scene.wage) as i128 * i128::from(votes);
				let short = earned < due - ROUNDING;
				short.then(|| {
					promise(format!("{votes} votes have earned {earned} instead of {due}"))
				})
			},
			Self::SeatsAreDeclared => {
				let case = world.noted.conscripted.first()?;
				Some(promise(format!(
					"case {case} has a mediator that has not declared to take such a one"
				)))
			},
			Self::FallsAreBounded => {
				let bonds = setting.scene.bond * Balance::from(setting.coalition.stolen);
				let (gain, most) = (world.result().0, (bonds / 10) as i128);
				let more = gain > most + ROUNDING;
				more.then(|| promise(format!("a stolen key is worth {gain}, and {most} at most")))
			},
			Self::CourtIsRepaid => world.noted.bills.overpaid().map(promise),
			Self::FundIsWhole => {
				let lost = world.lost(0).get("fund").copied().unwrap_or_default();
				let bills = &world.noted.bills;
				let (most, over) = (bills.of_fund(), bills.overspent());
				let more = lost > most + ROUNDING;
				let more =
					more.then(|| format!("the fund has lost {lost}, and {most} at most are due"));
				over.or(more).map(promise)
			},
			Self::TermsAreKept => {
				let deal = world.noted.unwanted.first()?;
				Some(promise(format!("deal {deal} has an honest provider at terms for others")))
			},
			Self::TicketsAreFew => {
				/// Of public and of named judges together.
				const DRAWS: usize = 4;
				let opened = world.noted.opened;
				let more = opened > DRAWS;
				more.then(|| promise(format!("{opened} rounds were opened in a block")))
			},
			Self::ReadsAreBounded => None,
		}
	}

	/// What does not hold at some block.
	fn broken_now(&self, world: &mut World) -> Option<Find> {
		let Self::ReadsAreBounded = self else { return None };
		world.note_reads();
		let excess = world.noted.reads;
		(excess > 0).then(|| promise(format!("a daemon's views read {excess} keys too many")))
	}
}

fn promise(what: String) -> Find {
	Find::Promise { what }
}
