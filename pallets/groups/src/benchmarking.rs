//! Benchmarks, each of the most expensive path of its call.

use crate::{Call, Config, Groups, MAX_MEMBERS_CHANGED, Members, MembersChange, Pallet};
use alloc::vec::Vec;
use assay_primitives::AccountId;
use assay_shared::deposits::rich;
use polkadot_sdk::{frame_benchmarking::v2::*, frame_support::BoundedVec, frame_system::RawOrigin};

/// Members as a call takes them, of which none is a member yet.
fn members(count: u32) -> MembersChange {
	let members = (0..count).map(|index| {
		let mut bytes = [0xb0; 32];
		bytes[..4].copy_from_slice(&index.to_le_bytes());
		AccountId::new(bytes)
	});
	BoundedVec::truncate_from(members.collect::<Vec<_>>())
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create_group() {
		let owner = rich::<T::Currency>(account("owner", 0, 0));
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), 0);
		assert_eq!(Groups::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn add_members(m: Linear<1, MAX_MEMBERS_CHANGED>) {
		let owner = rich::<T::Currency>(account("owner", 0, 0));
		Pallet::<T>::do_create_group(owner.clone(), 0).expect("the owner is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), 0, members(m));
		assert_eq!(Members::<T>::iter().count(), m as usize);
	}

	#[benchmark]
	fn remove_members(m: Linear<1, MAX_MEMBERS_CHANGED>) {
		let owner = rich::<T::Currency>(account("owner", 0, 0));
		Pallet::<T>::do_create_group(owner.clone(), 0).expect("the owner is rich");
		Pallet::<T>::do_add_members(owner.clone(), 0, members(m)).expect("the owner is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), 0, members(m));
		assert_eq!(Members::<T>::iter().count(), 0);
	}

	#[benchmark]
	fn dissolve_group() {
		let owner = rich::<T::Currency>(account("owner", 0, 0));
		Pallet::<T>::do_create_group(owner.clone(), 0).expect("the owner is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), 0);
		assert_eq!(Groups::<T>::iter().count(), 0);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
