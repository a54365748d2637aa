use super::*;
use codec::Encode;
use polkadot_sdk::{
	frame_support::{MAX_MODULE_ERROR_ENCODED_SIZE, traits::PalletError},
	sp_runtime::ModuleError,
};

/// What is longer is cut off, and would be read as another reason.
#[test]
fn reasons_should_fit_into_an_error_with_the_byte_of_the_pallets_own() {
	const { assert!(Error::<Test>::MAX_ENCODED_SIZE <= MAX_MODULE_ERROR_ENCODED_SIZE) };
	let longest = because(31, Ineligible::NoFreeSlot);
	let DispatchError::Module(ModuleError { error, .. }) = Error::<Test>::from(longest).into()
	else {
		panic!("an error of the module");
	};
	assert_eq!(error[1..], longest.encode());
}
