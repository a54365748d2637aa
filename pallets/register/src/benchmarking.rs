//! Benchmarks, each of the most expensive path of its call.

use crate::{Assets, Call, Config, NextAssetId, Pallet, Publishers};
use assay_primitives::{
	AccountId, Hash,
	bond::MAX_UNBONDINGS,
	content::ContentRef,
	judges::{MAX_MEDIATORS, Mediators},
	order::{Accounts, AssetId, AssetKind, AssetState, AssetTerms, MAX_LISTED, Needs},
	profile::Profile,
};
use assay_shared::deposits::rich;
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{
		BoundedVec,
		traits::{EnsureOrigin, Get},
	},
	frame_system::RawOrigin,
	sp_runtime::traits::BlockNumberProvider,
};

/// Puts so many parts of a bond on their way out, the whole of it with the last one.
fn fill_unbonding<T: Config>(who: &AccountId, parts: u32) {
	Publishers::<T>::mutate(who, |entry| {
		let bond = &mut entry.as_mut().expect("it has a bond").bond;
		for at in 0..parts {
			let amount = if at + 1 == MAX_UNBONDINGS { bond.staying() } else { 1 };
			bond.unbond(amount, 0, at).expect("the bond covers it");
		}
	});
}

/// A publisher with the least bond.
fn bonded<T: Config>(name: &'static str) -> AccountId {
	let who = rich::<T::Currency>(account(name, 0, 0));
	Pallet::<T>::do_bond_more(who.clone(), T::MinPublisherBond::get())
		.expect("the account is rich");
	who
}

/// Terms as long as they can be.
fn asset_terms() -> Option<AssetTerms> {
	let list = || {
		let account = AccountId::new([0xaa; 32]);
		let accounts = alloc::vec![account; MAX_LISTED as usize];
		Accounts::Listed(BoundedVec::truncate_from(accounts))
	};
	let named = alloc::vec![AccountId::new([0xaa; 32]); MAX_MEDIATORS as usize];
	let mediators = Mediators { public: true, named: BoundedVec::truncate_from(named) };
	Some(AssetTerms { price: 1, liability: 1, clients: list(), providers: list(), mediators })
}

fn content(byte: u8) -> ContentRef {
	ContentRef { hash: Hash::repeat_byte(byte), size: 1_000 }
}

fn app<T: Config>(owner: &AccountId) -> AssetId {
	let (id, kind) = (NextAssetId::<T>::get(), AssetKind::App(Profile::BASE.id()));
	Pallet::<T>::do_register_asset(
		owner.clone(),
		kind,
		content(1),
		0,
		Needs::default(),
		asset_terms(),
	)
	.expect("the owner is a publisher");
	id
}

/// By which calls name an asset.
fn asset_hash<T: Config>(id: AssetId) -> Hash {
	Assets::<T>::get(id).expect("it is registered").hash()
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn bond_more() {
		let who = bonded::<T>("publisher");
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1);
		let bond = Publishers::<T>::get(&who).map(|publisher| publisher.bond.held);
		assert_eq!(bond, Some(T::MinPublisherBond::get() + 1));
	}

	#[benchmark]
	fn unbond() {
		let who = bonded::<T>("publisher");
		fill_unbonding::<T>(&who, MAX_UNBONDINGS - 1);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1);
		let places = Publishers::<T>::get(&who).map(|publisher| publisher.bond.unbonding.len());
		assert_eq!(places, Some(MAX_UNBONDINGS as usize));
	}

	#[benchmark]
	fn withdraw() {
		let who = bonded::<T>("publisher");
		fill_unbonding::<T>(&who, MAX_UNBONDINGS);
		T::BlockNumberProvider::set_block_number(MAX_UNBONDINGS);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert_eq!(Publishers::<T>::get(&who), None);
	}

	#[benchmark]
	fn register_app() {
		let who = bonded::<T>("publisher");
		let profile = Profile::BASE.id();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), content(1), profile, 0, Needs::default(), asset_terms());
		assert_eq!(Assets::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn register_dataset() {
		let who = bonded::<T>("publisher");
		#[extrinsic_call]
		_(RawOrigin::Signed(who), content(1), 0, asset_terms());
		assert_eq!(Assets::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn set_asset_terms() {
		let who = bonded::<T>("publisher");
		let id = app::<T>(&who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id), asset_terms());
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.terms), Some(asset_terms()));
	}

	#[benchmark]
	fn offer_asset() {
		let who = bonded::<T>("publisher");
		let id = app::<T>(&who);
		let heir = Some(account("heir", 0, 0));
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id), heir.clone());
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.heir), Some(heir));
	}

	#[benchmark]
	fn accept_asset() {
		let old = bonded::<T>("publisher");
		let new = bonded::<T>("heir");
		let id = app::<T>(&old);
		Pallet::<T>::do_offer_asset(old, id, asset_hash::<T>(id), Some(new.clone()))
			.expect("it owns the asset");
		#[extrinsic_call]
		_(RawOrigin::Signed(new.clone()), id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.owner), Some(new));
	}

	#[benchmark]
	fn suspend_asset() -> Result<(), BenchmarkError> {
		let who = bonded::<T>("publisher");
		let id = app::<T>(&who);
		let admin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		#[extrinsic_call]
		_(admin as T::RuntimeOrigin, id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.state), Some(AssetState::Banned));
		Ok(())
	}

	#[benchmark]
	fn resume_asset() {
		let who = bonded::<T>("publisher");
		let id = app::<T>(&who);
		Assets::<T>::mutate(id, |asset| {
			asset.as_mut().expect("registered").state = AssetState::Suspended;
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.state), Some(AssetState::Active));
	}

	#[benchmark]
	fn deregister_asset() {
		let who = bonded::<T>("publisher");
		let id = app::<T>(&who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id), None);
	}

	#[benchmark]
	fn set_public_good() -> Result<(), BenchmarkError> {
		let who = bonded::<T>("publisher");
		let id = app::<T>(&who);
		let admin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		#[extrinsic_call]
		_(admin as T::RuntimeOrigin, id, asset_hash::<T>(id), true);
		assert!(Assets::<T>::get(id).is_some_and(|asset| asset.public_good));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
