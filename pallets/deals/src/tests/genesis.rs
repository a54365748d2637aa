use super::*;
use assay_primitives::profile::Profile;
use frame_support::traits::{BuildGenesisConfig, Hooks};

#[test]
fn genesis_should_accept_every_profile() {
	build_and_execute(|| {
		for profile in Profile::ALL {
			let status = Profiles::<Test>::get(profile.id());
			assert_eq!(status, Some(ProfileStatus::Active), "profile {}", profile.number);
		}
		assert_eq!(Deals::active_profiles(), Profile::ALL.map(|profile| profile.id()));
	});
}

/// The first tax of a chain would not arrive otherwise, nor any after it.
#[test]
fn genesis_should_open_the_audit_fund_when_nobody_else_has() {
	sp_io::TestExternalities::default().execute_with(|| {
		crate::GenesisConfig::<Test>::default().build();
		assert_eq!(Balances::free_balance(FUND), ED);
		crate::GenesisConfig::<Test>::default().build();
		assert_eq!(Balances::free_balance(FUND), ED, "once");
	});
}

/// Seals are bound to the hash of block 0 for ever, far beyond the window of other block hashes.
#[test]
fn genesis_hash_should_stay_the_same_when_other_hashes_are_forgotten() {
	let genesis = Hash::repeat_byte(42);
	let mut ext = sp_io::TestExternalities::default();
	ext.execute_with(|| {
		let mut parent = genesis;
		for number in 1..40 {
			System::initialize(&number, &parent, &Default::default());
			assert_eq!(Deals::genesis_hash(), genesis, "in block {number}");
			parent = System::finalize().hash();
		}
		assert_eq!(System::block_hash(1), Hash::default(), "the test outlives the system's memory");
	});
}

#[test]
fn constants_should_be_consistent() {
	Deals::integrity_test();
}
