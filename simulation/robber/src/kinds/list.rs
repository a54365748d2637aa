//! The kinds.

use super::{Kind, Promise};
use crate::{
	moves::Mix,
	scene::{by, with_stolen},
};

/// Whoever does as the daemons do, where somebody looks at results.
const ALL: Promise =
	Promise::NobodyLoses(&["provider", "mediator", "publisher", "watcher", "client"]);
/// The same where nobody looks: a client may pay for a lie of an owner of all replicas.
const BONDED: Promise = Promise::NobodyLoses(&["provider", "mediator", "publisher"]);

/// Members order from each other and from others, answer, and have answers judged.
const MIX: Mix =
	Mix { pass: 7, wait: 1, order: 1, content: 2, silence: 1, agree: 2, rare: 0, call: 18 };
/// Honest clients order as much.
const SOLD: Mix = Mix { order: 6, ..MIX };

const ASK: (&str, u32) = ("Market.submit", 6);
const MATCH: (&str, u32) = ("Market.match_orders", 6);
const CHECK: (&str, u32) = ("Deals.check", 6);
const CHALLENGE: (&str, u32) = ("Deals.challenge", 3);
const ACCEPT: (&str, u32) = ("Deals.accept", 2);
const POKE: (&str, u32) = ("Deals.poke", 2);
const POKE_CASE: (&str, u32) = ("Mediation.poke", 2);
const APPEAL: (&str, u32) = ("Mediation.appeal", 3);
const COURT: (&str, u32) = ("Court.adjudicate", 4);
const PUBLISH: (&str, u32) = ("Content.publish", 4);
const COMMIT: (&str, u32) = ("Deals.commit", 3);
const REVEAL: (&str, u32) = ("Deals.reveal", 3);
const DECLINE: (&str, u32) = ("Deals.decline", 3);
const REPORT: (&str, u32) = ("Deals.open_report", 3);
const DENOUNCE: (&str, u32) = ("Deals.denounce", 2);
const OFFER: (&str, u32) = ("Market.place_offer", 2);
const TERMS: (&str, u32) = ("Mediation.update", 2);

/// All kinds, in the order of their numbers.
pub static KINDS: [Kind; 12] = [
	Kind {
		name: "k01-silence",
		about: "punished for what one could not do",
		settings: &[by(1, 2, 0, 2), by(4, 1, 0, 3)],
		mix: MIX,
		calls: &[ASK, CHECK, COURT, CHALLENGE, APPEAL, POKE_CASE, DECLINE],
		promises: &[BONDED],
	},
	Kind {
		name: "k02-consent",
		about: "silence about judges read as consent",
		settings: &[by(8, 2, 3, 1), by(13, 3, 4, 1), by(13, 2, 3, 1)],
		mix: MIX,
		calls: &[MATCH, CHECK, CHALLENGE, POKE, POKE_CASE],
		promises: &[BONDED, Promise::TruthIsHeard, Promise::TermsAreKept],
	},
	Kind {
		name: "k03-places",
		about: "places for judging at a price of the buyer's",
		settings: &[by(9, 2, 0, 3), by(10, 2, 0, 3), by(1, 2, 0, 3)],
		mix: MIX,
		calls: &[ASK, CHECK, CHALLENGE, OFFER, POKE, POKE_CASE],
		promises: &[BONDED, Promise::VotesArePaid, Promise::SeatsAreDeclared],
	},
	Kind {
		name: "k04-absent",
		about: "a publisher's bond, by what replicas agree on",
		settings: &[by(1, 3, 0, 2), by(2, 4, 0, 2), by(13, 4, 0, 1), by(4, 4, 0, 2)],
		mix: MIX,
		calls: &[MATCH, ASK, POKE, ACCEPT, CHECK],
		promises: &[BONDED],
	},
	Kind {
		name: "k05-vote",
		about: "a stake lost by vote alone",
		settings: &[by(1, 4, 0, 1), by(1, 6, 2, 1), by(13, 6, 0, 1)],
		mix: SOLD,
		calls: &[ASK, MATCH, CHECK, CHALLENGE, REPORT, ACCEPT, POKE],
		promises: &[BONDED, Promise::TruthIsHeard],
	},
	Kind {
		name: "k06-reads",
		about: "work for strangers set by deposits that come back",
		settings: &[by(0, 2, 0, 3), by(3, 2, 0, 2)],
		mix: Mix { call: 26, ..MIX },
		calls: &[ASK, MATCH, OFFER, POKE, PUBLISH],
		promises: &[ALL, Promise::ReadsAreBounded],
	},
	Kind {
		name: "k07-eligible",
		about: "limits that leave only the attacker to judge",
		settings: &[by(11, 2, 3, 2), by(11, 1, 4, 2)],
		mix: MIX,
		calls: &[ASK, MATCH, CHECK, CHALLENGE, TERMS, POKE, POKE_CASE],
		promises: &[BONDED, Promise::SeatsAreDeclared],
	},
	Kind {
		name: "k08-falls",
		about: "slashes that pay whom the attacker chooses",
		settings: &[
			with_stolen(1, by(12, 2, 0, 2)),
			with_stolen(2, by(12, 3, 0, 1)),
			with_stolen(1, by(13, 3, 0, 1)),
		],
		mix: Mix { order: 0, ..MIX },
		calls: &[ASK, MATCH, CHECK, CHALLENGE, COMMIT, REVEAL, DENOUNCE, REPORT, POKE],
		promises: &[BONDED, Promise::FallsAreBounded],
	},
	Kind {
		name: "k09-focal",
		about: "an answer that is known without the work",
		settings: &[by(1, 3, 0, 1), by(5, 3, 0, 1)],
		mix: SOLD,
		calls: &[ASK, ACCEPT, CHECK, REPORT, POKE, COMMIT, REVEAL],
		promises: &[BONDED, Promise::TruthIsHeard],
	},
	Kind {
		name: "k10-leaves",
		about: "promises of content taken by their first block",
		settings: &[by(1, 2, 0, 2)],
		mix: MIX,
		calls: &[ASK, CHECK, PUBLISH, COURT, CHALLENGE, POKE_CASE],
		promises: &[BONDED],
	},
	Kind {
		name: "k11-load",
		about: "everything has an end, whatever the load",
		settings: &[by(10, 3, 0, 4), by(6, 3, 2, 3)],
		mix: Mix { order: 8, call: 26, ..MIX },
		calls: &[ASK, MATCH, CHECK, CHALLENGE, APPEAL, DECLINE, REPORT, COMMIT, DENOUNCE],
		promises: &[Promise::NobodyLoses(&["provider", "publisher"]), Promise::TicketsAreFew],
	},
	Kind {
		name: "k12-court",
		about: "what the court has cost, out of stakes and fund",
		settings: &[by(1, 3, 0, 2), by(1, 4, 6, 2), by(0, 3, 4, 2)],
		mix: MIX,
		calls: &[ASK, CHECK, CHALLENGE, COURT, COURT, POKE, POKE_CASE, APPEAL],
		promises: &[Promise::CourtIsRepaid, Promise::FundIsWhole],
	},
];
