use super::*;
use assay_primitives::profile::Profile;
use polkadot_sdk::sp_runtime::traits::BadOrigin;

#[test]
fn set_profile_status_should_stop_new_deals_only_when_retired() {
	build_and_execute(|| {
		let profile = Profile::BASE.id();
		assert!(Deals::active_profiles().contains(&profile));
		let (task, replicas) = open_and_draw(1, 1, 1);
		let status = ProfileStatus::Retired;
		assert_ok!(Deals::set_profile_status(RuntimeOrigin::root(), profile, status));
		System::assert_last_event(Event::ProfileStatusChanged { profile, status }.into());
		assert_eq!(Deals::active_profiles(), vec![Profile::SIMD.id()]);
		assert!(open_deal(&CLIENT, request(1, 1), candidates(1)).is_err());
		run_wave(task, &replicas, &[good()]);
		assert!(kept(task).is_some());
		assert_ok!(Deals::set_profile_status(
			RuntimeOrigin::root(),
			profile,
			ProfileStatus::Active
		));
		assert!(open_deal(&CLIENT, request(1, 1), candidates(1)).is_ok());
	});
}

#[test]
fn set_profile_status_should_fail_when_the_origin_is_not_the_admin() {
	build_and_execute(|| {
		assert_noop!(
			Deals::set_profile_status(
				RuntimeOrigin::signed(CLIENT),
				Profile::BASE.id(),
				ProfileStatus::Retired
			),
			BadOrigin
		);
	});
}

#[test]
fn set_profile_status_should_fail_when_the_runtime_does_not_know_the_profile() {
	build_and_execute(|| {
		assert_noop!(
			Deals::set_profile_status(
				RuntimeOrigin::root(),
				Default::default(),
				ProfileStatus::Active
			),
			Error::<Test>::ProfileUnknown
		);
	});
}
