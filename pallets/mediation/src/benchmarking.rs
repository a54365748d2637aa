//! Benchmarks, each of the most expensive path of its call or step.

use crate::{settlement::End, *};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance, Hash,
	beacon::Ticket,
	bond::MAX_UNBONDINGS,
	case::{
		Appeal, CaseLimits, CasePhase, CourtBill, MAX_CAPACITY, MAX_EXCLUDED, MAX_MEMBERS,
		MAX_ROUNDS, MediatorStatus, MediatorTerms, Member, ROUNDS, Subject, Vote,
	},
	content::ContentRef,
	judges::Judges,
	outcome::Digest,
	policy::MAX_REPLICAS,
	profile::Profile,
	provider::{KeyInbox, MAX_ENDPOINT_BYTES, MAX_PROFILES},
	seal::seal_verdict,
	task::{Input, Limits, MAX_ARG_BYTES, MAX_ARGS_BYTES, TaskId, TaskSpec},
	traits::{Arbiter, Beacon, CaseId, CaseReason, CaseRequest},
};
use pallet_bonds::Party;
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{
		BoundedVec,
		traits::{
			Get,
			fungible::{Inspect, Mutate, MutateHold},
		},
	},
	frame_system::RawOrigin,
};

/// Mediators that committees are drawn from.
const POOL: u32 = 1_000;
/// Enough for all rounds of a case, and more.
const SMALL_POOL: u32 = 200;
const SALT: [u8; 32] = [3; 32];

fn bond<T: Config>() -> Balance {
	T::MinBond::get().saturating_mul(MAX_CAPACITY.into())
}

fn funded<T: Config>(name: &'static str, index: u32) -> AccountId {
	let who: AccountId = account(name, index, 0);
	let amount = T::Currency::minimum_balance().saturating_add(bond::<T>()).saturating_mul(10);
	T::Currency::set_balance(&who, amount);
	who
}

/// The longest terms, the base profile among them.
fn terms() -> MediatorTerms {
	let mut profiles = vec![Profile::BASE.id()];
	profiles.extend((1..MAX_PROFILES).map(|i| Hash::repeat_byte(i as u8)));
	let profiles = BoundedVec::truncate_from(profiles);
	let endpoint = BoundedVec::truncate_from(vec![b'e'; MAX_ENDPOINT_BYTES as usize]);
	MediatorTerms {
		capacity: MAX_CAPACITY as u16,
		limits: CaseLimits::LARGE,
		profiles,
		inbox: Some(KeyInbox { encryption_key: [1; 32], endpoint }),
	}
}

/// Registers a mediator whose operator has not accepted.
fn nominated<T: Config>(index: u32) -> (AccountId, AccountId) {
	let (stash, operator) = (funded::<T>("mediator", index), funded::<T>("key", index));
	Pallet::<T>::do_register(stash.clone(), operator.clone(), terms(), bond::<T>())
		.expect("the account is new, funded and the terms are valid");
	(stash, operator)
}

/// Registers a mediator whose operator has accepted.
fn serving<T: Config>(index: u32) -> (AccountId, AccountId) {
	let (stash, operator) = nominated::<T>(index);
	Pallet::<T>::do_accept_operator(operator.clone(), stash.clone())
		.expect("the operator was just named");
	(stash, operator)
}

/// Puts so many parts of a bond on their way out.
fn fill_unbonding<T: Config>(stash: &AccountId, parts: u32) {
	Mediators::<T>::mutate(stash, |entry| {
		let mediator = entry.as_mut().expect("it is registered");
		for at in 0..parts {
			mediator.bond.unbond(T::MinBond::get(), 0, at).expect("the bond covers it");
		}
	});
}

/// A pool of `count` that is in effect at once.
fn pool<T: Config>(count: u32) {
	(0..count).for_each(|index| {
		serving::<T>(index);
	});
	let _ = Pages::<T>::clear(u32::MAX, None);
	for mediator in Mediators::<T>::iter_values() {
		Pallet::<T>::set_weight_at_genesis(mediator.position, Pallet::<T>::due_weight(&mediator));
	}
}

