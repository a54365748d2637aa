//! Audits, doubts, and what a ruling does.

use super::*;
use assay_mocks::arbiter::ArbiterIsFull;
use assay_primitives::{
	outcome::Digest,
	pool::{Audit, Exhibit, Leaf, LeafId, Spot},
	traits::CaseReason,
};
use polkadot_sdk::sp_runtime::DispatchResult;

/// What no subtask gives.
const OTHER: Digest = Hash::repeat_byte(0xee);
const HEAD: Spot = Spot { round: 0, member: 1, row: 0 };

/// The second of three members has published four of its leaves in the first round, and the second one is drawn.
struct Told {
	leaves: Vec<Leaf>,
	record: crate::Record,
}

fn tell(change: impl FnOnce(&mut Vec<Leaf>)) -> Told {
	race(terms(24), 3);
	assert_ok!(publish(0, 8));
	let mut leaves = leaves(1, 4);
	change(&mut leaves);
	assert_ok!(publish_as(stash(1), Publication::of(&leaves)));
	let record = record();
	pass(MIN_WINDOW + 1);
	assert_ok!(poke());
	Told { leaves, record }
}

/// The same, and all who have published are audited.
fn audited(change: impl FnOnce(&mut Vec<Leaf>)) -> Told {
	let told = tell(change);
	Pools::audit_all(0);
	deal_out();
	told
}

impl Told {
	/// The row that the audit is to look at.
	fn row(&self) -> u32 {
		let audit = crate::Looks::<Test>::get(0, HEAD).expect("it is drawn").audit;
		let publication = Publication::of(&self.leaves);
		let rows = 0..self.leaves.len() as u32;
		let met: Vec<u32> =
			rows.filter(|row| audit.meets(&publication, &exhibit(&self.leaves, *row))).collect();
		assert_eq!(met.len(), 1);
		met[0]
	}

	fn leaf(&self, row: u32) -> &Leaf {
		&self.leaves[row as usize]
	}

	fn show(&self, row: u32) -> DispatchResult {
		let input = input(self.leaf(row).subtask);
		Pools::show_leaf(signed(STRANGER), 0, 0, 1, exhibit(&self.leaves, row), input)
	}

	fn challenge(&self, by: u8, row: u32) -> DispatchResult {
		self.challenge_by(by, exhibit(&self.leaves, row), self.leaf(row).subtask)
	}

	fn challenge_by(&self, by: u8, exhibit: Exhibit, subtask: u32) -> DispatchResult {
		let (record, input) = (self.record.clone(), input(subtask));
		let spot = Spot { row: exhibit.leaf.proof.index, ..HEAD };
		Pools::challenge(signed(by), 0, pool().hash(), spot, record, exhibit, input)
	}
}

fn id(row: u32) -> LeafId {
	LeafId { pool: 0, spot: Spot { row, ..HEAD } }
}

fn member(at: usize) -> crate::MemberRecord {
	crate::MembersOf::<Test>::get(0)[at].clone()
}

fn looks() -> Vec<Spot> {
	let mut looks: Vec<Spot> = crate::Looks::<Test>::iter_prefix(0).map(|(spot, _)| spot).collect();
	looks.sort();
	looks
}

#[test]
fn audits_should_be_drawn_by_the_seed_after_all_have_published() {
	build_and_execute(|| {
		tell(|_| ());
		Pools::audit_all(0);
		assert_eq!(looks(), [], "nobody knows anything yet");
		assert_noop!(poke(), Error::<Test>::SeedNotKnown);
		deal_out();
		let first = Spot { member: 0, ..HEAD };
		assert_eq!(
			(looks(), pool().looks),
			(vec![first, HEAD], 2),
			"who has published nothing is not"
		);
		assert!(!crate::ClaimsOf::<Test>::contains_key(0));
		let crate::Look { audit, until, .. } = crate::Looks::<Test>::get(0, HEAD).expect("drawn");
		assert!(matches!(audit, Audit::Gas(_)), "by what leaves are paid");
		let drawn = Event::AuditDrawn { pool: 0, round: 0, member: 1, audit, until };
		assert!(System::read_events_for_pallet().contains(&drawn));
		assert_eq!(until, now() + SHOW);
	});
}

