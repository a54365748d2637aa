//! Random sequences of everything that can happen to a pool. After each step:
//!
//! * INV1: the state satisfies `do_try_state`.
//! * INV2: money is conserved: what accounts own is what was issued, and that fell by what was burnt of bonds and of what
//!   the client has put up, and by nothing else.
//! * INV3: a call that failed changed nothing.
//!
//! At the end time passes and anybody pokes, after which nothing of the pool is stored (INV4), nothing is held but bonds
//! (INV5), and where nothing was judged what members got and the client lost is the same (INV6).

use super::*;
use assay_primitives::{
	pool::{Exhibit, Leaf, LeafId, Spot},
	traits::{Ruling, Verdicts},
};
use polkadot_sdk::{frame_support::traits::fungible::Inspect, sp_runtime::DispatchResult};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
	SignUp(u8),
	Leave(u8),
	/// So much of a column in hundredths, with so much false about it.
	Publish(u8, u8, Lie),
	Poke,
	/// Shows a leaf of a lie, or of a truth, that was told before.
	Expose(prop::sample::Index, prop::sample::Index),
	/// Has all columns of the last round audited.
	AuditAll,
	/// Shows the leaf that an audit of what was told waits for.
	Show(prop::sample::Index),
	/// Ends the audit of it.
	Close(prop::sample::Index),
	/// The client or somebody else doubts a leaf of it.
	Doubt(bool, prop::sample::Index, prop::sample::Index),
	/// A case is decided: for the member, against it, or not at all.
	Rule(prop::sample::Index, u8),
	Wait(u32),
}

#[derive(Clone, Copy, Debug)]
enum Lie {
	None,
	Total,
	Gas,
	Subtask,
}

fn op() -> impl Strategy<Value = Op> {
	let lie = prop_oneof![
		3 => Just(Lie::None), 1 => Just(Lie::Total), 1 => Just(Lie::Gas), 1 => Just(Lie::Subtask),
	];
	let part = prop_oneof![3 => Just(100u8), 2 => 0..=100u8];
	prop_oneof![
		2 => (0..PROVIDERS).prop_map(Op::SignUp),
		1 => (0..PROVIDERS).prop_map(Op::Leave),
		8 => (0..PROVIDERS, part, lie).prop_map(|(who, part, lie)| Op::Publish(who, part, lie)),
		8 => Just(Op::Poke),
		8 => any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(a, b)| Op::Expose(a, b)),
		2 => Just(Op::AuditAll),
		4 => any::<prop::sample::Index>().prop_map(Op::Show),
		2 => any::<prop::sample::Index>().prop_map(Op::Close),
		8 => any::<(bool, prop::sample::Index, prop::sample::Index)>()
			.prop_map(|(own, a, b)| Op::Doubt(own, a, b)),
		6 => (any::<prop::sample::Index>(), 0..3u8).prop_map(|(which, how)| Op::Rule(which, how)),
		8 => prop_oneof![4 => 1..10u32, 1 => 40..70u32, 1 => Just(BEACON_SPAN + 1)].prop_map(Op::Wait),
	]
}

/// What was published, by round and member.
#[derive(Default)]
struct Told(Vec<(u16, u16, Vec<Leaf>)>, std::collections::BTreeMap<u16, crate::Record>);

fn call(id: u8, call: crate::Call<Test>) -> DispatchResult {
	assay_mocks::dispatch_or_noop::<RuntimeCall>(call, signed(id))
}

