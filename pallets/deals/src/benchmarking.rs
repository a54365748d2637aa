//! Benchmarks of all calls, and of what they may do beside their own work, at their worst.

use crate::{dispatchable_impls::MAX_FOLD, *};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance, Hash,
	content::{ContentRef, Exhibit},
	deal::{CallbackResult, Exhibits, FailCause, Opening, ReplicaState, TaskState, Via, single},
	excuse::Excuse,
	judges::{Judges, MAX_MEDIATORS, Named},
	merkle::ListRoot,
	outcome::{Class, Outcome},
	policy::{MAX_CANDIDATES, MAX_REPLICAS, Policy},
	price::{MGAS, Price},
	profile::Profile,
	request::{Candidate, Hints, MAX_HINT_BYTES, MAX_HINTS, Request},
	seal::{Seal, seal_digest},
	task::{Input, Limits, MAX_ARG_BYTES, MAX_ARGS_BYTES, TaskId, TaskSpec},
	traits::{
		Arbiter, AssetSale, Beacon, Capacity, CaseReason, DealBook, Economy, MAX_FINDERS, NewDeal,
	},
};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	traits::{EnsureOrigin, Get, fungible::Inspect},
};
use frame_system::RawOrigin;
use sp_runtime::{Permill, traits::BlockNumberProvider};

type Helper<T> = <T as Config>::BenchmarkHelper;

/// A price whose parts are all above the existential deposit.
fn price<T: Config>() -> Price {
	Price { base: T::Currency::minimum_balance().saturating_mul(1_000), per_mgas: MGAS.into() }
}

/// The longest request that asks for this many replicas.
fn request<T: Config>(replicas: u32) -> Request {
	let args = vec![vec![b'a'; MAX_ARG_BYTES as usize]; MAX_ARGS_BYTES / MAX_ARG_BYTES as usize];
	let hint = BoundedVec::truncate_from(vec![b'h'; MAX_HINT_BYTES as usize]);
	Request {
		task: TaskSpec {
			module: ContentRef { hash: Hash::repeat_byte(1), size: 1 << 16 },
			profile: Profile::BASE.id(),
			args: TaskSpec::bounded_args(args).expect("each has the greatest length"),
			env: Default::default(),
			input: Input::Blob(ContentRef { hash: Hash::repeat_byte(2), size: 1 << 16 }),
			seed: Hash::zero(),
			limits: Limits { gas: T::MaxGas::get(), memory_pages: 1, output_bytes: 0 },
		},
		policy: Policy::Quorum { replicas: replicas as u8, required: (replicas / 2 + 1) as u8 },
		canary: false,
		max_price: price::<T>(),
		run_blocks: T::MaxRunBlocks::get(),
		tags: 0,
		valid_until: u32::MAX,
		hints: Hints::truncate_from(vec![hint; MAX_HINTS as usize]),
	}
}

/// A remark as long as a callback may be, with what the chain appends at its end.
fn remark<T: Config>() -> CallbackBytes {
	// Beside what is remarked there are two indices and a length.
	let remark = vec![0; CallbackResult::BYTES + MAX_CALLBACK_BYTES as usize - 8];
	let call = frame_system::Call::<T>::remark { remark };
	let whole = <T as frame_system::Config>::RuntimeCall::from(call).encode();
	let kept = whole.len().saturating_sub(CallbackResult::BYTES);
	BoundedVec::truncate_from(whole[..kept].to_vec())
}

/// Providers with their operator keys.
type Parties = Vec<(AccountId, AccountId)>;

fn parties<T: Config>(count: u32) -> Parties {
	(0..count).map(Helper::<T>::provider).collect()
}

fn candidates<T: Config>(parties: &Parties) -> Vec<Candidate> {
	let candidate = |(provider, _): &(AccountId, AccountId)| Candidate {
		provider: provider.clone(),
		price: price::<T>(),
		weight: 1,
	};
	parties.iter().map(candidate).collect()
}

/// A sale by an account that is no candidate.
fn sale<T: Config>(number: u32) -> Option<AssetSale> {
	let (owner, _) = Helper::<T>::provider(MAX_CANDIDATES + number);
	let price = T::Currency::minimum_balance();
	let liability = price;
	Some(AssetSale { asset: Hash::repeat_byte(number as u8), owner, price, liability })
}