/// A claim of one part in ten thousand of the deposit is hardly ever looked at, and one of all subtasks often.
#[test]
fn rate_of_audits_should_follow_what_is_claimed() {
	build_and_execute(|| {
		tell(|_| ());
		let claims = crate::ClaimsOf::<Test>::get(0);
		let rate = |at: usize| claims[at].as_ref().expect("published").rate;
		assert!(rate(0) > rate(1) && claims[2].is_none());
		let due = member(1).due;
		let expected = Constants::get().audited(Default::default(), due, DEPOSIT);
		assert_eq!(rate(1), expected);
		assert!(expected.deconstruct() < 1_000, "{expected:?}");
	});
}

#[test]
fn true_leaf_should_be_judged_at_the_clients_cost_and_stand() {
	build_and_execute(|| {
		let told = audited(|_| ());
		let row = told.row();
		let (case, locked) = (pool().judging.case, pool().locked());
		let due = member(1).due;
		for other in (0..4).filter(|other| *other != row) {
			assert_noop!(told.show(other), Error::<Test>::OtherLeaf);
		}
		let wrong = input((told.leaf(row).subtask + 1) % 24);
		let shown = exhibit(&told.leaves, row);
		let refused = Pools::show_leaf(signed(STRANGER), 0, 0, 1, shown, wrong);
		assert_noop!(refused, Error::<Test>::OtherInput);
		assert_ok!(told.show(row));
		let opened = Cases::get()[0].clone();
		assert_eq!((opened.reason, opened.funds), (CaseReason::Audit, case));
		assert_eq!(opened.digests, [digest(told.leaf(row))]);
		assert_eq!(opened.spec, pool().terms.task.with_input(input(told.leaf(row).subtask).input));
		assert!((0..3).all(|at| opened.excluded.contains(&account(stash(at)))));
		assert!([CLIENT, OPERATOR].iter().all(|id| opened.excluded.contains(&account(*id))));
		assert_eq!((pool().locked(), pool().audits), (locked - case, 15));
		assert_noop!(told.show(row), Error::<Test>::NoAudit);
		assert_ok!(decide(Some(digest(told.leaf(row)))).1);
		assert_eq!((member(1).due, deposit_of(1), pool().questions), (due, DEPOSIT, 0));
	});
}

#[test]
fn one_false_leaf_should_cost_deposit_place_and_all_that_is_due() {
	build_and_execute(|| {
		let told = audited(|_| ());
		let row = told.row();
		assert_ok!(told.show(row));
		let (client, supply) = (usable(CLIENT), issuance());
		let (spent, decided) = decide(Some(OTHER));
		assert_ok!(decided);
		let why = crate::Wrong::Outcome { spot: id(row).spot, truth: OTHER };
		let fell = Event::FoundWrong { pool: 0, member: 1, why, amount: DEPOSIT };
		assert!(System::read_events_for_pallet().contains(&fell));
		assert_eq!((member(1).due, deposit_of(1)), (0, 0));
		assert_eq!(place(1), MemberPlace::Wrong { left: false });
		// The client has its whole case back, and nobody else anything.
		assert_eq!(usable(CLIENT) - client, pool().judging.case);
		assert_eq!(supply - issuance(), DEPOSIT - spent);
		all_publish_but(1);
		assert_ok!(poke());
		assert_eq!(place(1), MemberPlace::Expelled);
		let round = pool().rounds - 1;
		let ended = Event::RoundEnded { pool: 0, round, done: 8, pooled: 8 };
		assert!(System::read_events_for_pallet().contains(&ended), "its leaves go back");
	});
}

fn all_publish_but(member: u16) {
	let columns = columns();
	for at in (0..columns.len()).filter(|at| *at != usize::from(member)) {
		assert_ok!(publish(at as u16, columns[at].len()));
	}
}

