//! A bounded search on a committed seed, and what it rests on.

use crate::{
	memory::SignedOrder,
	moves::Move,
	play::{Find, Ground},
	record::Recording,
	scene::{SCENES, SETTINGS, Setting, by},
	search::{Plan, Progress, search},
	trace::Trace,
	world::World,
};
use assay_primitives::order::AnyOrder;
use assay_simulation::{Fidelity, account};
use std::{fs, path::PathBuf};

const CALLS: u64 = 3_000;

fn plan(threads: usize, calls: u64) -> Plan {
	let settings = [SETTINGS[0], SETTINGS[6]].to_vec();
	Plan { seed: 7, calls, threads, fidelity: Fidelity::Dispatched, settings }
}

fn ground(at: usize) -> Ground {
	Ground::new(SETTINGS[at], Fidelity::Dispatched)
}

fn order() -> Move {
	Move::Order { kind: 0 }
}

/// A file in the target's folder for temporary files.
fn file(name: &str) -> PathBuf {
	let folder = std::env::temp_dir().join(format!("assay-robber-{}", std::process::id()));
	fs::create_dir_all(&folder).expect("there is room");
	folder.join(name)
}

fn trace() -> Trace {
	let find = Find::Loss { role: "client".into(), amount: 1 };
	Trace::new(&SETTINGS[0], vec![order(), call("Deals.poke"), Move::Pass { blocks: 3 }], find, 5)
}

fn call(path: &str) -> Move {
	let at = crate::generate::calls().iter().position(|call| call.path() == path);
	Move::Call { who: 0, kind: at.expect("there is such a call") as u16, choices: vec![1, 2] }
}

/// What is told of a trace whose file was changed.
fn refusal(name: &str, change: impl FnOnce(&mut serde_json::Value)) -> String {
	let path = file(name);
	let mut value = serde_json::to_value(trace()).expect("it can be written");
	change(&mut value);
	fs::write(&path, value.to_string()).expect("there is room");
	format!("{:#}", Trace::read(&path).expect_err("it can't be played"))
}

#[test]
fn search_should_find_the_same_when_the_number_of_threads_differs() {
	let run = |threads| search(&plan(threads, CALLS), Progress::default(), |_| true);
	let (one, two) = (run(1), run(2));
	assert_eq!(one.seen, two.seen);
	assert_eq!(one.corpus, two.corpus);
	assert_eq!(one.finds, two.finds);
	assert!(one.seen.len() > 40, "{:?}", one.seen);
}

#[test]
fn search_should_go_on_as_if_it_had_not_ended_when_its_corpus_is_read() {
	let once = search(&plan(1, CALLS), Progress::default(), |_| true);
	let half = search(&plan(1, CALLS / 2), Progress::default(), |_| true);
	let text = serde_json::to_vec(&half).expect("it can be written");
	let read = serde_json::from_slice(&text).expect("it can be read");
	let resumed = search(&plan(1, CALLS), read, |_| true);
	assert_eq!((once.played, once.calls), (resumed.played, resumed.calls));
	assert_eq!(once.corpus, resumed.corpus);
	assert_eq!(once.finds, resumed.finds);
}

#[test]
fn nobody_should_be_robbed_when_everybody_is_honest() {
	for setting in SETTINGS {
		let ground = Ground::new(setting, Fidelity::Dispatched);
		let pass = |blocks| Move::Pass { blocks };
		let moves = [order(), pass(5), Move::Order { kind: 5 }, pass(60)];
		let played = ground.play(&moves);
		assert_eq!(played.finds, [], "{setting}");
		let settled = |name: &String| name.contains("TaskSettled");
		assert!(played.noted.seen.iter().any(settled), "{setting}: {:?}", played.noted.seen);
	}
}

#[test]
fn world_should_be_left_as_it_was_when_a_sequence_was_played() {
	let ground = ground(2);
	let moves = [order(), Move::Silence { who: 1 }, Move::Pass { blocks: 20 }];
	let (once, again) = (ground.play(&moves), ground.play(&moves));
	assert_eq!((once.gain, once.finds), (again.gain, again.finds));
	assert_eq!(once.noted.seen, again.noted.seen);
}

#[test]
fn sequence_should_come_to_the_same_when_its_beginning_is_played_once() {
	let ground = ground(0);
	let (first, rest) = ([order(), Move::Pass { blocks: 4 }], vec![Move::Pass { blocks: 9 }]);
	let whole = ground.play(&[&first[..], &rest].concat());
	for part in ground.play_all(&first, &[rest.clone(), rest], &Default::default()) {
		assert_eq!((part.gain, &part.noted.seen), (whole.gain, &whole.noted.seen));
	}
}

