//! What may be set, and what deals and cases of earlier versions go on with.

use crate as pallet_economics;
use crate::{Current, Error, Event};
use assay_mocks::{configure_system, execute_and_check, externalities};
use assay_primitives::{
	Permill, UNIT,
	money::{Economics, Unsound},
	traits::Economy,
};
use frame_support::{assert_noop, assert_ok, traits::ConstU128};
use frame_system::{EnsureRoot, RawOrigin};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Constants = pallet_economics,
}

configure_system!();

impl pallet_economics::Config for Test {
	type AdminOrigin = EnsureRoot<assay_primitives::AccountId>;
	type MediatorBond = ConstU128<{ 100 * UNIT }>;
}

fn build_and_execute(test: impl FnOnce()) {
	let ext = externalities::<Test>(frame_system::GenesisConfig::<Test>::default());
	execute_and_check(ext, test, Constants::do_try_state);
}

fn other() -> Economics {
	let mut economics = Economics::DEFAULT;
	economics.slashes.silent = Permill::from_percent(60);
	economics
}

fn set(economics: Economics) -> DispatchResult {
	Constants::set(RawOrigin::Root.into(), economics)
}

#[test]
fn record_of_a_new_chain_should_hold_when_nobody_has_changed_it() {
	build_and_execute(|| {
		assert_eq!(Constants::current(), (0, Economics::DEFAULT));
		assert_eq!(Constants::of(0), Economics::DEFAULT);
	});
}

#[test]
fn record_should_be_replaced_as_a_whole_and_those_before_be_kept() {
	build_and_execute(|| {
		assert_ok!(set(other()));
		System::assert_last_event(
			Event::EconomicsChanged { version: 1, economics: other() }.into(),
		);
		assert_ok!(set(Economics::DEFAULT));
		assert_eq!(Constants::current(), (2, Economics::DEFAULT));
		let of = [0, 1, 2].map(Constants::of);
		assert_eq!(of, [Economics::DEFAULT, other(), Economics::DEFAULT]);
	});
}

#[test]
fn record_should_be_refused_when_it_breaks_an_inequality_or_is_not_the_chains() {
	build_and_execute(|| {
		let unsound = |why| Error::<Test>::from(why);
		let mut economics = other();
		economics.slashes.burn = Permill::zero();
		assert_noop!(set(economics), unsound(Unsound::NothingBurnt));
		let mut economics = other();
		economics.seats.least = 100 * UNIT + 1;
		assert_noop!(set(economics), unsound(Unsound::SeatBeyondBond));
		assert_noop!(set(Economics::DEFAULT), Error::<Test>::NothingChanges);
		let stranger = RawOrigin::Signed(assay_mocks::account(1));
		assert_noop!(Constants::set(stranger.into(), other()), DispatchError::BadOrigin);
		assert_eq!(Current::<Test>::get().0, 0);
	});
}