/// Gives most of the mediators as many seats as they take, so that draws pass them over.
fn occupy<T: Config>() {
	let seats: Vec<CaseId> =
		(0..CaseId::from(MAX_CAPACITY)).map(|seat| CaseId::MAX - seat).collect();
	for (stash, mediator) in Mediators::<T>::iter() {
		if mediator.position % 4 > 0 {
			let seats = BoundedVec::truncate_from(seats.clone());
			let places = MAX_CAPACITY as u16;
			Mediators::<T>::insert(stash, Mediator { seats, places, ..mediator });
		}
	}
}

/// Appeals against each round but the last one, that the truth has found wrong.
fn appealed<T: Config>(live: &mut Live, truth: Digest) {
	for round in 0..MAX_ROUNDS as u8 - 1 {
		let (by, bond) = (funded::<T>("appellant", round.into()), wage::<T>());
		T::Currency::hold(&HoldReason::AppealBond.into(), &by, bond).expect("it is rich");
		let appeal = Appeal { by, bond, round, against: truth, heard: true };
		live.case.appeals.try_push(appeal).expect("there is one for each round");
	}
}

fn wage<T: Config>() -> Balance {
	T::Currency::minimum_balance().saturating_mul(100)
}

/// The largest request, that excludes `excluded` mediators.
fn request<T: Config>(excluded: u32) -> CaseRequest {
	let args = vec![vec![b'a'; MAX_ARG_BYTES as usize]; MAX_ARGS_BYTES / MAX_ARG_BYTES as usize];
	let spec = TaskSpec {
		module: ContentRef { hash: Hash::repeat_byte(1), size: 1 << 16 },
		profile: Profile::BASE.id(),
		args: TaskSpec::bounded_args(args).expect("each has the greatest length"),
		env: Default::default(),
		input: Input::Blob(ContentRef { hash: Hash::repeat_byte(2), size: 1 << 16 }),
		seed: Hash::zero(),
		limits: Limits { gas: 1 << 40, memory_pages: 1, output_bytes: 0 },
	};
	let excluded: Vec<AccountId> = (0..excluded)
		.map(|index| account(if index % 2 == 0 { "mediator" } else { "key" }, index, 0))
		.collect();
	CaseRequest {
		subject: Subject::Task(TaskId { deal: 1, index: 0 }),
		task_hash: spec.hash(),
		spec,
		sealed: true,
		reason: CaseReason::NoConsensus,
		digests: vec![Hash::zero(); MAX_REPLICAS as usize],
		excluded,
		judges: Judges::Public,
		run_blocks: 100,
		wage: wage::<T>(),
		funds: Pallet::<T>::cost(wage::<T>()),
		refund: funded::<T>("client", 0),
	}
}

/// Opens a case whose money has arrived.
fn opened<T: Config>(excluded: u32) -> CaseId {
	let request = request::<T>(excluded);
	let pot = Pallet::<T>::pot();
	let amount = T::Currency::minimum_balance().saturating_add(request.funds);
	T::Currency::set_balance(&pot, amount.saturating_add(bond::<T>()));
	Pallet::<T>::open_case(request).expect("the money has arrived")
}

fn live<T: Config>(case: CaseId) -> Live {
	Pallet::<T>::load(case).expect("the case was opened")
}

fn ticket<T: Config>(case: CaseId) -> Ticket {
	match live::<T>(case).case.phase {
		CasePhase::AwaitingSeed { ticket, .. } => ticket,
		_ => panic!("the case was just opened"),
	}
}

/// Opens a case and draws its first committee.
fn sealing<T: Config>() -> CaseId {
	let case = opened::<T>(0);
	T::BenchmarkHelper::reveal_seed(&ticket::<T>(case));
	let _ = Pallet::<T>::do_poke(case).expect("the seed is known");
	case
}

