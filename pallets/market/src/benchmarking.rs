//! Benchmarks, each of the most expensive path of its call.

use crate::{Call, Config, Offers, Pallet};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, BlockNumber, Hash, MICRO,
	content::ContentRef,
	policy::{MAX_CANDIDATES, Policy},
	price::Price,
	profile::Profile,
	request::{MAX_HINT_BYTES, MAX_HINTS, OfferId, Request, Terms},
	task::{Args, Input, Limits, TaskSpec},
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::BoundedVec,
	frame_system::{Pallet as System, RawOrigin},
};

/// What benchmarks need of the other pallets.
pub trait BenchmarkHelper {
	/// Provider number `index`, registered with a large bond, its capacity as large as the type
	/// allows, executing [`Profile::BASE`], with an operator that has accepted and money for
	/// deposits. Returns its stash and its operator.
	fn provider(index: u32) -> (AccountId, AccountId);
	/// An account that can pay for any deal of a benchmark.
	fn client() -> AccountId;
}

const LAST_BLOCK: BlockNumber = 1_000;

fn terms() -> Terms {
	Terms {
		profile: Profile::BASE.id(),
		price: Price { base: MICRO, per_mgas: MICRO },
		max_gas: 1_000_000,
		max_memory_pages: 16,
		min_run_blocks: 1,
		valid_until: LAST_BLOCK,
	}
}

fn request() -> Request {
	let hint = BoundedVec::truncate_from(alloc::vec![b'a'; MAX_HINT_BYTES as usize]);
	Request {
		task: TaskSpec {
			module: ContentRef { hash: Hash::repeat_byte(1), size: 1_000 },
			profile: Profile::BASE.id(),
			args: Args::default(),
			env: Args::default(),
			input: Input::None,
			seed: Hash::zero(),
			limits: Limits { gas: 1_000_000, memory_pages: 16, output_bytes: 1_000 },
		},
		policy: Policy::Quorum { replicas: 1, required: 1 },
		max_price: Price { base: MICRO, per_mgas: MICRO },
		run_blocks: 1,
		tags: 0,
		valid_until: LAST_BLOCK,
		hints: BoundedVec::truncate_from(alloc::vec![hint; MAX_HINTS as usize]),
	}
}

/// Lets provider number `index` place an offer. Returns its number and its operator.
fn offer<T: Config>(index: u32) -> (OfferId, AccountId) {
	let (_, operator) = T::BenchmarkHelper::provider(index);
	let id = crate::NextOfferId::<T>::get();
	Pallet::<T>::do_place_offer(operator.clone(), terms())
		.expect("the provider is registered and the terms valid");
	(id, operator)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn place_offer() {
		let (_, operator) = T::BenchmarkHelper::provider(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), terms());
		assert_eq!(Offers::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn update_offer() {
		let (id, operator) = offer::<T>(0);
		let new = Terms { min_run_blocks: 0, ..terms() };
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), id, new);
		assert_eq!(Offers::<T>::get(id).map(|offer| offer.terms), Some(new));
	}

	#[benchmark]
	fn withdraw_offer() {
		let (id, _) = offer::<T>(0);
		let stash = Offers::<T>::get(id).expect("just placed").provider;
		#[extrinsic_call]
		_(RawOrigin::Signed(stash), id);
		assert_eq!(Offers::<T>::get(id), None);
	}

	#[benchmark]
	fn prune_offer() {
		let (id, _) = offer::<T>(0);
		System::<T>::set_block_number((LAST_BLOCK + 1).into());
		#[extrinsic_call]
		_(RawOrigin::Signed(T::BenchmarkHelper::client()), id);
		assert_eq!(Offers::<T>::get(id), None);
	}

	#[benchmark]
	fn submit(o: Linear<1, MAX_CANDIDATES>) {
		let client = T::BenchmarkHelper::client();
		let offers: Vec<_> = (0..o).map(|index| offer::<T>(index).0).collect();
		let named = BoundedVec::truncate_from(offers);
		let before = System::<T>::event_count();
		#[extrinsic_call]
		_(RawOrigin::Signed(client), alloc::boxed::Box::new(request()), named);
		assert!(System::<T>::event_count() > before);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
