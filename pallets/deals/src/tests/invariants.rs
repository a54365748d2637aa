//! Random sequences of calls by clients, providers and strangers, while time passes.
//!
//! After every operation:
//!
//! - INV1: the pallet's own invariants hold, and what is locked of each bond is what its tasks say.
//! - INV2: issuance and what was burnt add up to what was there at the start.
//! - INV3: a call that fails changes nothing.
//! - INV4: the events add up to what every account gained and lost (DEAL-32).
//! - INV5: of each slash at least a tenth is handed to nobody.
//!
//! At the end, when deadlines are applied: every task ends, no later than its hard end and one
//! reveal window after it; nothing is held, locked or kept (DEAL-21, DEAL-27).

use super::*;
use assay_primitives::deal::Via;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Op {
	Open {
		second: bool,
		replicas: u8,
		required: u8,
		candidates: u8,
		base: u32,
		short: bool,
		policy: u8,
	},
	Pass(u8),
	/// All who have to seal do so, as far as there are outcomes for them, and then reveal or not.
	Wave {
		task: u8,
		outcomes: Vec<u8>,
		reveal: bool,
	},
	Commit {
		task: u8,
		replica: u8,
		outcome: u8,
	},
	Decline {
		task: u8,
		replica: u8,
		/// Whether it says that it could not get the content.
		lacks: bool,
	},
	Reveal {
		task: u8,
		replica: u8,
	},
	/// Opens with an outcome that may not be the one that was sealed.
	RevealOther {
		task: u8,
		replica: u8,
		outcome: u8,
	},
	RevealMany {
		provider: u8,
	},
	Denounce {
		task: u8,
		replica: u8,
		by: u8,
	},
	Poke {
		task: u8,
		by: u8,
	},
	/// Accepts, checks, challenges, or opens a report.
	Question {
		task: u8,
		how: u8,
		by: u8,
	},
	/// The arbiter rules, for the truth or for something else.
	Rule {
		task: u8,
		truth: u8,
		spent: u8,
	},
	/// Shows the content that it is said can't be had, or something else.
	Refute {
		task: u8,
		right: bool,
	},
	/// All who have to seal decline.
	DeclineAll {
		task: u8,
	},
	SetCallback {
		task: u8,
		reward: u8,
	},
	CallBack {
		task: u8,
		by: u8,
	},
	Prune {
		task: u8,
	},
	/// Whether questions are put off.
	ManyWait(bool),
	Idle,
}

fn op() -> impl Strategy<Value = Op> {
	prop_oneof![
		5 => (any::<bool>(), 1..5u8, any::<u8>(), 0..5u8, 0..2_000u32, any::<bool>(), 0..8u8).prop_map(
			|(second, replicas, required, more, base, short, policy)| Op::Open {
				second,
				replicas,
				// Of sixteen requests one asks for what can't be.
				required: if required % 16 == 0 {
					required / 16
				} else {
					replicas / 2 + 1 + required % (replicas - replicas / 2)
				},
				candidates: replicas + more,
				base,
				short,
				policy,
			},
		),
		8 => prop_oneof![9 => 0..6u8, 1 => 6..50u8].prop_map(Op::Pass),
		6 => (any::<u8>(), any::<u8>(), 0..10u8)
			.prop_map(|(task, replica, outcome)| Op::Commit { task, replica, outcome }),
		10 => (any::<u8>(), prop::collection::vec(0..10u8, 4), any::<bool>())
			.prop_map(|(task, outcomes, reveal)| Op::Wave { task, outcomes, reveal }),
		2 => (any::<u8>(), any::<u8>(), any::<bool>())
			.prop_map(|(task, replica, lacks)| Op::Decline { task, replica, lacks }),
		8 => (any::<u8>(), any::<u8>()).prop_map(|(task, replica)| Op::Reveal { task, replica }),
		1 => (any::<u8>(), any::<u8>(), 0..10u8)
			.prop_map(|(task, replica, outcome)| Op::RevealOther { task, replica, outcome }),
		2 => (0..8u8).prop_map(|provider| Op::RevealMany { provider }),
		3 => (any::<u8>(), any::<u8>(), any::<u8>())
			.prop_map(|(task, replica, by)| Op::Denounce { task, replica, by }),
		8 => (any::<u8>(), any::<u8>()).prop_map(|(task, by)| Op::Poke { task, by }),
		4 => (any::<u8>(), 0..4u8, any::<u8>())
			.prop_map(|(task, how, by)| Op::Question { task, how, by }),
		4 => (any::<u8>(), 0..10u8, any::<u8>())
			.prop_map(|(task, truth, spent)| Op::Rule { task, truth, spent }),
		2 => any::<u8>().prop_map(|task| Op::DeclineAll { task }),
		3 => (any::<u8>(), any::<bool>()).prop_map(|(task, right)| Op::Refute { task, right }),
		2 => (any::<u8>(), any::<u8>()).prop_map(|(task, reward)| Op::SetCallback { task, reward }),
		2 => (any::<u8>(), any::<u8>()).prop_map(|(task, by)| Op::CallBack { task, by }),
		1 => any::<u8>().prop_map(|task| Op::Prune { task }),
		1 => any::<bool>().prop_map(Op::ManyWait),
		1 => Just(Op::Idle),
	]
}