fn apply(op: Op, told: &mut Told) {
	use crate::Call;
	let Some(pool) = crate::Pools::<Test>::get(0) else { return };
	let _ = match op {
		Op::SignUp(at) => call(stash(at), Call::sign_up { pool: 0, pool_hash: pool.hash() }),
		Op::Leave(at) => call(stash(at), Call::leave { pool: 0, pool_hash: pool.hash() }),
		Op::Publish(at, part, lie) => publish_some(at, part, lie, told),
		Op::Poke => {
			if pool.stage == Stage::Racing {
				told.1.insert(round(), record());
			}
			call(STRANGER, Call::poke { pool: 0 })
		},
		Op::Expose(which, row) if !told.0.is_empty() => {
			let (round, member, leaves) = &told.0[which.index(told.0.len())];
			let exhibit: Exhibit = exhibit(leaves, row.index(leaves.len()) as u32);
			let record = told.1.get(round).cloned().unwrap_or_default();
			let (round, member) = (*round, *member);
			call(STRANGER, Call::expose { pool: 0, round, member, record, exhibit })
		},
		Op::AuditAll => {
			if crate::ClaimsOf::<Test>::contains_key(0) {
				Pools::audit_all(0);
			}
			Ok(())
		},
		Op::Rule(which, how) => rule(which, how),
		Op::Show(which) if !told.0.is_empty() => show(&told.0[which.index(told.0.len())]),
		Op::Close(which) if !told.0.is_empty() => {
			let (round, member, _) = &told.0[which.index(told.0.len())];
			call(STRANGER, Call::close_audit { pool: 0, round: *round, member: *member })
		},
		Op::Doubt(own, which, row) if !told.0.is_empty() => {
			let (round, member, leaves) = &told.0[which.index(told.0.len())];
			let row = row.index(leaves.len()) as u32;
			let (exhibit, subtask) = (exhibit(leaves, row), leaves[row as usize].subtask);
			let input = input(subtask % pool.terms.leaves().len);
			let record = told.1.get(round).cloned().unwrap_or_default();
			let spot = Spot { round: *round, member: *member, row };
			let pool_hash = pool.hash();
			let by = if own { CLIENT } else { STRANGER };
			call(by, Call::challenge { pool: 0, pool_hash, spot, record, exhibit, input })
		},
		Op::Expose(..) | Op::Show(_) | Op::Close(_) | Op::Doubt(..) => Ok(()),
		Op::Wait(blocks) => {
			pass(blocks);
			Ok(())
		},
	};
}

fn show((round, member, leaves): &(u16, u16, Vec<Leaf>)) -> DispatchResult {
	let column = Spot { round: *round, member: *member, row: 0 };
	let Some(look) = crate::Looks::<Test>::get(0, column) else { return Ok(()) };
	let publication = look.publication;
	let shown = (0..leaves.len() as u32).map(|row| exhibit(leaves, row));
	let Some(exhibit) = shown.into_iter().find(|it| look.audit.meets(&publication, it)) else {
		return Ok(());
	};
	let input = input(exhibit.leaf.leaf.subtask % pool().terms.leaves().len);
	let (round, member) = (*round, *member);
	call(STRANGER, crate::Call::show_leaf { pool: 0, round, member, exhibit, input })
}

/// Cases that are open, with what their members say.
fn open_cases() -> Vec<(Spot, crate::Question)> {
	let all = crate::Questions::<Test>::iter_prefix(0);
	let mut open: Vec<_> = all.filter(|(_, question)| question.case.is_some()).collect();
	open.sort_by_key(|(spot, _)| *spot);
	open
}

fn rule(which: prop::sample::Index, how: u8) -> DispatchResult {
	let open = open_cases();
	if open.is_empty() {
		return Ok(());
	}
	let (spot, question) = &open[which.index(open.len())];
	let truth = [Some(question.digest), Some(Hash::zero()), None][usize::from(how)];
	let ruling = Ruling { truth, by_court: false, spent: question.funds };
	let case = question.case.expect("it is open");
	assert_ok!(Pools::decided(&LeafId { pool: 0, spot: *spot }, case, ruling, None));
	Ok(())
}

fn publish_some(at: u8, part: u8, lie: Lie, told: &mut Told) -> DispatchResult {
	if stage() != Stage::Racing {
		return Ok(());
	}
	let columns = columns();
	let mine = |member: &usize| stash_of(*member as u16) == stash(at);
	let Some(member) = (0..columns.len()).rev().find(mine) else { return Ok(()) };
	let count = columns[member].len() * usize::from(part) / 100;
	if count == 0 {
		return Ok(());
	}
	let mut leaves = leaves(member as u16, count);
	let mut publication = Publication::of(&leaves);
	match lie {
		Lie::None => (),
		Lie::Total => publication.gas -= 1,
		Lie::Gas => leaves.iter_mut().for_each(|leaf| leaf.gas += 1),
		Lie::Subtask => leaves[0].subtask = (leaves[0].subtask + 1) % 40,
	}
	if !matches!(lie, Lie::Total) {
		publication = Publication::of(&leaves);
	}
	let sent = crate::Call::publish { pool: 0, seed: seed(), publication };
	call(stash(at), sent)?;
	told.0.push((round(), member as u16, leaves));
	Ok(())
}

fn everybody() -> Vec<u8> {
	(CLIENT..=OPERATOR).chain((0..PROVIDERS).map(stash)).chain([241]).collect()
}

fn burnt() -> Balance {
	providers::Burnt::<Test>::get() + reservations::Burnt::<Test>::get()
}

fn check(initial: Balance) {
	assert_ok!(Pools::do_try_state());
	let owned: Balance = everybody().iter().map(|id| Balances::total_balance(&account(*id))).sum();
	assert_eq!(owned, issuance(), "INV2");
	assert_eq!(issuance() + burnt(), initial, "INV2");
}

