//! Benchmarks, each of the most expensive path of its call.

use crate::{BoardPlaces, Call, Config, Pallet};
use assay_shared::deposits::rich;
use polkadot_sdk::{frame_benchmarking::v2::*, frame_system::RawOrigin};

#[benchmarks]
mod benchmarks {
	use super::*;

	/// More places than before: money is held, and both entries are written.
	#[benchmark]
	fn set_board_places() {
		let who = rich::<T::Currency>(account("signer", 0, 0));
		Pallet::<T>::do_set_board_places(who.clone(), 1).expect("the account is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 2);
		assert_eq!(BoardPlaces::<T>::get(who).map(|places| places.count), Some(2));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