/// Mostly the honest one.
fn outcome(variant: u8) -> Outcome {
	match variant {
		0..=5 => good(),
		6 => Outcome { gas_used: GAS / 3, ..good() },
		7 => Outcome { class: Class::InputMismatch, gas_used: 0, ..good() },
		_ => bad(variant),
	}
}

/// What the participants remember.
#[derive(Default)]
struct World {
	tasks: Vec<TaskId>,
	sealed: BTreeMap<(TaskId, AccountId), Outcome>,
}

impl World {
	/// Tasks that have not ended, those of bags that nobody has opened included.
	fn open(&self) -> impl Iterator<Item = &TaskId> {
		self.tasks.iter().filter(|task| Deals::load(**task).is_ok())
	}

	fn task(&self, choice: u8) -> Option<TaskId> {
		let live: Vec<_> = self.open().collect();
		// Sometimes one that has ended.
		let from: Vec<_> =
			if choice.is_multiple_of(16) { self.tasks.iter().collect() } else { live };
		(!from.is_empty()).then(|| *from[usize::from(choice) % from.len()])
	}

	/// A replica of the task, or sometimes somebody who has nothing to do with it.
	fn replica(&self, task: TaskId, choice: u8) -> AccountId {
		let replicas = self.replicas(task);
		if replicas.is_empty() || choice.is_multiple_of(10) {
			return stash(choice % 8);
		}
		replicas[usize::from(choice) % replicas.len()].clone()
	}

	fn apply(&mut self, op: Op) -> Result<(), sp_runtime::DispatchError> {
		match op {
			Op::Open { second, replicas, required, candidates, base, short, policy } => {
				let client = if second { SECOND_CLIENT } else { CLIENT };
				let mut request = request(replicas, required);
				request.canary = policy % 3 == 0;
				match policy {
					5 => request.policy = Policy::Trust { trust: base % 20 },
					6 => {
						let stake_factor = 3 + (base % 8) as u16;
						request.policy = Policy::Single { check_ppm: 200_000, stake_factor };
					},
					_ => (),
				}
				// Where somebody can judge, prices lie close together.
				let spread = u128::from(!ArbiterIsOpen::get());
				request.run_blocks = if short { 3 } else { T };
				request.max_price = Price { base: u128::MAX, per_mgas: P };
				let candidates = (0..candidates)
					.map(|at| Candidate {
						provider: stash(at),
						// Prices at which fees fall below the existential deposit, too.
						price: Price {
							base: u128::from(base) * u128::from(at) * spread,
							per_mgas: if base % 3 == 0 {
								0
							} else {
								P / (1 + spread * u128::from(at))
							},
						},
						weight: 1 + u64::from(at),
					})
					.collect();
				let tasks = if policy == 7 { 3 } else { 1 };
				if policy == 7 {
					request.task.input = bag(tasks, 1, 1, 1).request.task.input;
				}
				let deal =
					NewDeal { tasks, ..NewDeal::plain(Via::MARKET, client, request, candidates) };
				let deal = Deals::open(deal)?;
				self.tasks.extend((0..tasks).map(|index| TaskId { deal, index }));
				Ok(())
			},
			Op::Pass(blocks) => {
				pass(blocks.into());
				Ok(())
			},
			Op::ManyWait(wait) => {
				ManyWait::set(wait);
				Ok(())
			},
			Op::Idle => {
				use frame_support::traits::Hooks;
				Deals::on_idle(System::block_number(), frame_support::weights::Weight::MAX);
				Ok(())
			},
			Op::RevealMany { provider } => self.reveal_many(&stash(provider)),
			Op::Commit { task, .. }
			| Op::Wave { task, .. }
			| Op::Decline { task, .. }
			| Op::Reveal { task, .. }
			| Op::RevealOther { task, .. }
			| Op::Denounce { task, .. }
			| Op::Poke { task, .. }
			| Op::Question { task, .. }
			| Op::Rule { task, .. }
			| Op::Refute { task, .. }
			| Op::DeclineAll { task }
			| Op::SetCallback { task, .. }
			| Op::CallBack { task, .. }
			| Op::Prune { task } => match self.task(task) {
				Some(task) => self.call(op, task),
				None => Ok(()),
			},
		}
	}