/// Two of three say what is not so where nobody looks.
#[test]
fn members_should_be_believed_when_they_agree_and_nobody_looks() {
	let ground = ground(6);
	let lie = Move::Agree { who: 255, answer: 1, report: false, sure: false };
	let orders = vec![Move::Order { kind: 1 }; 6];
	let played = ground.play(&[&[lie][..], &orders, &[Move::Pass { blocks: 60 }]].concat());
	let lost = |find: &Find| matches!(find, Find::Loss { role, .. } if role == "client");
	assert!(played.finds.iter().any(lost), "{:?}", played.finds);
}

#[test]
fn signature_should_be_valid_when_a_block_is_undone_and_stay_so_until_its_signer_sends_another() {
	let start = World::start(&SETTINGS[0], Fidelity::Signed);
	let after = |moves: &[Move]| {
		let mut world = start.fork();
		moves.iter().for_each(|one| world.apply(one));
		world
	};
	let sealed = |world: &World| world.noted.seen.iter().any(|it| it == "Deals.commit  done");
	let pass = |blocks| Move::Pass { blocks };
	let first = (1..40).find(|blocks| sealed(&after(&[order(), pass(*blocks)])));
	let before = first.expect("providers seal") - 1;
	let undone = [order(), pass(before), Move::Stall, pass(1), Move::Undo];
	let mut world = after(&undone);
	assert_eq!(world.chain.now(), after(&undone[..2]).chain.now());
	world.noted = Default::default();
	world.apply(&Move::Replay { which: 0 });
	let (who, call) = world.last_call().expect("it is valid");
	assert!(!world.cast.members.iter().any(|member| account(member) == who));
	let sent = world.fork();
	world.block();
	assert!(sealed(&world), "{call:?}");
	// A daemon that sees its task undone sends its seal again, and then the old one is void.
	let mut late = sent;
	late.block();
	late.apply(&Move::Replay { which: 0 });
	assert_ne!(late.last_call(), Some((who, call)));
}

#[test]
fn orders_of_honest_accounts_should_be_known_when_a_world_starts() {
	let world = World::start(&SETTINGS[0], Fidelity::Dispatched);
	let count = |is: fn(&AnyOrder) -> bool| {
		world.orders().iter().filter(|SignedOrder { order, .. }| is(order)).count()
	};
	assert_eq!(count(|order| matches!(order, AnyOrder::Request(_))), 1);
	assert_eq!(count(|order| matches!(order, AnyOrder::Resource(_))), 5);
}

#[test]
fn recording_should_repeat_what_was_played_when_it_is_read() {
	let moves =
		[order(), Move::Audit, Move::Agree { who: 0, answer: 1, report: false, sure: false }];
	let moves = [&moves[..], &[Move::Pass { blocks: 30 }]].concat();
	let find = Find::Loss { role: "client".into(), amount: 1 };
	let recording = Recording::of(&SETTINGS[0], &moves, find);
	let path = file("recording.json");
	recording.write(&path).expect("there is room");
	let mut read = Recording::read(&path).expect("it was just written");
	assert!(!read.balances.is_empty());
	read.check().expect("the same calls give the same balances");
	read.balances[0].after = "1".into();
	let error = read.check().expect_err("nobody has that");
	assert!(error.to_string().contains("has"), "{error}");
}

#[test]
fn trace_should_be_the_same_when_it_was_written_and_read() {
	let path = file("trace.json");
	trace().write(&path).expect("there is room");
	let read = Trace::read(&path).expect("it was just written");
	assert_eq!(read.moves, trace().moves);
	assert!(fs::read_to_string(&path).expect("it is there").contains("Deals.poke"));
}

#[test]
fn trace_should_be_refused_with_what_differs_when_it_is_of_another_commit() {
	let text = refusal("calls.json", |trace| {
		trace["origin"]["commit"] = "abc".into();
		trace["origin"]["calls"]["Deals.poke"] = "task: u8".into();
		trace["origin"]["calls"]["Deals.gone"] = "".into();
	});
	for part in ["commit abc", "Deals.gone is gone", "Deals.poke took (task: u8) and takes (task: "]
	{
		assert!(text.contains(part), "{text}");
	}
}

#[test]
fn trace_should_be_refused_when_its_world_is_unknown_or_too_small() {
	let text = refusal("world.json", |trace| trace["world"] = "nowhere".into());
	assert!(text.contains("there is no world named nowhere; there are usual, "), "{text}");
	let text = refusal("many.json", |trace| trace["coalition"]["others"] = 20.into());
	assert!(text.contains("the coalition has 22 members, and may have 12"), "{text}");
	let coalition = by(0, 0, 3, 0).coalition;
	let error = Setting::find("unjudged", coalition).expect_err("it has two");
	assert!(error.to_string().contains("has 3 mediators, and the world unjudged has 2"), "{error}");
}

#[test]
fn settings_should_have_room_for_their_coalitions() {
	for setting in SETTINGS {
		Setting::find(setting.scene.name, setting.coalition).expect("it has room");
	}
	let used = |name| SETTINGS.iter().any(|setting| setting.scene.name == name);
	assert!(SCENES.iter().all(|scene| used(scene.name)));
}