fn finish() {
	run_to(END.max(now()));
	let poke = || call(STRANGER, crate::Call::poke { pool: 0 });
	for blocks in [4, 4, 4, 4, SHOW, DOUBT, 1] {
		let _ = poke();
		pass(blocks);
	}
	let looks: Vec<Spot> = crate::Looks::<Test>::iter_prefix(0).map(|(column, _)| column).collect();
	for Spot { round, member, .. } in looks {
		assert_ok!(call(STRANGER, crate::Call::close_audit { pool: 0, round, member }));
	}
	for (spot, question) in open_cases() {
		let ruling = Ruling { truth: None, by_court: false, spent: 0 };
		let case = question.case.expect("it is open");
		assert_ok!(Pools::decided(&LeafId { pool: 0, spot }, case, ruling, None));
	}
	(0..4).for_each(|_| {
		let _ = poke();
	});
	assert_eq!(crate::Pools::<Test>::iter().count(), 0, "INV4");
	assert_eq!(crate::MembersOf::<Test>::iter().count(), 0, "INV4");
	assert_eq!(crate::Rounds::<Test>::iter().count(), 0, "INV4");
	assert_eq!(crate::Looks::<Test>::iter().count(), 0, "INV4");
	assert_eq!(crate::Questions::<Test>::iter().count(), 0, "INV4");
	assert_eq!(crate::ClaimsOf::<Test>::iter().count(), 0, "INV4");
	assert_eq!((held(CLIENT), held(STRANGER)), (0, 0), "INV5");
	for at in 0..PROVIDERS {
		let provider = providers::Providers::<Test>::get(account(stash(at))).expect("registered");
		assert_eq!(provider.held.len(), 0, "INV5");
		assert_eq!(held(stash(at)), provider.free, "INV5");
	}
	if !Cases::get().is_empty() {
		return;
	}
	let got: Balance = (0..PROVIDERS).map(|at| usable(stash(at)) - (ENDOWMENT - BOND)).sum();
	let fined = reservations::Burnt::<Test>::get();
	assert_eq!(ENDOWMENT - usable(CLIENT), got + fined, "INV6");
}

fn any_terms() -> impl Strategy<Value = PoolTerms> {
	let columns = prop_oneof![Just(Columns::Equal), Just(Columns::Adaptive)];
	let in_work =
		prop_oneof![Just(InWork::Returned), (1..3u8).prop_map(|rounds| InWork::Kept { rounds }),];
	let pricing = prop_oneof![
		Just(Pricing::Gas { per_mgas: PER_MGAS }),
		(1..1_000u128).prop_map(|each| Pricing::Subtask { each }),
	];
	(1..40u32, columns, in_work, pricing, 500_000..=1_000_000u32, 1..8u16).prop_map(
		|(leaves, columns, in_work, pricing, kept, members)| {
			let kept = assay_primitives::Permill::from_parts(kept);
			let idle_rounds = in_work.rounds() + 1;
			let rates = Rates { pricing, kept };
			PoolTerms { columns, in_work, rates, idle_rounds, members, ..terms(leaves) }
		},
	)
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
	prop::collection::vec(op(), 1..120)
}

fn run(terms: PoolTerms, signers: u8, ops: Vec<Op>) {
	let initial = issuance();
	create(terms);
	for at in 0..signers {
		let _ = sign_up(stash(at));
	}
	run_to(START);
	let mut told = Told::default();
	for op in ops {
		apply(op, &mut told);
		check(initial);
	}
	finish();
	check(initial);
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 200, ..Default::default() })]

	#[test]
	fn money_should_be_conserved_and_freed_when_anything_happens(
		terms in any_terms(), signers in 0..PROVIDERS, ops in ops(),
	) {
		new_test_ext().execute_with(|| run(terms, signers, ops));
	}
}

/// The test above is worth what its random sequences reach.
#[test]
fn random_sequences_should_reach_every_event_but_those_of_inputs_and_of_payees() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut reached = std::collections::BTreeMap::<String, u32>::new();
	for _ in 0..200 {
		let tree = (any_terms(), 0..PROVIDERS, ops()).new_tree(&mut runner);
		let (terms, signers, ops) = tree.expect("the strategies reject nothing").current();
		new_test_ext().execute_with(|| {
			run(terms, signers, ops);
			for event in System::read_events_for_pallet::<Event<Test>>() {
				let name = format!("{event:?}");
				let name = name.split([' ', '{']).next().expect("a name comes first");
				*reached.entry(name.into()).or_default() += 1;
			}
		});
	}
	assert_eq!(reached.len(), 18, "{reached:?}");
	assert!(reached.values().all(|count| *count >= 10), "{reached:?}");
}