fn members<T: Config>(case: CaseId) -> Vec<AccountId> {
	let round = Rounds::<T>::get(case, live::<T>(case).case.round).expect("it was drawn");
	round.members.into_iter().map(|member| member.mediator).collect()
}

fn key<T: Config>(stash: &AccountId) -> AccountId {
	Mediators::<T>::get(stash).expect("members are registered").operator
}

fn digest(member: usize) -> Digest {
	Hash::repeat_byte(member as u8)
}

fn seal_of<T: Config>(case: CaseId, who: &AccountId, digest: Digest) -> Hash {
	let round = live::<T>(case).case.round;
	seal_verdict(&Pallet::<T>::genesis(), case, round, who, &digest, &SALT)
}

/// Hash of the task and the round by which calls name a case.
fn name_of<T: Config>(case: CaseId) -> (Hash, u8) {
	let live = live::<T>(case);
	(live.terms.task_hash, live.case.round)
}

fn hand_in<T: Config>(case: CaseId, who: &AccountId, seal: Hash) {
	let (task_hash, round) = name_of::<T>(case);
	Pallet::<T>::do_seal(key::<T>(who), case, task_hash, round, seal).expect("it has to seal");
}

fn seal_all<T: Config>(case: CaseId, but: usize) -> Vec<AccountId> {
	let members = members::<T>(case);
	for (at, who) in members.iter().enumerate().skip(but) {
		let seal = seal_of::<T>(case, who, digest(at));
		hand_in::<T>(case, who, seal);
	}
	members
}

/// Seats `count` mediators over the rounds of a case, as if they had all revealed a lie.
fn seat<T: Config>(case: CaseId, count: u32) {
	seat_each::<T>(case, count, 1)
}

