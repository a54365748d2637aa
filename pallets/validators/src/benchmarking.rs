//! Benchmarks.

use super::*;
use codec::Decode;
use frame_support::traits::{
	Get,
	fungible::{Inspect, Mutate, hold::Inspect as InspectHold},
};
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use polkadot_sdk::{frame_benchmarking::v2::*, sp_staking::offence::OnOffenceHandler};
use sp_runtime::{Saturating, traits::TrailingZeroInput};

#[benchmarks(where CurrencyOf<T>: Mutate<AccountId>, BlockNumberFor<T>: From<u32>)]
mod benchmarks {
	use super::*;

	/// An account with session keys that can pay a bond.
	fn funded<T: Config>(name: &'static str, index: u32) -> AccountId
	where
		CurrencyOf<T>: Mutate<AccountId>,
	{
		let who: AccountId = account(name, index, 0);
		let amount = T::MinBond::get()
			.saturating_add(CurrencyOf::<T>::minimum_balance())
			.saturating_mul(1_000);
		let _ = CurrencyOf::<T>::set_balance(&who, amount);
		let keys = T::Keys::decode(&mut TrailingZeroInput::zeroes())
			.expect("public keys of any kind can be all zeroes");
		pallet_session::NextKeys::<T>::insert(&who, keys);
		who
	}

	fn joined<T: Config>(name: &'static str, index: u32, bond: Balance) -> AccountId
	where
		CurrencyOf<T>: Mutate<AccountId>,
	{
		let who = funded::<T>(name, index);
		Pallet::<T>::do_join(who.clone(), bond).expect("funded and with keys");
		who
	}

	#[benchmark]
	fn join() {
		let bond = T::MinBond::get();
		let caller = funded::<T>("caller", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), bond);

		assert_eq!(Candidates::<T>::get(&caller).map(|candidate| candidate.bond), Some(bond));
	}

	#[benchmark]
	fn outbid() {
		let bond = T::MinBond::get();
		for index in Candidates::<T>::count()..T::MaxCandidates::get() {
			joined::<T>("candidate", index, bond);
		}
		let caller = funded::<T>("caller", 0);
		let bond = bond.saturating_mul(2);

		#[extrinsic_call]
		join(RawOrigin::Signed(caller.clone()), bond);

		assert!(Candidates::<T>::contains_key(&caller));
		assert_eq!(Candidates::<T>::count(), T::MaxCandidates::get());
	}

	#[benchmark]
	fn bond_more() {
		let bond = T::MinBond::get();
		let caller = joined::<T>("caller", 0, bond);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), bond);

		let doubled = Some(bond.saturating_mul(2));
		assert_eq!(Candidates::<T>::get(&caller).map(|candidate| candidate.bond), doubled);
	}

	#[benchmark]
	fn leave() {
		for index in 0..T::MinValidators::get() {
			joined::<T>("candidate", index, T::MinBond::get());
		}
		let caller = joined::<T>("caller", 0, T::MinBond::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(Departures::<T>::contains_key(&caller));
	}

	#[benchmark]
	fn withdraw() {
		let caller = joined::<T>("caller", 0, T::MinBond::get());
		Pallet::<T>::depart(caller.clone(), Cause::Left);
		let now = frame_system::Pallet::<T>::block_number();
		let after: BlockNumberFor<T> = T::UnbondingPeriod::get().into();
		frame_system::Pallet::<T>::set_block_number(now.saturating_add(after));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		let held = CurrencyOf::<T>::balance_on_hold(&HoldReason::Bond.into(), &caller);
		assert_eq!(held, 0);
	}

	#[benchmark]
	fn punish(n: Linear<1, 16>) {
		use polkadot_sdk::sp_staking::offence::OffenceDetails;

		let offenders: Vec<_> = (0..n)
			.map(|index| OffenceDetails {
				offender: (joined::<T>("offender", index, T::MinBond::get()), ()),
				reporters: Vec::new(),
			})
			.collect();
		let fractions: Vec<_> = offenders.iter().map(|_| Perbill::from_percent(10)).collect();
		let set: Vec<_> = offenders.iter().map(|details| details.offender.0.clone()).collect();
		pallet_session::Validators::<T>::put(set);

		#[block]
		{
			Pallet::<T>::on_offence(&offenders, &fractions, 0);
		}

		assert!(offenders.iter().all(|details| Departures::<T>::contains_key(&details.offender.0)));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
