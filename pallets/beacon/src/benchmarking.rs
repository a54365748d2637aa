//! Benchmarks.

use super::*;
use frame_support::traits::Get;
use polkadot_sdk::frame_benchmarking::v2::*;
use sp_runtime::traits::BlockNumberProvider;

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn record() {
		#[block]
		{
			Pallet::<T>::record();
		}

		let now = T::BlockNumberProvider::current_block_number();
		assert!(Pallet::<T>::entry(now).is_some());
	}

	#[benchmark]
	fn fold(n: Linear<1, 64>) {
		// Tickets near the end of the span are the most expensive: all blocks but the last lack a VRF.
		let n = n.min(T::MaxSpan::get());
		let ticket = Ticket { taken_at: 0, window: 1, authors: 1 };
		for i in 0..n {
			let block = ticket.first_block().saturating_add(i);
			let author = Some(AccountId::new([i as u8; 32]));
			let vrf = (i.saturating_add(1) == n).then_some([7; 32]);
			Ring::<T>::insert(Pallet::<T>::place(block), Entry { block, author, vrf });
		}

		let found;
		#[block]
		{
			found = Pallet::<T>::try_fold(&ticket);
		}
		assert_eq!(found.map(|it| it.entries.len() as u32), Ok(n));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