/// The same with every `step`th mediator of the pool.
fn seat_each<T: Config>(case: CaseId, count: u32, step: u32) {
	let mut live = live::<T>(case);
	let template = Rounds::<T>::get(case, 0).expect("the first round was opened");
	for number in 0..MAX_ROUNDS {
		let mut round = template.clone();
		for index in number * MAX_MEMBERS..((number + 1) * MAX_MEMBERS).min(count) {
			let mediator: AccountId = account("mediator", index * step, 0);
			assert!(Pallet::<T>::try_seat(&mediator, &live, round.era));
			Pallet::<T>::free_place(&live, &mediator);
			let vote = Vote::Revealed(digest(1));
			round.members.try_push(Member { mediator, wave: 0, vote }).expect("as many as fit");
		}
		Rounds::<T>::insert(case, number as u8, round);
		live.case.round = number as u8;
	}
	live.case.phase = CasePhase::Court { standing: Some(digest(2)), until: 0 };
	Pallet::<T>::save(&live);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() {
		let stash = funded::<T>("mediator", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), stash.clone(), terms(), bond::<T>());
		assert_eq!(Operators::<T>::get(&stash), Some(stash));
	}

	#[benchmark]
	fn accept_operator() {
		let (stash, operator) = nominated::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), stash.clone());
		assert_eq!(Operators::<T>::get(&operator), Some(stash));
	}

	#[benchmark]
	fn resign_operator() {
		let (_, operator) = serving::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()));
		assert_eq!(Operators::<T>::get(&operator), None);
	}

	#[benchmark]
	fn set_operator() {
		let (stash, operator) = serving::<T>(0);
		// Nobody signs until it has accepted, so that the weight changes.
		let other = funded::<T>("other", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash), other);
		assert_eq!(Operators::<T>::get(&operator), None);
	}

	#[benchmark]
	fn update() {
		let (stash, _) = serving::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), terms());
		assert!(Mediators::<T>::get(&stash).is_some_and(|one| one.next_terms.is_some()));
	}

	#[benchmark]
	fn bond_more() {
		let (stash, _) = serving::<T>(0);
		let amount = T::MinBond::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), amount);
		assert_eq!(
			Mediators::<T>::get(&stash).map(|one| one.bond.held),
			Some(bond::<T>() + amount)
		);
	}

	#[benchmark]
	fn unbond() {
		let (stash, _) = serving::<T>(0);
		fill_unbonding::<T>(&stash, MAX_UNBONDINGS - 1);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), T::MinBond::get());
		let places = Mediators::<T>::get(&stash).map(|one| one.bond.unbonding.len());
		assert_eq!(places, Some(MAX_UNBONDINGS as usize));
	}

	#[benchmark]
	fn leave() {
		let (stash, _) = serving::<T>(0);
		fill_unbonding::<T>(&stash, MAX_UNBONDINGS);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()));
		assert!(Mediators::<T>::get(&stash).is_some_and(|one| one.is_leaving()));
	}

	#[benchmark]
	fn withdraw() {
		let (stash, _) = serving::<T>(0);
		fill_unbonding::<T>(&stash, MAX_UNBONDINGS);
		Pallet::<T>::do_leave(stash.clone()).expect("it is registered");
		Mediators::<T>::mutate(&stash, |entry| {
			let mediator = entry.as_mut().expect("it is registered");
			mediator.status = MediatorStatus::Leaving { signed: true, at: 0 };
			mediator.bond.unbonding.iter_mut().for_each(|chunk| chunk.at = 0);
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()));
		assert!(!Mediators::<T>::contains_key(&stash));
	}

	/// The last seal, without replacements.
	#[benchmark]
	fn seal() {
		pool::<T>(SMALL_POOL);
		let case = sealing::<T>();
		let members = seal_all::<T>(case, 1);
		let last = seal_of::<T>(case, &members[0], digest(0));
		let (task_hash, round) = name_of::<T>(case);
		#[extrinsic_call]
		_(RawOrigin::Signed(key::<T>(&members[0])), case, task_hash, round, last);
		assert!(matches!(live::<T>(case).case.phase, CasePhase::Revealing { .. }));
	}

	/// The last opening, with which all agree. What it costs to open another round where they do not is
	/// weighed beside.
	#[benchmark]
	fn reveal() {
		pool::<T>(SMALL_POOL);
		let case = sealing::<T>();
		let members = members::<T>(case);
		for who in &members {
			let sealed = seal_of::<T>(case, who, digest(0));
			hand_in::<T>(case, who, sealed);
		}
		for who in members.iter().skip(1) {
			Pallet::<T>::do_reveal(key::<T>(who), case, digest(0), SALT).expect("it has sealed");
		}
		#[extrinsic_call]
		_(RawOrigin::Signed(key::<T>(&members[0])), case, digest(0), SALT);
		assert!(matches!(live::<T>(case).case.phase, CasePhase::AppealWindow { .. }));
	}

	#[benchmark]
	fn denounce() {
		pool::<T>(SMALL_POOL);
		let case = sealing::<T>();
		let members = seal_all::<T>(case, 1);
		let who = funded::<T>("denouncer", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), case, members[1].clone(), digest(1), SALT);
		assert!(Mediators::<T>::get(&members[1]).is_some_and(|one| one.seats.is_empty()));
	}

	#[benchmark]
	fn appeal() {
		pool::<T>(SMALL_POOL);
		let case = sealing::<T>();
		let mut live = live::<T>(case);
		let until = live.now + 1;
		live.case.phase = CasePhase::AppealWindow { verdict: digest(0), until };
		Pallet::<T>::save(&live);
		let who = funded::<T>("appellant", 0);
		let round = live.case.round;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), case, digest(0), round);
		assert_eq!(super::live::<T>(case).case.appeals.len(), 1);
	}

	/// Looking at a case that waits for a seed, whether or not all blocks of the longest fold are
	/// there. What follows is weighed beside.
	#[benchmark]
	fn poke() {
		pool::<T>(SMALL_POOL);
		let case = opened::<T>(MAX_EXCLUDED);
		let ticket = ticket::<T>(case);
		T::BenchmarkHelper::reveal_seed(&ticket);
		let (live, fold);
		#[block]
		{
			live = Pallet::<T>::load(case).ok().expect("the case was opened");
			assert!(Rounds::<T>::contains_key(case, live.case.round));
			fold = T::Beacon::fold(&ticket);
		}
		assert!(fold.is_ok());
	}

	#[benchmark]
	fn prune() {
		pool::<T>(SMALL_POOL);
		let case = opened::<T>(0);
		seat::<T>(case, MAX_ROUNDS * MAX_MEMBERS);
		let end = End { truth: None, bill: None };
		Pallet::<T>::close(live::<T>(case), end);
		// There is no task that the ruling is about.
		Untaken::<T>::remove(case);
		let mut live = live::<T>(case);
		if let CasePhase::Closed { prune_at, .. } = &mut live.case.phase {
			*prune_at = 0;
		}
		Pallet::<T>::save(&live);
		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>("caller", 0)), case);
		assert!(!Cases::<T>::contains_key(case));
	}

	/// Opening the last round of a case that excludes `x` accounts, with the members of all earlier
	/// rounds.
	#[benchmark]
	fn open_round(x: Linear<0, MAX_EXCLUDED>) {
		pool::<T>(SMALL_POOL);
		let case = opened::<T>(x);
		seat::<T>(case, 3 * MAX_MEMBERS);
		let mut live = live::<T>(case);
		#[block]
		{
			Pallet::<T>::open_round(&mut live, MAX_ROUNDS as u8 - 1);
		}
		assert!(matches!(live.case.phase, CasePhase::AwaitingSeed { .. }));
	}

	/// Drawing `n` seats and the reserves out of a thousand mediators, three quarters of whom have no
	/// seat free, past all excluded ones, by a seed that is known.
	#[benchmark]
	fn draw(n: Linear<3, { ROUNDS[3] }>) {
		pool::<T>(POOL);
		occupy::<T>();
		let case = opened::<T>(MAX_EXCLUDED);
		Rounds::<T>::mutate(case, 0, |round| round.as_mut().expect("opened").seats = n);
		let ticket = ticket::<T>(case);
		T::BenchmarkHelper::reveal_seed(&ticket);
		let mut live = live::<T>(case);
		let fold = T::Beacon::fold(&ticket).expect("the seed is known");
		#[block]
		{
			Pallet::<T>::draw_committee(&mut live, fold);
		}
		assert!(matches!(live.case.phase, CasePhase::Sealing { .. }));
	}

	/// Seating all reserves for those who were silent.
	#[benchmark]
	fn replace() {
		pool::<T>(SMALL_POOL);
		let case = opened::<T>(0);
		// As many seats as there are reserves, and all of them silent.
		Rounds::<T>::mutate(case, 0, |round| round.as_mut().expect("opened").seats = 9);
		T::BenchmarkHelper::reveal_seed(&ticket::<T>(case));
		let _ = Pallet::<T>::do_poke(case).expect("the seed is known");
		let mut live = live::<T>(case);
		// Where the content is not promised, nobody takes the place of all.
		if let CasePhase::Sealing { answers, .. } = &mut live.case.phase {
			*answers = true;
		}
		let round = Rounds::<T>::get(case, 0).expect("drawn");
		#[block]
		{
			Pallet::<T>::end_sealing(&mut live, round);
		}
		assert!(matches!(live.case.phase, CasePhase::Sealing { wave: 1, .. }));
	}

	/// Ending a case by the court, with all appeals lost and `m` members who are all slashed; without
	/// what the ledger does with it.
	#[benchmark]
	fn close(m: Linear<0, MAX_JUDGED>) {
		pool::<T>(POOL);
		let case = opened::<T>(0);
		// Far apart, so that the weight of each is in a page of its own.
		seat_each::<T>(case, m, POOL / MAX_JUDGED);
		let mut live = live::<T>(case);
		appealed::<T>(&mut live, digest(2));
		let bill = Some(CourtBill { to: funded::<T>("caller", 0), amount: 0 });
		#[block]
		{
			Pallet::<T>::close(live, End { truth: Some(digest(2)), bill });
		}
		assert_eq!(Open::<T>::count(), 0);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext_with(&[]), crate::mock::Test);
}