	fn call(&mut self, op: Op, task: TaskId) -> Result<(), sp_runtime::DispatchError> {
		match op {
			Op::Commit { replica, outcome: variant, .. } => {
				let (provider, outcome) = (self.replica(task, replica), outcome(variant));
				if !crate::Deals::<Test>::contains_key(task.deal) {
					return Ok(());
				}
				commit_and_maybe_report(task, &provider, outcome)?;
				self.sealed.insert((task, provider), outcome);
				Ok(())
			},
			Op::Wave { outcomes, reveal, .. } => {
				self.wave(task, &outcomes, reveal);
				Ok(())
			},
			Op::Decline { replica, lacks, .. } => {
				let excuse = if lacks { Excuse::Content } else { Excuse::Limits };
				try_excuse(task, &self.replica(task, replica), excuse)
			},
			Op::Reveal { replica, .. } => {
				let provider = self.replica(task, replica);
				match self.sealed.get(&(task, provider.clone())) {
					Some(outcome) => try_reveal(task, &provider, *outcome),
					None => Ok(()),
				}
			},
			Op::RevealOther { replica, outcome: variant, .. } => {
				try_reveal(task, &self.replica(task, replica), outcome(variant))
			},
			Op::Denounce { replica, by, .. } => {
				let provider = self.replica(task, replica);
				match self.sealed.get(&(task, provider.clone())) {
					Some(outcome) if crate::Deals::<Test>::contains_key(task.deal) => {
						let by = [STRANGER, CLIENT, stash(by % 8), operator(by % 8)]
							[usize::from(by) % 4]
							.clone();
						try_denounce(&by, task, &provider, *outcome)
					},
					_ => Ok(()),
				}
			},
			Op::Poke { by, .. } => {
				try_poke(&[STRANGER, CLIENT, stash(by % 8)][usize::from(by) % 3], task)
			},
			Op::Question { how, by, .. } => self.question(task, how, by),
			Op::Rule { truth, spent, .. } => {
				decide(task, (truth < 9).then(|| outcome(truth)), spent);
				Ok(())
			},
			Op::DeclineAll { .. } => {
				for provider in self.replicas(task) {
					let _ = try_decline(task, &provider);
				}
				Ok(())
			},
			Op::Refute { right, .. } => {
				let leaf = if right { b"\0asm\x01\0\0\0".to_vec() } else { Vec::new() };
				let module = Some(assay_primitives::content::Exhibit { node: None, leaf });
				let exhibits = assay_primitives::deal::Exhibits { module, ..Default::default() };
				dispatch(&STRANGER, Call::refute { task, exhibits }).map(|_| ())
			},
			Op::SetCallback { reward, .. } => {
				let remark = vec![0; assay_primitives::deal::CallbackResult::BYTES];
				let whole = RuntimeCall::System(frame_system::Call::remark { remark }).encode();
				let kept = whole.len() - assay_primitives::deal::CallbackResult::BYTES;
				let call = BoundedVec::truncate_from(whole[..kept].to_vec());
				let (deal, reward) = (task.deal, reward.into());
				let client = crate::Deals::<Test>::get(deal).map_or(CLIENT, |deal| deal.client);
				let task_hash = spec_hash(assay_primitives::deal::single(deal));
				dispatch(&client, Call::set_callback { deal, task_hash, call, reward }).map(|_| ())
			},
			Op::CallBack { by, .. } => {
				let by = [STRANGER, CLIENT, stash(by % 8)][usize::from(by) % 3].clone();
				dispatch(&by, Call::call_back { task }).map(|_| ())
			},
			Op::Prune { .. } => dispatch(&STRANGER, Call::prune { task }).map(|_| ()),
			_ => Ok(()),
		}
	}

