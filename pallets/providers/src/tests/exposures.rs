use super::*;
use crate::Exposed;
use assay_primitives::traits::{Exposures, Stakes};

/// Three hours, in blocks of three seconds.
const THREE_HOURS: BlockNumber = 3_600;

fn begin(client: u8, blocks: BlockNumber) -> Result<(), polkadot_sdk::sp_runtime::DispatchError> {
	polkadot_sdk::frame_support::storage::with_storage_layer(|| {
		<Providers as Stakes>::lock(&account(STASH), DEAL, UNIT)?;
		<Providers as Exposures>::begin(&account(STASH), &account(client), blocks)
	})
}

fn end(client: u8, blocks: BlockNumber) {
	<Providers as Stakes>::release(&account(STASH), DEAL, UNIT);
	<Providers as Exposures>::end(&account(STASH), &account(client), blocks);
}

fn room(client: u8) -> Option<BlockNumber> {
	<Providers as Exposures>::room(&account(STASH), &account(client))
}

fn limit(limit: Option<BlockNumber>) -> polkadot_sdk::sp_runtime::DispatchResult {
	Providers::limit_exposure(signed(STASH), limit)
}

#[test]
fn prov_04_begin_should_fail_when_a_client_would_have_more_unpaid_work_than_the_limit() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(limit(Some(THREE_HOURS)));
		let limited = Event::ExposureLimited { provider: account(STASH), limit: Some(THREE_HOURS) };
		assert_eq!(last_event(), limited);
		assert_eq!(room(STRANGER), Some(THREE_HOURS));
		assert_ok!(begin(STRANGER, THREE_HOURS - 100));
		assert_eq!(room(STRANGER), Some(100));
		assert_noop!(begin(STRANGER, 101), Error::<Test>::from(Ineligible::ClientLimitReached));
		// Another client has a limit of its own.
		assert_ok!(begin(NOBODY, THREE_HOURS));
		end(NOBODY, THREE_HOURS);
		assert_ok!(begin(STRANGER, 100));
		assert_eq!(room(STRANGER), Some(0));
		end(STRANGER, THREE_HOURS - 100);
		assert_eq!(room(STRANGER), Some(THREE_HOURS - 100));
		end(STRANGER, 100);
		assert_eq!(Exposed::<Test>::iter().count(), 0, "nothing is kept of what has ended");
	});
}

#[test]
fn begin_should_fail_when_the_sum_leaves_the_type() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(limit(Some(BlockNumber::MAX)));
		assert_ok!(begin(STRANGER, BlockNumber::MAX));
		assert_noop!(begin(STRANGER, 1), Error::<Test>::from(Ineligible::ClientLimitReached));
		end(STRANGER, BlockNumber::MAX);
	});
}

#[test]
fn begin_should_count_nothing_when_there_is_no_limit() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(begin(STRANGER, BlockNumber::MAX));
		assert_eq!((room(STRANGER), Exposed::<Test>::iter().count()), (None, 0));
		end(STRANGER, BlockNumber::MAX);
	});
}

#[test]
fn limit_exposure_should_only_change_a_limit_when_slots_are_in_use() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(begin(STRANGER, 10));
		assert_noop!(limit(Some(5)), Error::<Test>::SlotsInUse);
		assert_ok!(limit(None));
		end(STRANGER, 10);
		assert_ok!(limit(Some(50)));
		assert_ok!(begin(STRANGER, 10));
		assert_noop!(limit(None), Error::<Test>::SlotsInUse);
		// Below what is under way: nothing more until that has ended.
		assert_ok!(limit(Some(5)));
		assert_eq!(room(STRANGER), Some(0));
		assert_noop!(begin(STRANGER, 1), Error::<Test>::from(Ineligible::ClientLimitReached));
		end(STRANGER, 10);
		assert_ok!(begin(STRANGER, 5));
		end(STRANGER, 5);
		assert_ok!(limit(None));
	});
}

#[test]
fn limit_exposure_should_fail_when_the_signer_is_no_provider() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		let by = |id| Providers::limit_exposure(signed(id), Some(1));
		assert_noop!(by(OPERATOR), refused(BondFault::NotRegistered));
		assert_ok!(Providers::leave(signed(STASH)));
		assert_noop!(by(STASH), refused(BondFault::Leaving));
	});
}