#[test]
fn leaf_that_nobody_shows_should_count_as_false() {
	build_and_execute(|| {
		let told = audited(|_| ());
		let close = |member| Pools::close_audit(signed(STRANGER), 0, 0, member);
		pass(SHOW - 1);
		assert_noop!(close(1), Error::<Test>::AuditNotOver);
		assert_noop!(close(2), Error::<Test>::NoAudit);
		pass(1);
		assert_noop!(told.show(told.row()), Error::<Test>::ShownTooLate);
		let before = usable(STRANGER);
		assert_ok!(close(1));
		let why = crate::Wrong::KeptBack { round: 0 };
		let fell = Event::FoundWrong { pool: 0, member: 1, why, amount: DEPOSIT };
		assert!(System::read_events_for_pallet().contains(&fell));
		assert_eq!(usable(STRANGER) - before, DEPOSIT / 20);
		assert_eq!((deposit_of(1), pool().looks, pool().audits), (0, 1, 16));
		let noted = (account(stash(1)), Conduct::Withheld);
		assert_eq!(providers::Notes::<Test>::get(), [noted]);
	});
}

#[test]
fn leaf_that_contradicts_itself_should_convict_without_a_case() {
	build_and_execute(|| {
		let told = audited(|leaves| leaves[3].gas += GAS);
		crate::Looks::<Test>::mutate(0, HEAD, |look| {
			look.as_mut().expect("drawn").audit = Audit::Row(3);
		});
		assert_noop!(told.challenge(STRANGER, 3), Error::<Test>::Contradiction);
		assert_ok!(told.show(3));
		assert_eq!((Cases::get().len(), deposit_of(1), pool().looks), (0, 0, 1));
		assert_noop!(told.challenge(STRANGER, 2), Error::<Test>::AlreadyFoundWrong);
	});
}

#[test]
fn audit_of_who_has_fallen_should_be_taken_off_the_list_at_once() {
	build_and_execute(|| {
		let told = audited(|_| ());
		let row = (told.row() + 1) % 4;
		assert_ok!(told.challenge(STRANGER, row));
		assert_ok!(decide(Some(OTHER)).1);
		assert_noop!(told.show(told.row()), Error::<Test>::AlreadyFoundWrong);
		let before = usable(STRANGER);
		assert_ok!(Pools::close_audit(signed(STRANGER), 0, 0, 1));
		assert_eq!((usable(STRANGER), looks().len()), (before, 1));
	});
}

#[test]
fn leaf_should_stand_when_nobody_can_find_out() {
	build_and_execute(|| {
		let told = audited(|_| ());
		let due = member(1).due;
		assert_ok!(told.show(told.row()));
		assert_ok!(decide(None).1);
		assert_eq!((member(1).due, deposit_of(1)), (due, DEPOSIT));
		let row = (told.row_of_no_audit() + 1) % 4;
		let before = usable(STRANGER);
		let asked = told.challenge(STRANGER, row);
		if asked.is_ok() {
			let (spent, decided) = decide(None);
			assert_ok!(decided);
			assert_eq!(before - usable(STRANGER), spent, "the bond comes back");
		}
	});
}

impl Told {
	/// A row that no audit has looked at.
	fn row_of_no_audit(&self) -> u32 {
		let asked = |row: &u32| crate::Questions::<Test>::contains_key(0, id(*row).spot);
		(0..4).find(|row| !asked(row)).expect("one alone is audited")
	}
}

#[test]
fn audit_should_end_when_its_leaf_is_judged_already() {
	build_and_execute(|| {
		let told = audited(|_| ());
		let row = told.row();
		assert_ok!(told.challenge(STRANGER, row));
		assert_ok!(told.show(row));
		assert_eq!((Cases::get().len(), pool().audits, pool().looks), (1, 16, 1));
	});
}

/// What a case costs follows from the size that the client has named, and what binds judges longer is not had for it.
#[test]
fn leaf_should_not_be_judged_when_its_input_is_larger_than_the_client_has_said() {
	build_and_execute(|| {
		let told = audited(|_| ());
		crate::Pools::<Test>::mutate(0, |pool| {
			pool.as_mut().expect("there").terms.input_bytes = 3;
		});
		assert_noop!(told.challenge(STRANGER, 2), Error::<Test>::InputTooLarge);
		let before = pool().locked();
		assert_ok!(told.show(told.row()));
		assert_eq!((Cases::get().len(), pool().locked(), pool().looks), (0, before, 1));
		assert_eq!(deposit_of(1), DEPOSIT);
	});
}

