//! Transactions, signed as a wallet would.

use crate::account;
use assay_runtime::{RuntimeCall, SignedPayload, System, TxExtension, UncheckedExtrinsic};
use codec::Encode;
use polkadot_sdk::{
	frame_metadata_hash_extension::CheckMetadataHash,
	frame_system,
	pallet_transaction_payment::ChargeTransactionPayment,
	sp_core::{Pair as _, sr25519::Pair},
	sp_runtime::{MultiAddress, generic::Era},
};

/// Signs a call with the state as it is, or leaves it bare.
pub fn transaction(signer: Option<&Pair>, call: &RuntimeCall) -> UncheckedExtrinsic {
	let Some(pair) = signer else { return UncheckedExtrinsic::new_bare(call.clone()) };
	let who = account(pair);
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(Era::Immortal),
		frame_system::CheckNonce::from(System::account_nonce(&who)),
		frame_system::CheckWeight::new(),
		ChargeTransactionPayment::from(0),
		CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	);
	let payload = SignedPayload::new(call.clone(), extension.clone())
		.expect("all that is signed implicitly is in the state");
	let signature = payload.using_encoded(|payload| pair.sign(payload));
	let address = MultiAddress::Id(who);
	UncheckedExtrinsic::new_signed(call.clone(), address, signature.into(), extension)
}
