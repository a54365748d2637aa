//! The properties on a committed seed, and what they rest on.

use super::{KINDS, Kind, Stage};
use crate::{moves::call_of, play::Find, tries::Tries};

const SEED: u64 = 15;
const SEQUENCES: u64 = 12;
const CALLS: u64 = 200;

fn kind(name: &str) -> &'static Kind {
	KINDS.iter().find(|kind| kind.name.starts_with(name)).expect("there is such a kind")
}

/// Plays a bounded sample; `needs` are parts of what has to happen in it, or it would say little.
fn holds(name: &str, needs: &[&str]) {
	let kind = kind(name);
	let stage = Stage::new(kind);
	let mut seen = std::collections::BTreeSet::new();
	for number in 0..SEQUENCES {
		let course = stage.play(SEED, number, CALLS);
		if let Some(breach) = course.breach {
			panic!("{name}, sequence {number} in {}: {}", breach.setting, breach.find);
		}
		assert!(course.calls >= CALLS, "{name}: {number} has {} calls", course.calls);
		seen.extend(course.seen);
	}
	for need in needs {
		assert!(seen.iter().any(|it| it.contains(need)), "{name}: no {need} in {seen:#?}");
	}
}

#[test]
fn silence_should_cost_nothing_when_content_was_withheld() {
	holds("k01", &["CaseOpened", "RoundNotHeld", "Court.adjudicate"]);
}

#[test]
fn judges_of_one_side_should_take_nothing_when_others_have_named_none() {
	holds("k02", &["Market.match_orders", "CaseClosed"]);
}

#[test]
fn votes_should_be_paid_whatever_the_price_of_the_task() {
	holds("k03", &["Revealed", "CaseClosed"]);
}

#[test]
fn publisher_should_lose_nothing_by_what_replicas_agree_on() {
	holds("k04", &["Market.match_orders", "TaskSettled"]);
}

#[test]
fn outvoted_replica_should_lose_nothing_and_be_heard() {
	holds("k05", &["CaseOpened", "ReplicaSlashed"]);
}

#[test]
fn reads_should_follow_from_what_concerns_a_daemon() {
	holds("k06", &["DealOpened"]);
}

#[test]
fn wide_judges_should_take_nothing_when_limits_leave_only_them() {
	holds("k07", &["TermsChanged", "DealOpened"]);
}

#[test]
fn stolen_key_should_be_worth_a_bounded_part_of_the_bond() {
	holds("k08", &["ReplicaSlashed"]);
}

#[test]
fn answer_without_work_should_lose_to_one_who_ran_the_program() {
	holds("k09", &["CaseClosed", "ReplicaSlashed"]);
}

#[test]
fn silence_should_cost_nothing_when_leaves_were_kept_back() {
	holds("k10", &["Published", "CaseOpened"]);
}

#[test]
fn everything_should_have_an_end_whatever_the_load() {
	holds("k11", &["RoundQueued", "CaseClosed"]);
}

#[test]
fn court_should_be_repaid_once_and_by_liars() {
	holds("k12", &["Court.adjudicate", "Ruled"]);
}

#[test]
fn sequence_should_be_the_same_when_its_number_and_seed_are() {
	let stage = Stage::new(kind("k05"));
	let [one, again, other] = [3, 3, 4].map(|number| stage.play(SEED, number, 60));
	assert_eq!((one.calls, &one.seen), (again.calls, &again.seen));
	assert_ne!(one.seen, other.seen);
}

#[test]
fn kinds_should_name_calls_that_there_are_and_differ_in_name() {
	for kind in &KINDS {
		for (name, _) in kind.calls {
			assert!(crate::generate::calls().iter().any(|call| call.path() == *name), "{name}");
		}
		assert_eq!(KINDS.iter().filter(|other| other.name == kind.name).count(), 1);
	}
}

/// What is counted as a breach is told in words that name it.
#[test]
fn breach_should_say_what_was_promised() {
	let find = Find::Promise { what: "two votes have earned 1 instead of 2".into() };
	assert_eq!(find.to_string(), "not kept: two votes have earned 1 instead of 2");
}

/// What is refused leads nowhere: a kind in which orders don't become deals says nothing.
#[test]
fn matches_should_mostly_be_carried_out_when_members_make_them() {
	let stage = Stage::new(kind("k02"));
	let mut all = Tries::default();
	for number in 0..4 {
		let courses = stage.play(SEED, number, CALLS).kinds.into_iter();
		let of_matches = courses.filter(|(at, _)| call_of(*at).path() == "Market.match_orders");
		of_matches.for_each(|(_, tries)| all.add(tries));
	}
	assert!(all.done > 20, "{all:?}");
	assert!(2 * all.done > all.made + all.unfit, "{all:?}");
	// What a hole would let through has to be tried as well.
	assert!(all.done < all.made, "{all:?}");
}