#[test]
fn audit_should_end_when_nobody_judges_any_more() {
	build_and_execute(|| {
		let told = audited(|_| ());
		let before = (pool().locked(), held(CLIENT));
		ArbiterIsFull::set(true);
		assert_ok!(told.show(told.row()));
		ArbiterIsFull::set(false);
		assert_eq!((pool().locked(), held(CLIENT)), before);
		assert_eq!((pool().audits, pool().looks, deposit_of(1)), (16, 1, DEPOSIT));
	});
}

#[test]
fn who_doubts_the_truth_should_pay_the_case_and_the_member() {
	build_and_execute(|| {
		let told = tell(|_| ());
		let (before, own) = (usable(STRANGER), usable(stash(1)));
		assert_ok!(told.challenge(STRANGER, 2));
		let opened = Cases::get()[0].clone();
		assert_eq!(opened.reason, CaseReason::Challenge);
		assert!(opened.excluded.contains(&account(STRANGER)));
		let bond = before - usable(STRANGER) - opened.funds;
		// Twice a hundredth of what a committee that errs would take.
		assert_eq!(bond, 2 * ((DEPOSIT + member(1).due).div_ceil(100)));
		assert_noop!(told.challenge(CLIENT, 2), Error::<Test>::AlreadyAsked);
		let (spent, decided) = decide(Some(digest(told.leaf(2))));
		assert_ok!(decided);
		assert_eq!(before - usable(STRANGER), spent + bond);
		assert_eq!(usable(stash(1)) - own, bond - bond.div_ceil(10));
		assert_eq!((held(STRANGER), deposit_of(1)), (0, DEPOSIT));
		assert_noop!(told.challenge(STRANGER, 2), Error::<Test>::AlreadyAsked);
	});
}

#[test]
fn who_finds_a_lie_should_get_a_share_and_all_it_has_paid_back() {
	build_and_execute(|| {
		let told = tell(|_| ());
		let before = usable(STRANGER);
		assert_ok!(told.challenge(STRANGER, 2));
		let (spent, decided) = decide(Some(OTHER));
		assert_ok!(decided);
		// Half of what is left when a tenth was burnt and the case given back.
		let reward = (DEPOSIT - DEPOSIT / 10 - spent) / 2;
		assert_eq!(usable(STRANGER) - before, reward);
		assert_eq!((held(STRANGER), deposit_of(1)), (0, 0));
	});
}

#[test]
fn client_should_reject_by_a_case_and_gain_nothing_of_the_deposit() {
	build_and_execute(|| {
		let told = tell(|_| ());
		let before = usable(CLIENT);
		assert_ok!(told.challenge(CLIENT, 2));
		assert_eq!(Cases::get()[0].reason, CaseReason::Check);
		assert!(before - usable(CLIENT) > Cases::get()[0].funds, "it has a bond as everybody");
		assert_ok!(decide(Some(OTHER)).1);
		assert_eq!(usable(CLIENT), before);
		assert_eq!(deposit_of(1), 0);
	});
}

/// A second one who was right as well has its bond back, and nothing of a deposit that is gone.
#[test]
fn second_ruling_about_a_member_should_take_nothing_more() {
	build_and_execute(|| {
		let told = tell(|_| ());
		assert_ok!(told.challenge(STRANGER, 2));
		assert_ok!(told.challenge(CLIENT, 3));
		assert_ok!(decide(Some(OTHER)).1);
		let supply = issuance();
		let first = Cases::get()[0].clone();
		let ruling = assay_primitives::traits::Ruling {
			truth: Some(OTHER),
			by_court: false,
			spent: first.funds,
		};
		use assay_primitives::traits::Verdicts;
		assert_ok!(Pools::decided(&id(2), 0, ruling, None));
		assert_eq!((issuance(), held(STRANGER), pool().questions), (supply, 0, 0));
		assert_noop!(Pools::decided(&id(2), 0, ruling, None), Error::<Test>::CaseNotFound);
	});
}

