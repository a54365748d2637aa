//! Benchmarks of all calls, and of what they may do beside their own work, at their worst.

use crate::*;
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Hash,
	content::{ContentRef, Exhibit},
	deal::{CallbackResult, Exhibits, Opening, ReplicaState, TaskState, single},
	merkle::ListRoot,
	outcome::{Class, Outcome},
	policy::{MAX_CANDIDATES, MAX_REPLICAS, Policy},
	price::{MGAS, Price},
	profile::Profile,
	request::{Candidate, Hints, MAX_HINT_BYTES, MAX_HINTS, Request},
	seal::{Seal, seal_digest},
	task::{Input, Limits, MAX_ARG_BYTES, MAX_ARGS_BYTES, TaskId, TaskSpec},
	traits::{Beacon, CaseReason, DealBook, NewDeal},
};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	traits::{EnsureOrigin, Get, fungible::Inspect},
};
use frame_system::RawOrigin;
use sp_runtime::traits::BlockNumberProvider;

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

/// A remark that consists of what the chain appends.
fn remark<T: Config>() -> CallbackBytes {
	let remark = vec![0; CallbackResult::BYTES];
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

/// A task whose seed is known and whose draw nobody has written.
fn waiting<T: Config>(replicas: u32, candidates: u32) -> (TaskId, Parties) {
	let parties = parties::<T>(candidates);
	let client = Helper::<T>::client();
	let deal = Pallet::<T>::open(NewDeal::plain(
		client,
		request::<T>(replicas),
		self::candidates::<T>(&parties),
	))
	.expect("the request is in order and everybody is rich");
	let task = single(deal);
	if let Some(Live { task: live, .. }) = Pallet::<T>::load(task).ok() {
		if let TaskState::Waiting { ticket } = live.state {
			Helper::<T>::reveal_seed(&ticket);
		}
	}
	(task, parties)
}

/// A task with this many replicas that have to seal; the parties are those drawn.
fn running<T: Config>(replicas: u32) -> (TaskId, Parties) {
	let (task, parties) = waiting::<T>(replicas, MAX_CANDIDATES);
	let mut live = Pallet::<T>::load(task).ok().expect("it is live");
	Pallet::<T>::draw_if_waiting(&mut live).ok().expect("its seed is known");
	let drawn = live.task.replicas.iter();
	let drawn = drawn.map(|replica| parties[replica.candidate as usize].clone()).collect();
	Pallet::<T>::save(live);
	(task, drawn)
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
	Tasks::<T>::mutate(task, |task| {
		let replicas = &mut task.as_mut().expect("it is live").replicas;
		replicas.iter_mut().enumerate().for_each(|(at, replica)| replica.state = state(at));
	});
}

fn set_state<T: Config>(task: TaskId, state: TaskState) {
	Tasks::<T>::mutate(task, |task| task.as_mut().expect("it is live").state = state);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open(c: Linear<1, MAX_CANDIDATES>) {
		let parties = parties::<T>(c);
		let client = Helper::<T>::client();
		let (request, candidates) = (request::<T>(1), candidates::<T>(&parties));
		#[block]
		{
			Pallet::<T>::open(NewDeal::plain(client, request, candidates)).expect("it is in order");
		}
		assert_eq!(Tasks::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn draw(c: Linear<1, MAX_CANDIDATES>) {
		let (task, _) = waiting::<T>(1, c);
		let mut live = Pallet::<T>::load(task).ok().expect("it is live");
		#[block]
		{
			Pallet::<T>::draw_if_waiting(&mut live).ok().expect("its seed is known");
		}
		assert!(live.effort.drew.is_some());
	}

	#[benchmark]
	fn draw_more(t: Linear<1, 19>) {
		let (task, _) = running::<T>(1);
		let mut live = Pallet::<T>::load(task).ok().expect("it is live");
		#[block]
		{
			Pallet::<T>::draw_more(&mut live, 1, t);
		}
		assert_eq!(live.task.replicas.len() as u32, 1 + t);
	}

	/// Those who are right share the slashes of those who are not.
	#[benchmark]
	fn close(r: Linear<1, MAX_REPLICAS>, s: Linear<0, MAX_REPLICAS>) {
		let (task, _) = running::<T>(r);
		let revealed = |variant| ReplicaState::Revealed {
			outcome: outcome::<T>(variant),
			report: Hash::zero(),
		};
		let right = r.saturating_sub(s) as usize;
		set_replicas::<T>(task, |at| revealed(if at < right { 1 } else { 100 + at as u8 }));
		let mut live = Pallet::<T>::load(task).ok().expect("it is live");
		live.poker = Some(Helper::<T>::client());
		let digest = outcome::<T>(1).digest(&live.deal.task_hash);
		#[block]
		{
			Pallet::<T>::settle(live, digest);
		}
		assert!(Ended::<T>::contains_key(task));
	}

	/// Without an arbiter it measures what comes before the arbiter's own work.
	#[benchmark]
	fn open_case() {
		let (task, _) = running::<T>(MAX_REPLICAS);
		set_replicas::<T>(task, |at| ReplicaState::Revealed {
			outcome: outcome::<T>(at as u8),
			report: Hash::zero(),
		});
		let live = Pallet::<T>::load(task).ok().expect("it is live");
		let dispute = Dispute {
			reason: CaseReason::NoConsensus,
			agreed: None,
			prepaid: (Prepayer::Reserve, 0),
			bond: 0,
			report: None,
		};
		#[block]
		{
			let _ = Pallet::<T>::open_case(live, dispute);
		}
		assert!(Tasks::<T>::contains_key(task));
	}

	#[benchmark]
	fn question() {
		let (task, _) = running::<T>(1);
		set_replicas::<T>(task, |_| ReplicaState::Revealed {
			outcome: outcome::<T>(1),
			report: Hash::zero(),
		});
		let deal = Deals::<T>::get(task.deal).expect("it is open");
		let digest = outcome::<T>(1).digest(&deal.task_hash);
		Tasks::<T>::mutate(task, |task| {
			let task = task.as_mut().expect("it is live");
			task.state = TaskState::Agreed { digest, until: u32::MAX };
		});
		#[extrinsic_call]
		accept(RawOrigin::Signed(deal.client), task);
		assert!(Tasks::<T>::contains_key(task) || Ended::<T>::contains_key(task));
	}

	#[benchmark]
	fn commit() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let seals: Vec<Seal> = drawn.iter().map(|(stash, _)| seal::<T>(task, stash)).collect();
		set_replicas::<T>(task, |at| ReplicaState::Sealed(seals[at]));
		let last = drawn.len() - 1;
		Tasks::<T>::mutate(task, |task| {
			task.as_mut().expect("it is live").replicas[last].state = ReplicaState::Drawn
		});
		let operator = drawn[last].1.clone();
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), task, seals[last]);
		let live = Tasks::<T>::get(task).expect("it is live");
		assert!(matches!(live.state, TaskState::Revealing { .. }));
	}

	#[benchmark]
	fn decline() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let operator = drawn[drawn.len() - 1].1.clone();
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), task);
		let live = Tasks::<T>::get(task).expect("it is live");
		assert_eq!(live.replicas[drawn.len() - 1].state, ReplicaState::Declined);
	}

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
		let live = Tasks::<T>::get(task).expect("it is live");
		assert!(matches!(live.replicas[drawn.len() - 1].state, ReplicaState::Revealed { .. }));
	}

	#[benchmark]
	fn denounce() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let last = drawn.len() - 1;
		let provider = drawn[last].0.clone();
		let seal = seal::<T>(task, &provider);
		Tasks::<T>::mutate(task, |task| {
			task.as_mut().expect("it is live").replicas[last].state = ReplicaState::Sealed(seal)
		});
		let spec = Deals::<T>::get(task.deal).expect("it is open").task_hash;
		let digest = outcome::<T>(1).digest(&spec);
		let by = Helper::<T>::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task, provider, digest, [7; 32]);
		let live = Tasks::<T>::get(task).expect("it is live");
		assert_eq!(live.replicas[last].state, ReplicaState::Denounced);
	}

	#[benchmark]
	fn poke() {
		let (task, drawn) = running::<T>(MAX_REPLICAS);
		let seal = seal::<T>(task, &drawn[0].0);
		Tasks::<T>::mutate(task, |task| {
			task.as_mut().expect("it is live").replicas[0].state = ReplicaState::Sealed(seal)
		});
		set_state::<T>(task, TaskState::Running { wave: 0, until: 0 });
		let by = Helper::<T>::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task);
		let live = Tasks::<T>::get(task).expect("it is live");
		assert!(matches!(live.state, TaskState::Revealing { .. }));
	}

	#[benchmark]
	fn prune() {
		let (task, _) = running::<T>(MAX_REPLICAS);
		let live = Pallet::<T>::load(task).ok().expect("it is live");
		Pallet::<T>::fail(live, assay_primitives::deal::FailCause::HardEnd);
		let ended = Ended::<T>::get(task).expect("it has ended");
		T::BlockNumberProvider::set_block_number(ended.prune_at);
		let by = Helper::<T>::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task);
		assert!(!Deals::<T>::contains_key(task.deal));
	}

	#[benchmark]
	fn refute(b: Linear<0, { 1 << 20 }>) {
		let (task, _) = running::<T>(MAX_REPLICAS);
		let leaf = vec![0; b as usize];
		Deals::<T>::mutate(task.deal, |deal| {
			let task = &mut deal.as_mut().expect("it is open").request.task;
			(task.module, task.input) = (ContentRef::of(&leaf), Input::None);
		});
		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		Helper::<T>::reveal_seed(&ticket);
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
		let (task, _) = waiting::<T>(1, 1);
		let (by, call) = (Helper::<T>::client(), remark::<T>());
		let reward = T::MinCallbackReward::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(by), task.deal, call, reward);
		assert!(Callbacks::<T>::contains_key(task.deal));
	}

	/// A remark is the lightest of calls; what is called is weighed beside.
	#[benchmark]
	fn call_back() {
		let (task, parties) = running::<T>(1);
		let reward = T::Currency::minimum_balance().max(T::MinCallbackReward::get());
		Pallet::<T>::do_set_callback(Helper::<T>::client(), task.deal, remark::<T>(), reward)
			.expect("the client is rich");
		let live = Pallet::<T>::load(task).ok().expect("it is live");
		Pallet::<T>::fail(live, assay_primitives::deal::FailCause::HardEnd);
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