	fn question(&self, task: TaskId, how: u8, by: u8) -> Result<(), sp_runtime::DispatchError> {
		match how {
			0 => try_accept(&CLIENT, task),
			1 => try_check(if by.is_multiple_of(4) { &SECOND_CLIENT } else { &CLIENT }, task),
			2 => try_challenge(&[STRANGER, CLIENT, stash(by % 8)][usize::from(by) % 3], task),
			_ => try_open_report(task, &self.replica(task, by), good()),
		}
	}

	/// Each of these calls may fail, and must leave nothing then.
	fn wave(&mut self, task: TaskId, outcomes: &[u8], reveal: bool) {
		let open = self.replicas(task);
		for (provider, variant) in open.iter().zip(outcomes) {
			if *variant == 9 {
				continue;
			}
			let before = root();
			match commit_and_maybe_report(task, provider, outcome(*variant)) {
				Ok(()) => {
					self.sealed.insert((task, provider.clone()), outcome(*variant));
				},
				Err(_) => assert_eq!(before, root()),
			}
		}
		for provider in open.iter().filter(|_| reveal) {
			let sealed = self.sealed.get(&(task, provider.clone())).copied();
			if let Some(outcome) = sealed.filter(|_| live(task).is_some()) {
				let before = root();
				if try_reveal(task, provider, outcome).is_err() {
					assert_eq!(before, root());
				}
			}
		}
	}

	/// Replicas of a live task, those that a draw would give included.
	fn replicas(&self, task: TaskId) -> Vec<AccountId> {
		let Some(view) = Deals::task_view(task) else { return Vec::new() };
		let assay_primitives::deal::TaskStatus::Open(live) = view.status else { return Vec::new() };
		let provider = |at: u32| view.deal.candidates[at as usize].provider.clone();
		live.replicas.iter().map(|one| provider(one.candidate)).collect()
	}

	fn reveal_many(&self, provider: &AccountId) -> Result<(), sp_runtime::DispatchError> {
		let items: Vec<_> = self
			.sealed
			.iter()
			.filter(|((_, who), _)| who == provider)
			.map(|((task, _), outcome)| (*task, opening(*task, provider, *outcome)))
			.take(MAX_BATCH as usize)
			.collect();
		let items = BoundedVec::truncate_from(items);
		dispatch(&operator_of(provider), Call::reveal_many { items }).map(|_| ())
	}

	/// Applies deadlines until nothing is open.
	fn finish(&self) {
		ManyWait::set(false);
		let reveal = |task: &TaskId| {
			let terms = crate::Deals::<Test>::get(task.deal).expect("it is kept").terms;
			terms.hard_end + terms.reveal_blocks + terms.challenge_blocks + EXHIBIT_BLOCKS + 5
		};
		let latest = self.open().map(reveal).max().unwrap_or(0);
		while self.open().next().is_some() {
			assert!(System::block_number() <= latest + 1, "a task is stuck");
			for task in self.open().copied().collect::<Vec<_>>() {
				let _ = try_poke(&STRANGER, task);
				decide(task, (task.deal % 3 > 0).then(good), 100);
			}
			pass(1);
		}
		pass(51);
		for (_, task) in Ended::<Test>::iter_keys().collect::<Vec<_>>() {
			dispatch(&STRANGER, Call::prune { task }).expect("its time has come");
		}
	}
}

/// A lie comes with a report of the truth.
fn commit_and_maybe_report(
	task: TaskId,
	provider: &AccountId,
	outcome: Outcome,
) -> Result<(), sp_runtime::DispatchError> {
	if outcome == good() {
		return try_commit(task, provider, outcome);
	}
	try_commit_with_report(task, provider, outcome, good())
}

/// Rules on the case about a task, where there is one. It costs `spent` 255ths of the funds.
fn decide(task: TaskId, truth: Option<Outcome>, spent: u8) {
	let state = live(task).map(|live| live.state);
	if let Some(TaskState::Disputed { case, .. }) = state {
		let funds = Cases::get()[case as usize].funds;
		let truth = truth.map(|outcome| digest_of(task, outcome));
		rule(case, truth, funds * u128::from(spent) / 255).expect("the case is open");
	}
}

fn root() -> Vec<u8> {
	sp_io::storage::root(sp_runtime::StateVersion::V1)
}