#[test]
fn doubt_should_be_refused_when_it_is_about_nothing_that_was_published() {
	build_and_execute(|| {
		let told = tell(|_| ());
		let mut forged = exhibit(&told.leaves, 2);
		forged.leaf.leaf.outcome.gas_used += 1;
		let subtask = told.leaf(2).subtask;
		assert_noop!(told.challenge_by(STRANGER, forged, subtask), Error::<Test>::NotPublished);
		let other = told.challenge_by(STRANGER, exhibit(&told.leaves, 2), (subtask + 1) % 24);
		assert_noop!(other, Error::<Test>::OtherInput);
		let mut record = told.record.clone();
		record[0] = None;
		let shown = exhibit(&told.leaves, 2);
		let challenge = |hash, spot: Spot, record: &crate::Record| {
			let (record, shown, input) = (record.clone(), shown.clone(), input(subtask));
			Pools::challenge(signed(STRANGER), 0, hash, spot, record, shown, input)
		};
		let (hash, spot) = (pool().hash(), id(2).spot);
		assert_noop!(challenge(hash, spot, &record), Error::<Test>::RecordMismatch);
		let fork = challenge(OTHER, spot, &told.record);
		assert_noop!(fork, Error::<Test>::PoolMismatch);
		let elsewhere = challenge(hash, id(1).spot, &told.record);
		assert_noop!(elsewhere, Error::<Test>::NotPublished);
		ManyWait::set(true);
		assert_noop!(told.challenge(STRANGER, 2), Error::<Test>::QueueFull);
		ManyWait::set(false);
		let poor = Balances::force_set_balance(
			polkadot_sdk::frame_system::RawOrigin::Root.into(),
			account(STRANGER),
			EXISTENTIAL_DEPOSIT,
		);
		assert_ok!(poor);
		assert_noop!(told.challenge(STRANGER, 2), TokenError::FundsUnavailable);
	});
}

#[test]
fn pool_should_be_settled_only_when_no_case_is_open() {
	build_and_execute(|| {
		race(terms(8), 2);
		all_publish();
		let told = Told { leaves: leaves(1, 4), record: record() };
		assert_ok!(poke());
		Pools::audit_all(0);
		let Stage::Doubted { until, ticket: Some(_) } = stage() else { panic!("it is over") };
		assert_noop!(poke(), Error::<Test>::SeedNotKnown);
		draw_last();
		assert_eq!(looks().len(), 2);
		assert_ok!(told.show(told.row()));
		run_to(until - 1);
		assert_ok!(Pools::close_audit(signed(STRANGER), 0, 0, 0));
		run_to(until);
		assert_noop!(told.challenge(STRANGER, 0), Error::<Test>::DoubtOver);
		assert_noop!(poke(), Error::<Test>::NothingToDo);
		let row = (0..4).find(|row| crate::Questions::<Test>::contains_key(0, id(*row).spot));
		let truth = digest(told.leaf(row.expect("one is judged")));
		assert_ok!(decide(Some(truth)).1);
		let before = usable(stash(1));
		assert_ok!(poke());
		assert!(usable(stash(1)) > before);
		assert_eq!((held(CLIENT), crate::Questions::<Test>::iter().count()), (0, 0));
	});
}

#[test]
fn what_was_judged_should_be_forgotten_in_parts() {
	build_and_execute(|| {
		race(PoolTerms { audits: 200, ..terms(130) }, 1);
		all_publish();
		let told = Told { leaves: leaves(0, 130), record: record() };
		assert_ok!(poke());
		for row in 0..130 {
			let (shown, input) = (exhibit(&told.leaves, row), input(told.leaf(row).subtask));
			let (hash, spot) = (pool().hash(), Spot { member: 0, ..id(row).spot });
			let record = told.record.clone();
			assert_ok!(Pools::challenge(signed(CLIENT), 0, hash, spot, record, shown, input));
			assert_ok!(decide(None).1);
		}
		draw_last();
		pass(DOUBT);
		let left = || crate::Questions::<Test>::iter().count();
		assert_eq!(left(), 130);
		assert_ok!(poke());
		assert_eq!(left(), 66);
		assert_ok!(poke());
		assert_eq!(left(), 2);
		assert_ok!(poke());
		assert!(!crate::Pools::<Test>::contains_key(0));
		assert_eq!(left(), 0);
	});
}