/// A deal with as many sales of others as `owners` says, two at most, and all else that one can have.
fn new_deal<T: Config>(replicas: u32, parties: &Parties, owners: u32) -> NewDeal {
	let (client, request) = (Helper::<T>::client(), request::<T>(replicas));
	let (other, _) = Helper::<T>::provider(MAX_CANDIDATES + 2);
	let mediators = (0..MAX_MEDIATORS).map(|index| account("mediator", index, 0)).collect();
	let judges = Judges::Named(Named::truncate_from(mediators));
	NewDeal {
		beneficiary: Some(other.clone()),
		app: if owners > 0 { sale::<T>(0) } else { None },
		dataset: if owners > 1 { sale::<T>(1) } else { None },
		tip: Some((other, T::Currency::minimum_balance())),
		judges,
		..NewDeal::plain(Via::MARKET, client, request, candidates::<T>(parties))
	}
}

/// A task whose seed is known and whose draw nobody has written.
fn waiting<T: Config>(replicas: u32, candidates: u32, owners: u32) -> (TaskId, Parties) {
	let parties = parties::<T>(candidates);
	let deal = Pallet::<T>::open(new_deal::<T>(replicas, &parties, owners))
		.expect("the request is in order and everybody is rich");
	let task = single(deal);
	let live = Pallet::<T>::load(task).ok().expect("it was just opened");
	if let TaskState::Waiting { ticket } = live.task.state {
		Helper::<T>::reveal_seed(&ticket, 1);
	}
	(task, parties)
}

/// A task with this many replicas that have to seal; the parties are those drawn.
fn running<T: Config>(replicas: u32) -> (TaskId, Parties) {
	running_of::<T>(replicas, 2)
}

/// The same where so many others sell something.
fn running_of<T: Config>(replicas: u32, owners: u32) -> (TaskId, Parties) {
	let (task, parties) = waiting::<T>(replicas, MAX_CANDIDATES, owners);
	let mut live = Pallet::<T>::load(task).ok().expect("it is live");
	Pallet::<T>::draw_if_waiting(&mut live).ok().expect("its seed is known");
	let drawn = live.task.replicas.iter();
	let drawn = drawn.map(|replica| parties[replica.candidate as usize].clone()).collect();
	Pallet::<T>::save(live);
	(task, drawn)
}

fn list_of<T: Config>(task: TaskId) -> TaskList {
	TaskList::of(task.deal, &Deals::<T>::get(task.deal).expect("it is kept"))
}

/// What a call names a task by.
fn hash_of<T: Config>(task: TaskId) -> Hash {
	Deals::<T>::get(task.deal).expect("it is open").task_hash
}

fn set<T: Config>(task: TaskId, reward: Balance) {
	let (client, hash) = (Helper::<T>::client(), hash_of::<T>(task));
	Pallet::<T>::do_set_callback(client, task.deal, hash, remark::<T>(), reward)
		.expect("the client is rich");
}

fn outcome<T: Config>(variant: u8) -> Outcome {
	Outcome {
		class: Class::Exited(0),
		gas_used: T::MaxGas::get(),
		output: ListRoot { root: Hash::repeat_byte(variant), len: 2 },
		output_bytes: 0,
	}
}

fn seal<T: Config>(task: TaskId, provider: &AccountId) -> Seal {
	let spec = Deals::<T>::get(task.deal).expect("it is open").task_hash;
	let digest = outcome::<T>(1).digest(&spec);
	let digest = seal_digest(&Pallet::<T>::genesis_hash(), &task, provider, &digest, &[7; 32]);
	Seal { digest, report: Hash::repeat_byte(3) }
}

/// Sets all replicas' states by their position.
fn set_replicas<T: Config>(task: TaskId, state: impl Fn(usize) -> ReplicaState) {
	Tasks::<T>::mutate(list_of::<T>(task), task, |task| {
		let replicas = &mut task.as_mut().expect("it is live").replicas;
		replicas.iter_mut().enumerate().for_each(|(at, replica)| replica.state = state(at));
	});
}

