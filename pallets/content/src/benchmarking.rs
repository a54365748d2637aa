//! Benchmarks.

use super::*;
use alloc::vec;
use frame_support::traits::{
	Get,
	fungible::{Inspect, Mutate},
};
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use polkadot_sdk::frame_benchmarking::v2::*;
use sp_runtime::{Saturating, traits::SaturatedConversion};

#[benchmarks(where T::Currency: Mutate<AccountId>, BlockNumberFor<T>: From<u32>)]
mod benchmarks {
	use super::*;

	/// An account that can pay any deposit.
	fn funded<T: Config>(name: &'static str) -> AccountId
	where
		T::Currency: Mutate<AccountId>,
	{
		let who: AccountId = account(name, 0, 0);
		let largest = T::DepositPerByte::get().saturating_mul(T::MaxSize::get().into());
		let amount = largest
			.saturating_add(T::DepositBase::get())
			.saturating_add(T::Currency::minimum_balance())
			.saturating_mul(10);
		let _ = T::Currency::set_balance(&who, amount);
		who
	}

	/// Pretends that a transaction ending with `data` is being applied, which fills a block of 5 MiB:
	/// the call reads all of it, whatever the length of `data`.
	fn apply<T: Config>(index: u32, data: &[u8]) {
		frame_system::Pallet::<T>::set_extrinsic_index(index);
		let mut bytes = vec![0u8; (5usize << 20).saturating_sub(data.len())];
		bytes.extend_from_slice(data);
		frame_system::Pallet::<T>::note_extrinsic(bytes);
	}

	/// A blob that another account published.
	fn published<T: Config>(data: &[u8])
	where
		T::Currency: Mutate<AccountId>,
	{
		apply::<T>(0, data);
		Pallet::<T>::do_publish(funded::<T>("other"), data).expect("funded and well-formed");
	}

	fn expire<T: Config>()
	where
		BlockNumberFor<T>: From<u32>,
	{
		let now = frame_system::Pallet::<T>::block_number();
		let after: BlockNumberFor<T> = T::Retention::get().saturating_add(1).into();
		frame_system::Pallet::<T>::set_block_number(now.saturating_add(after));
	}

	/// Worst case: over an expired record of another account.
	#[benchmark]
	fn publish(n: Linear<1, { 1 << 20 }>) {
		let data = vec![7u8; n.min(T::MaxSize::get()).saturated_into()];
		published::<T>(&data);
		expire::<T>();
		let caller = funded::<T>("caller");
		apply::<T>(1, &data);
		let hash = assay_primitives::hashing::blake2(&data);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), data);

		assert!(Records::<T>::get(hash).is_some_and(|record| record.owner == caller));
	}

	#[benchmark]
	fn extend(n: Linear<1, { 1 << 20 }>) {
		let data = vec![7u8; n.min(T::MaxSize::get()).saturated_into()];
		published::<T>(&data);
		let caller = funded::<T>("caller");
		apply::<T>(1, &data);
		let hash = assay_primitives::hashing::blake2(&data);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), data);

		assert!(Records::<T>::get(hash).is_some_and(|record| record.owner == caller));
	}

	#[benchmark]
	fn release() {
		let data = [7u8; 64];
		published::<T>(&data);
		expire::<T>();
		let hash = assay_primitives::hashing::blake2(&data);
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), hash);

		assert!(Records::<T>::get(hash).is_none());
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