#[test]
fn round_should_not_begin_when_its_columns_might_not_be_audited() {
	build_and_execute(|| {
		race(PoolTerms { audits: 3, members: 3, ..terms(24) }, 3);
		assert_ok!(publish(0, 8));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		Pools::audit_all(0);
		pass(4);
		assert_ok!(poke());
		assert_eq!((pool().looks, pool().audits), (1, 3));
		assert!(
			matches!(stage(), Stage::Doubted { ticket: None, .. }),
			"two are left for three columns"
		);
	});
}

#[test]
fn all_should_be_audited_when_the_draw_was_waited_out() {
	build_and_execute(|| {
		tell(|_| ());
		let rates = || {
			let claims = crate::ClaimsOf::<Test>::get(0);
			claims.into_iter().flatten().map(|claim| claim.rate.deconstruct()).collect::<Vec<_>>()
		};
		assert!(rates().iter().all(|rate| *rate < 10_000));
		pass(BEACON_SPAN + 4);
		assert_ok!(poke());
		assert!(matches!(stage(), Stage::Drawing { .. }), "another draw is under way");
		assert_eq!(rates(), [1_000_000; 2]);
	});
}

#[test]
fn draw_should_count_when_the_pool_has_ended_meanwhile() {
	build_and_execute(|| {
		tell(|_| ());
		Pools::audit_all(0);
		crate::Pools::<Test>::mutate(0, |pool| pool.as_mut().expect("there").end = now());
		pass(4);
		assert_ok!(poke());
		assert!(matches!(stage(), Stage::Doubted { ticket: None, .. }));
		assert_eq!(looks().len(), 2);
	});
}

#[test]
fn deposit_should_be_refused_when_audits_would_cost_too_much_or_deter_nobody() {
	build_and_execute(|| {
		create(terms(24));
		let case = pool().judging.case;
		// A leaf of a tenth of a token: a case costs three of these, and the deposit has to be ten cases.
		let dear = |deposit| {
			let rates = Rates::steady(Pricing::Subtask { each: UNIT / 10 });
			PoolTerms { rates, deposit, audits: 8, ..terms(24) }
		};
		assert!(case < UNIT / 10);
		assert_noop!(try_create(dear(3 * UNIT - 1)), Error::<Test>::DepositTooSmall);
		assert_ok!(try_create(dear(3 * UNIT)));
		// Of so many subtasks somebody could claim all, and what is at risk is a fiftieth.
		let many = |deposit| PoolTerms { deposit, ..dear(0) };
		let many = |leaves: u32, deposit| {
			let mut terms = many(deposit);
			terms.task = super::terms(leaves).task;
			terms
		};
		assert_noop!(try_create(many(1_500, 3 * UNIT)), Error::<Test>::DepositTooSmall);
		assert_ok!(try_create(many(1_500, 4 * UNIT)));
	});
}

#[test]
fn pool_should_be_refused_when_nobody_judges() {
	build_and_execute(|| {
		EnoughTake::set(false);
		assert_noop!(try_create(terms(24)), Error::<Test>::NobodyJudges);
		EnoughTake::set(true);
		ArbiterIsOpen::set(false);
		assert_noop!(try_create(terms(24)), Error::<Test>::NobodyJudges);
		ArbiterIsOpen::set(true);
	});
}

/// Whoever has false cases opened for the chance that a committee errs loses by it, whatever it would get.
#[test]
fn doubting_the_truth_should_not_pay_whatever_somebody_has_done() {
	for done in [1, 100, 10_000, 1_000_000] {
		let (deposit, due) = (DEPOSIT, done * UNIT / 100);
		let error = Constants::get().stakes.committee_error;
		let bond = 2 * error.mul_ceil(deposit + due);
		// The client keeps the price, and whoever finds a lie less than half of the deposit.
		let gain = due.max(deposit / 2);
		assert!(error.mul_ceil(gain) < bond - error.mul_ceil(bond), "{done}");
	}
}