fn set_state<T: Config>(task: TaskId, state: TaskState) {
	Tasks::<T>::mutate(list_of::<T>(task), task, |task| {
		task.as_mut().expect("it is live").state = state
	});
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Opening a deal with `c` candidates, for front ends.
	#[benchmark]
	fn open(c: Linear<1, MAX_CANDIDATES>) {
		let deal = new_deal::<T>(1, &parties::<T>(c), 2);
		#[block]
		{
			Pallet::<T>::open(deal).expect("it is in order");
		}
		assert_eq!(Tasks::<T>::iter().count(), 1);
	}

	/// Reading `b` blocks of the beacon for a seed.
	#[benchmark]
	fn fold(b: Linear<4, MAX_FOLD>) {
		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		Helper::<T>::reveal_seed(&ticket, b);
		let found;
		#[block]
		{
			found = T::Beacon::fold(&ticket);
		}
		assert!(found.is_ok());
	}

	/// Writing the first draw among `c` candidates, the seed known. All of them are locked, and all but
	/// one are released.
	#[benchmark]
	fn draw(c: Linear<1, MAX_CANDIDATES>) {
		let (task, _) = waiting::<T>(1, c, 2);
		let mut live = Pallet::<T>::load(task).ok().expect("it is live");
		let TaskState::Waiting { ticket } = live.task.state else { panic!("it was just opened") };
		let known = Pallet::<T>::fold_of(&live, &ticket).expect("its seed is known");
		#[block]
		{
			Pallet::<T>::draw_first(&mut live, known).ok().expect("all are locked");
		}
		assert!(live.effort.drew.is_some());
	}

	/// Trying `t` more candidates for a later wave, and locking all of them.
	#[benchmark]
	fn draw_more(t: Linear<1, { MAX_REPLICAS - 1 }>) {
		let (task, _) = running::<T>(1);
		let mut live = Pallet::<T>::load(task).ok().expect("it is live");
		#[block]
		{
			Pallet::<T>::draw_more(&mut live, 1, t);
		}
		assert_eq!(live.task.replicas.len() as u32, 1 + t);
	}

	/// Ending a task with `r` replicas that are all right, and nobody else to pay.
	#[benchmark]
	fn settle(r: Linear<1, MAX_REPLICAS>) {
		let (task, _) = running_of::<T>(r, 0);
		let outcome = outcome::<T>(1);
		set_replicas::<T>(task, |_| ReplicaState::Revealed { outcome, report: Hash::zero() });
		let mut live = Pallet::<T>::load(task).ok().expect("it is live");
		live.poker = Some(Helper::<T>::client());
		let digest = outcome.digest(&live.deal.task_hash);
		#[block]
		{
			Pallet::<T>::settle(live, digest);
		}
		assert!(Ended::<T>::contains_key(list_of::<T>(task), task));
	}

	/// Ending a task with `r` replicas that are right, `s` that are slashed, whose stakes the others
	/// share, and `o` owners of app and dataset. With half of both their product is largest, so
	/// what is extrapolated for all replicas of one kind is more than they take.
	#[benchmark]
	fn close(
		r: Linear<1, { MAX_REPLICAS / 2 }>,
		s: Linear<0, { MAX_REPLICAS / 2 }>,
		o: Linear<0, 2>,
	) {
		let (task, _) = running_of::<T>(r + s, o);
		let revealed = |variant| ReplicaState::Revealed {
			outcome: outcome::<T>(variant),
			report: Hash::zero(),
		};
		set_replicas::<T>(task, |at| revealed(if at < r as usize { 1 } else { 100 + at as u8 }));
		let mut live = Pallet::<T>::load(task).ok().expect("it is live");
		live.poker = Some(Helper::<T>::client());
		let digest = outcome::<T>(1).digest(&live.deal.task_hash);
		// A vote alone takes nobody's stake.
		live.decided = Some(Decided {
			dispute: Dispute::of_reserve(CaseReason::Dissent),
			agreed: Some(digest),
			spent: 0,
			truth: Some(digest),
			public: true,
			bill: None,
		});
		let effort;
		#[block]
		{
			effort = Pallet::<T>::settle(live, digest);
		}
		assert_eq!(effort.ended, Some((r + s, s)));
	}

	/// Handing a task to the arbiter, its own work included.
	#[benchmark]
	fn open_case() {
		let (task, _) = running::<T>(MAX_REPLICAS);
		set_replicas::<T>(task, |at| ReplicaState::Revealed {
			outcome: outcome::<T>(at as u8),
			report: Hash::zero(),
		});
		let live = Pallet::<T>::load(task).ok().expect("it is live");
		let dispute = Dispute::of_reserve(CaseReason::NoConsensus);
		#[block]
		{
			let _ = Pallet::<T>::open_case(live, dispute);
		}
		let state = Tasks::<T>::get(list_of::<T>(task), task).expect("it is live").state;
		let disputed = matches!(state, TaskState::Disputed { .. });
		assert_eq!(disputed, T::Arbiter::account().is_some());
	}

	/// `accept`, `check`, `challenge` or `open_report` but for the case or the end of the task: what
	/// each of them does of reading, checking and locking.
	#[benchmark]
	fn question() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		set_replicas::<T>(task, |_| ReplicaState::Revealed {
			outcome: outcome::<T>(1),
			report: Hash::zero(),
		});
		let deal = Deals::<T>::get(task.deal).expect("it is open");
		let digest = outcome::<T>(1).digest(&deal.task_hash);
		set_state::<T>(task, TaskState::Agreed { digest, until: u32::MAX });
		let (who, operator) = drawn[0].clone();
		let bond = T::Currency::minimum_balance();
		#[block]
		{
			assert!(T::Capacity::provider_of(&operator).is_some());
			let (live, _) = Pallet::<T>::load_agreed(task, digest).ok().expect("it is agreed");
			let wrong = outcome::<T>(2).digest(&live.deal.task_hash);
			assert!(!live.any(|state| matches!(
				state,
				ReplicaState::Revealed { outcome, .. }
					if outcome.digest(&live.deal.task_hash) == wrong
			)));
			Pallet::<T>::hold_bond(&who, bond).ok().expect("it is rich");
			assert!(Pallet::<T>::can_pay(&who, bond));
			Pallet::<T>::save(live);
		}
		assert!(Tasks::<T>::contains_key(list_of::<T>(task), task));
	}

	/// Paying those who found a lie by an audit.
	#[benchmark]
	fn jackpot() {
		let (task, drawn) = running::<T>(MAX_FINDERS);
		let live = Pallet::<T>::load(task).ok().expect("it is live");
		Pallet::<T>::fail(live, FailCause::HardEnd);
		let fund = T::AuditFund::get();
		let amount = T::Currency::minimum_balance().saturating_mul(1_000);
		assert!(Pallet::<T>::pay_free(&Helper::<T>::client(), &fund, amount));
		#[block]
		{
			assert!(Ended::<T>::contains_key(list_of::<T>(task), task));
			assert!(T::Arbiter::finders(0).is_empty());
			assert!(Pallet::<T>::spendable(&fund) > 0);
			let finders = drawn.into_iter().map(|(stash, _)| stash).collect();
			Pallet::<T>::divide_jackpot(task, &fund, amount / 2, finders);
		}
		assert!(Pallet::<T>::spendable(&fund) < amount);
	}

	/// Dividing the bond of a challenger that was wrong among `w` who were right.
	#[benchmark]
	fn forfeit(w: Linear<0, MAX_REPLICAS>) {
		let winners: Vec<_> = parties::<T>(w).into_iter().map(|(stash, _)| stash).collect();
		let who = Helper::<T>::client();
		let bond = T::Currency::minimum_balance().saturating_mul(1_000);
		Pallet::<T>::hold_bond(&who, bond).ok().expect("the client is rich");
		#[block]
		{
			let burn = Permill::from_percent(10);
			Pallet::<T>::forfeit_bond(single(0), &who, bond, burn, &winners);
		}
		assert!(Pallet::<T>::spendable(&who) > 0);
	}

	/// A wave's last seal.
	#[benchmark]
	fn commit() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let seals: Vec<Seal> = drawn.iter().map(|(stash, _)| seal::<T>(task, stash)).collect();
		set_replicas::<T>(task, |at| ReplicaState::Sealed(seals[at]));
		let last = drawn.len() - 1;
		Tasks::<T>::mutate(list_of::<T>(task), task, |task| {
			task.as_mut().expect("it is live").replicas[last].state = ReplicaState::Drawn
		});
		let operator = drawn[last].1.clone();
		let task_hash = hash_of::<T>(task);
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), task, task_hash, seals[last]);
		let live = Tasks::<T>::get(list_of::<T>(task), task).expect("it is live");
		assert!(matches!(live.state, TaskState::Revealing { .. }));
	}

	/// The last of all, after which the content counts as missing.
	#[benchmark]
	fn decline() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let last = drawn.len() - 1;
		set_replicas::<T>(task, |at| match at == last {
			true => ReplicaState::Drawn,
			false => ReplicaState::Declined(Excuse::Content),
		});
		let operator = drawn[last].1.clone();
		let task_hash = hash_of::<T>(task);
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), task, task_hash, Excuse::Content);
		let live = Tasks::<T>::get(list_of::<T>(task), task).expect("it is live");
		assert!(matches!(live.state, TaskState::Missing { .. }));
	}

	/// One of many, without what the last one starts.
	#[benchmark]
	fn reveal() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let seals: Vec<Seal> = drawn.iter().map(|(stash, _)| seal::<T>(task, stash)).collect();
		set_replicas::<T>(task, |at| ReplicaState::Sealed(seals[at]));
		set_state::<T>(task, TaskState::Revealing { wave: 0, until: u32::MAX });
		let operator = drawn[drawn.len() - 1].1.clone();
		let opening = Opening { outcome: outcome::<T>(1), salt: [7; 32] };
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), task, opening);
		let live = Tasks::<T>::get(list_of::<T>(task), task).expect("it is live");
		assert!(matches!(live.replicas[drawn.len() - 1].state, ReplicaState::Revealed { .. }));
	}

	#[benchmark]
	fn denounce() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let last = drawn.len() - 1;
		let provider = drawn[last].0.clone();
		let seal = seal::<T>(task, &provider);
		Tasks::<T>::mutate(list_of::<T>(task), task, |task| {
			task.as_mut().expect("it is live").replicas[last].state = ReplicaState::Sealed(seal)
		});
		let spec = Deals::<T>::get(task.deal).expect("it is open").task_hash;
		let digest = outcome::<T>(1).digest(&spec);
		let by = Helper::<T>::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task, provider, digest, [7; 32]);
		let live = Tasks::<T>::get(list_of::<T>(task), task).expect("it is live");
		assert_eq!(live.replicas[last].state, ReplicaState::Denounced);
	}

	/// The end of sealing where all but one were silent.
	#[benchmark]
	fn poke() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let seal = seal::<T>(task, &drawn[0].0);
		Tasks::<T>::mutate(list_of::<T>(task), task, |task| {
			task.as_mut().expect("it is live").replicas[0].state = ReplicaState::Sealed(seal)
		});
		set_state::<T>(task, TaskState::Running { wave: 0, until: 0 });
		let by = Helper::<T>::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task);
		let live = Tasks::<T>::get(list_of::<T>(task), task).expect("it is live");
		assert!(matches!(live.state, TaskState::Revealing { .. }));
	}

	/// Removing the last task of a deal, with its callback.
	#[benchmark]
	fn prune() {
		let (task, _) = running::<T>(MAX_REPLICAS);
		let reward = T::Currency::minimum_balance().max(T::Economy::current().1.fees.callback);
		set::<T>(task, reward);
		let live = Pallet::<T>::load(task).ok().expect("it is live");
		Pallet::<T>::fail(live, FailCause::HardEnd);
		let ended = Ended::<T>::get(list_of::<T>(task), task).expect("it has ended");
		T::BlockNumberProvider::set_block_number(ended.prune_at);
		let by = Helper::<T>::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task);
		assert!(!Deals::<T>::contains_key(task.deal));
	}

	/// Showing `b` bytes of content, for a block that the longest fold has chosen.
	#[benchmark]
	fn refute(b: Linear<1, { 1 << 20 }>) {
		let (task, _) = running::<T>(MAX_REPLICAS);
		let leaf = vec![7; b as usize];
		Deals::<T>::mutate(task.deal, |deal| {
			let task = &mut deal.as_mut().expect("it is open").request.task;
			(task.module, task.input) = (ContentRef::of(&leaf), Input::None);
		});
		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		Helper::<T>::reveal_seed(&ticket, MAX_FOLD);
		set_state::<T>(task, TaskState::Missing { ticket, until: u32::MAX });
		let exhibits =
			Exhibits { module: Some(Exhibit { node: None, leaf }), ..Default::default() };
		let by = Helper::<T>::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task, exhibits);
		assert!(Draws::<T>::get(task).is_some_and(|record| record.shown));
	}

	#[benchmark]
	fn set_callback() {
		let (task, _) = waiting::<T>(1, MAX_CANDIDATES, 2);
		let (by, call) = (Helper::<T>::client(), remark::<T>());
		let (task_hash, reward) = (hash_of::<T>(task), T::Economy::current().1.fees.callback);
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task.deal, task_hash, call, reward);
		assert!(Callbacks::<T>::contains_key(task.deal));
	}

	/// A remark is the lightest of calls; what is called is weighed beside.
	#[benchmark]
	fn call_back() {
		let (task, parties) = running::<T>(1);
		let reward = T::Currency::minimum_balance().max(T::Economy::current().1.fees.callback);
		set::<T>(task, reward);
		let live = Pallet::<T>::load(task).ok().expect("it is live");
		Pallet::<T>::fail(live, FailCause::HardEnd);
		let by = parties[0].0.clone();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task);
		assert!(CalledBack::<T>::contains_key(task));
	}

	#[benchmark]
	fn set_profile_status() {
		let origin =
			T::AdminOrigin::try_successful_origin().expect("the admin origin can be satisfied");
		let (profile, status) = (Profile::BASE.id(), ProfileStatus::Retired);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, profile, status);
		assert_eq!(Profiles::<T>::get(profile), Some(status));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
