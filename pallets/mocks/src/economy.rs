//! Economic constants.

use assay_primitives::{
	money::{Economics, EconomicsVersion},
	traits::Economy,
};
use core::marker::PhantomData;
use polkadot_sdk::frame_support::traits::Get;

/// Has the constants that `C` gives, under every version.
pub struct MockEconomy<C>(PhantomData<C>);

impl<C: Get<Economics>> Economy for MockEconomy<C> {
	fn current() -> (EconomicsVersion, Economics) {
		(0, C::get())
	}
	fn of(_: EconomicsVersion) -> Economics {
		C::get()
	}
}