fn nothing_is_left() {
	for who in [CLIENT, SECOND_CLIENT] {
		assert_eq!(held(&who), (0, 0));
	}
	assert_eq!(Disputes::<Test>::iter().count(), 0);
	assert_eq!(Asked::<Test>::iter().count(), 0);
	assert_eq!(Bags::<Test>::iter().count(), 0);
	assert_eq!(BagsOf::<Test>::iter().count(), 0);
	for at in 0..PROVIDERS {
		assert_eq!(Providers::at_risk(&stash(at)), (0, 0));
	}
	assert_eq!(crate::Deals::<Test>::iter().count(), 0);
	assert_eq!(Draws::<Test>::iter().count(), 0);
	assert_eq!(Ended::<Test>::iter().count(), 0);
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

	#[test]
	fn money_should_be_conserved_and_nothing_stuck(
		ops in prop::collection::vec(op(), 20..120),
		entropy in any::<u64>(),
		window in prop_oneof![Just(0u32), Just(20)],
		(judged, audited) in (any::<bool>(), 0..3u32),
	) {
		new_test_ext().execute_with(|| {
			Entropy::set(entropy);
			ChallengeWindow::set(if judged { 20 } else { window });
			ArbiterIsOpen::set(judged);
			audit(Permill::from_percent(50 * audited));
			let issuance = Balances::total_issuance();
			let ledger = Ledger::start();
			let mut world = World::default();
			for op in ops {
				let before = root();
				let text = format!("{op:?}");
				if world.apply(op).is_err() {
					assert_eq!(before, root(), "{text} failed and left something");
				}
				check_everything();
				ledger.check();
				let burnt = burnt();
				assert_eq!(Balances::total_issuance() + burnt, issuance, "after {text}");
			}
			world.finish();
			check_everything();
			ledger.check();
			nothing_is_left();
			let burnt = burnt();
			assert_eq!(Balances::total_issuance() + burnt, issuance);
		});
	}

	/// However many lie, alone or in league: who told the truth loses nothing, and is paid as soon as an
	/// arbiter finds the truth; it is the liars who lose.
	#[test]
	fn honest_replicas_should_never_lose_anything(
		faults in prop::collection::vec(0..5u8, 3), entropy in any::<u64>(), known in any::<bool>(),
	) {
		new_test_ext().execute_with(|| {
			Entropy::set(entropy);
			ArbiterIsOpen::set(true);
			ChallengeWindow::set(20);
			let (task, replicas) = open_and_draw(3, 2, 7);
			let before: Vec<_> = replicas.iter().map(worth).collect();
			// 0 and 1 are honest, 2 is silent, 3 lies alone, 4 with all others that do.
			let said = |at: usize| match faults[at] {
				0 | 1 => Some(good()),
				3 => Some(bad(at as u8 + 2)),
				4 => Some(bad(9)),
				_ => None,
			};
			let speakers = || (0..3).filter_map(|at| Some((&replicas[at], said(at)?)));
			speakers().for_each(|(replica, outcome)| commit(task, replica, outcome));
			if faults.contains(&2) {
				pass(T);
				poke(task);
			}
			speakers().for_each(|(replica, outcome)| reveal(task, replica, outcome));
			while let Some(live) = live(task) {
				match live.state {
					TaskState::Disputed { case, .. } => {
						let truth = known.then(|| digest_of(task, good()));
						prop_assert_eq!(rule(case, truth, 0), Ok(()));
					},
					TaskState::Agreed { .. } => {
						pass(20);
						poke(task);
					},
					// Later waves are honest.
					_ => {
						let wave = live.replicas.iter().map(|one| one.wave).max().expect("drawn");
						let later = drawn(task, wave);
						run_wave(task, &later, &vec![good(); later.len()]);
					},
				}
			}
			let found = known && ended(task).ending == Ending::Settled(good());
			for (at, fault) in faults.iter().enumerate() {
				let gain = worth(&replicas[at]) as i128 - before[at] as i128;
				match fault {
					0 | 1 if known => prop_assert!(gain >= P as i128),
					0 | 1 => prop_assert!(gain >= 0),
					2 => prop_assert!(gain < 0),
					_ if found => prop_assert_eq!(gain, -(stake(task) as i128)),
					// Its pay, and where somebody was silent no more than that of what he lost.
					_ => {
						let pays = if faults.contains(&2) { 2 } else { 1 };
						prop_assert!(gain <= P as i128 * pays);
					},
				}
			}
			Ok(())
		})?;
	}
}
