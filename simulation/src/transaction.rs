//! Transactions, at three fidelities.

use crate::account;
use assay_runtime::{
	AccountId, Balance, Executive, Runtime, RuntimeCall, SignedPayload, System, TransactionPayment,
	TxExtension, UncheckedExtrinsic,
};
use codec::Encode;
use polkadot_sdk::{
	frame_metadata_hash_extension::CheckMetadataHash,
	frame_support::{dispatch::GetDispatchInfo, storage::with_transaction},
	frame_system,
	pallet_transaction_payment::ChargeTransactionPayment,
	sp_core::{
		Pair as _,
		sr25519::{Pair, Signature},
	},
	sp_runtime::{
		ApplyExtrinsicResult, DispatchError, MultiAddress, TransactionOutcome,
		generic::{CheckedExtrinsic, Era, ExtrinsicFormat},
		traits::{Applyable, Dispatchable},
	},
};

/// How much of a transaction's way to the state is gone. What the call does is the same in all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fidelity {
	/// The call alone: no fee, no nonce, no weight of a block.
	Dispatched,
	/// All but the signature, which is empty.
	Applied,
	/// What a wallet sends.
	Signed,
}

/// Applies a call to the block that is being built, in the name of a key's account.
pub fn apply(fidelity: Fidelity, signer: &Pair, call: &RuntimeCall) -> ApplyExtrinsicResult {
	if !System::inherents_applied() {
		Executive::inherents_applied();
	}
	match fidelity {
		// A blob must be the end of a transaction, so there has to be one.
		Fidelity::Dispatched if !reads_transaction(call) => {
			let dispatched = call.clone().dispatch(Some(account(signer)).into());
			Ok(dispatched.map(|_| ()).map_err(|failure| failure.error))
		},
		Fidelity::Dispatched | Fidelity::Applied => apply_unsigned(account(signer), call),
		Fidelity::Signed => Executive::apply_extrinsic(transaction(Some(signer), call)),
	}
}

fn reads_transaction(call: &RuntimeCall) -> bool {
	use pallet_content::Call::{extend, publish};
	matches!(call, RuntimeCall::Content(publish { .. } | extend { .. }))
}

/// What [`Executive::apply_extrinsic`] does, but for looking at the signature.
fn apply_unsigned(who: AccountId, call: &RuntimeCall) -> ApplyExtrinsicResult {
	let extension = extension_of(&who);
	let empty = Signature::from_raw([0; 64]);
	let address = MultiAddress::Id(who.clone());
	let whole =
		UncheckedExtrinsic::new_signed(call.clone(), address, empty.into(), extension.clone());
	let encoded = whole.encode();
	let length = encoded.len();
	let checked = CheckedExtrinsic {
		format: ExtrinsicFormat::<_, _>::Signed(who, extension),
		function: call.clone(),
	};
	let info = checked.get_dispatch_info();
	System::note_extrinsic(encoded);
	let applied = Applyable::apply::<Runtime>(checked, &info, length)?;
	System::note_applied_extrinsic(&applied, info);
	Ok(applied.map(|_| ()).map_err(|failure| failure.error))
}

/// Whether a call would be carried out in the block that is being built; nothing of it stays.
pub fn would_pass(fidelity: Fidelity, signer: &Pair, call: &RuntimeCall) -> bool {
	let tried = with_transaction(|| {
		let passes = apply(fidelity, signer, call) == Ok(Ok(()));
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(passes))
	});
	tried.unwrap_or(false)
}

/// What a call takes of whoever sends it, before anything of it is given back; to be called within the state.
pub fn fee_of(call: &RuntimeCall) -> Balance {
	/// A signature, a nonce and the like beside the call.
	const REST: u32 = 140;
	let length = u32::try_from(call.encoded_size()).unwrap_or(u32::MAX).saturating_add(REST);
	TransactionPayment::compute_fee(length, &call.get_dispatch_info(), 0)
}

/// Signs a call with the state as it is, or leaves it bare.
pub fn transaction(signer: Option<&Pair>, call: &RuntimeCall) -> UncheckedExtrinsic {
	match signer {
		Some(pair) => tipped(pair, call, 0),
		None => UncheckedExtrinsic::new_bare(call.clone()),
	}
}

/// Signs a call with the state as it is, and gives a tip to the author of its block.
pub fn tipped(pair: &Pair, call: &RuntimeCall, tip: Balance) -> UncheckedExtrinsic {
	let who = account(pair);
	let mut extension = extension_of(&who);
	extension.8 = ChargeTransactionPayment::from(tip);
	let payload = SignedPayload::new(call.clone(), extension.clone())
		.expect("all that is signed implicitly is in the state");
	let signature = payload.using_encoded(|payload| pair.sign(payload));
	let address = MultiAddress::Id(who);
	UncheckedExtrinsic::new_signed(call.clone(), address, signature.into(), extension)
}

fn extension_of(who: &AccountId) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(Era::Immortal),
		frame_system::CheckNonce::from(System::account_nonce(who)),
		frame_system::CheckWeight::new(),
		ChargeTransactionPayment::from(0),
		CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}
