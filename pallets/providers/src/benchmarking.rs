//! Benchmarks, each of the most expensive path of its call.

use crate::{Call, Config, Operators, Pallet, Providers, Status};
use alloc::vec;
use assay_primitives::{
	AccountId, Balance, Hash,
	bond::MAX_UNBONDINGS,
	profile::Profile,
	provider::{Capacity, Declaration, MAX_ENDPOINT_BYTES, MAX_PROFILES},
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{
		BoundedVec,
		traits::{
			Get,
			fungible::{Inspect, Mutate},
		},
	},
	frame_system::{Pallet as System, RawOrigin},
	sp_runtime::SaturatedConversion,
};

type CurrencyOf<T> = <T as Config>::Currency;

/// The largest declaration there is, with the base profile among its profiles.
fn declaration(operator: AccountId) -> Declaration {
	let mut profiles = vec![Profile::BASE.id()];
	profiles.extend((1..MAX_PROFILES).map(|i| Hash::repeat_byte(i as u8)));
	Declaration {
		operator,
		encryption_key: [7; 32],
		capacity: Capacity {
			slots: u16::MAX,
			max_gas: u64::MAX,
			max_memory_pages: u32::MAX,
			gas_per_second: u64::MAX,
			tags: u32::MAX,
		},
		profiles: BoundedVec::truncate_from(profiles),
		endpoint: BoundedVec::truncate_from(vec![b'a'; MAX_ENDPOINT_BYTES as usize]),
	}
}

fn bond<T: Config>() -> Balance {
	T::MinBond::get().saturating_mul(1_000)
}

fn funded<T: Config>(name: &'static str, index: u32) -> AccountId
where
	CurrencyOf<T>: Mutate<AccountId, Balance = Balance>,
{
	let who: AccountId = account(name, index, 0);
	let amount = CurrencyOf::<T>::minimum_balance().saturating_add(bond::<T>()).saturating_mul(10);
	CurrencyOf::<T>::set_balance(&who, amount);
	who
}

/// Registers a provider with an operator of its own that has accepted; for other pallets'
/// benchmarks too. Returns its stash and its operator.
pub fn serving<T: Config>(index: u32) -> (AccountId, AccountId)
where
	CurrencyOf<T>: Mutate<AccountId, Balance = Balance>,
{
	let stash = funded::<T>("stash", index);
	let operator = funded::<T>("operator", index);
	Pallet::<T>::do_register(stash.clone(), declaration(operator.clone()), bond::<T>())
		.expect("the account is new, funded and the declaration valid");
	Pallet::<T>::do_accept_operator(operator.clone(), stash.clone())
		.expect("the operator was just named");
	(stash, operator)
}

fn fill_unbonding<T: Config>(stash: &AccountId, amounts: u32) {
	for _ in 0..amounts {
		Pallet::<T>::do_unbond(stash.clone(), T::MinBond::get()).expect("enough is free");
		// Chunks of one block are joined.
		let next = System::<T>::block_number() + 1u32.into();
		System::<T>::set_block_number(next);
	}
}

#[benchmarks(where CurrencyOf<T>: Mutate<AccountId, Balance = Balance>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() {
		let stash = funded::<T>("stash", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), declaration(stash.clone()), bond::<T>());
		assert_eq!(Operators::<T>::get(&stash), Some(stash));
	}

	#[benchmark]
	fn update() {
		let (stash, operator) = serving::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), declaration(stash.clone()));
		assert_eq!(Operators::<T>::get(&stash), Some(stash));
		assert_eq!(Operators::<T>::get(&operator), None);
	}

	#[benchmark]
	fn bond_more() {
		let (stash, _) = serving::<T>(0);
		let amount = T::MinBond::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), amount);
		assert_eq!(Providers::<T>::get(&stash).map(|p| p.bond.held), Some(bond::<T>() + amount));
	}

	#[benchmark]
	fn unbond() {
		let (stash, _) = serving::<T>(0);
		fill_unbonding::<T>(&stash, MAX_UNBONDINGS - 1);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), T::MinBond::get());
		let places = Providers::<T>::get(&stash).map(|p| p.bond.unbonding.len());
		assert_eq!(places, Some(MAX_UNBONDINGS as usize));
	}

	#[benchmark]
	fn withdraw() {
		let (stash, _) = serving::<T>(0);
		fill_unbonding::<T>(&stash, MAX_UNBONDINGS);
		Pallet::<T>::do_leave(stash.clone()).expect("nothing is locked");
		let period: u64 = T::UnbondingPeriod::get().into();
		let end = System::<T>::block_number() + period.saturated_into();
		System::<T>::set_block_number(end);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()));
		assert!(!Providers::<T>::contains_key(&stash));
	}

	#[benchmark]
	fn leave() {
		let (stash, _) = serving::<T>(0);
		fill_unbonding::<T>(&stash, MAX_UNBONDINGS);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()));
		assert_eq!(Providers::<T>::get(&stash).map(|p| p.status), Some(Status::Leaving));
	}

	#[benchmark]
	fn accept_operator() {
		let stash = funded::<T>("stash", 0);
		let operator = funded::<T>("operator", 0);
		Pallet::<T>::do_register(stash.clone(), declaration(operator.clone()), bond::<T>())
			.expect("the account is new, funded and the declaration valid");
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
	fn limit_exposure() {
		let (stash, _) = serving::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(stash.clone()), Some(1));
		let limit = Providers::<T>::get(&stash).and_then(|provider| provider.exposure_limit);
		assert_eq!(limit, Some(1));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
