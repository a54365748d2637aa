//! What a transaction would do, without sending it.

use super::{
	at::At,
	connect::{Chain, Head},
	submit::dispatch_error,
};
use crate::{
	error::{Error, Result},
	keys::Signer,
};
use assay_interface::Call;

/// Function of the runtime that blocks are built with.
const APPLY: &str = "BlockBuilder_apply_extrinsic";

/// What a node would say of it.
const REFUSED: &str = "a dry run";

impl Chain {
	/// Applies a call to the state after the best block, as the next block would, and forgets what it
	/// did. No fee is paid. Transactions of the signer that are in the pool are not taken into account.
	///
	/// Errors: as [`Self::submit`]: [`Error::Dispatch`] where it would fail, [`Error::Refused`] where
	/// no block could contain it, for want of money for the fee, say.
	pub async fn dry_run(&self, signer: &Signer, call: &Call) -> Result<()> {
		let best = self.head(Head::Best).await?;
		let finalized = self.head(Head::Finalized).await.ok();
		// The state does not know the hash of its own block yet.
		let anchor = match finalized.filter(|finalized| finalized.number < best.number) {
			Some(finalized) => finalized,
			None => self.block(best.parent).await?,
		};
		let at = self.at(best).await?;
		let nonce = at.nonce(&signer.account()).await?;
		let transaction = at.sign(signer, call, nonce.into(), 0, anchor)?;
		at.apply(&transaction).await
	}
}

impl At {
	async fn apply(&self, transaction: &[u8]) -> Result<()> {
		let answer = self
			.client
			.runtime_apis()
			.call_raw(APPLY, Some(transaction))
			.await
			.map_err(|error| self.chain.subxt_error(APPLY, error))?;
		// Applied and succeeded, applied and failed, not to be applied at all.
		match answer.as_slice() {
			[0, 0] => Ok(()),
			[0, 1, error @ ..] => Err(dispatch_error(error, &self.client.metadata())),
			[1, why @ ..] => {
				let reason = format!("{REFUSED} finds it invalid ({})", invalidity(why));
				Err(Error::Refused { reason, code: crate::error::INVALID_TRANSACTION })
			},
			_ => Err(Error::decode(APPLY, "an answer of another form")),
		}
	}
}

/// Name of a validity error, as far as it matters here.
fn invalidity(bytes: &[u8]) -> &'static str {
	match bytes {
		[0, 0, ..] => "the call is not allowed",
		[0, 1, ..] => "the account can't pay the fee",
		[0, 2, ..] => "the nonce is of a transaction to come",
		[0, 3, ..] => "the nonce was used",
		[0, 4, ..] => "the signature is bad",
		[0, 5, ..] => "it is of another time",
		[0, 6, ..] => "it exhausts the block",
		_ => "another reason",
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use polkadot_sdk::sp_runtime::transaction_validity::{
		InvalidTransaction, TransactionValidityError,
	};

	#[test]
	fn reasons_should_be_those_of_the_runtime() {
		for (error, words) in [
			(InvalidTransaction::Call, "not allowed"),
			(InvalidTransaction::Payment, "can't pay"),
			(InvalidTransaction::Future, "to come"),
			(InvalidTransaction::Stale, "was used"),
			(InvalidTransaction::BadProof, "signature"),
			(InvalidTransaction::AncientBirthBlock, "another time"),
			(InvalidTransaction::ExhaustsResources, "exhausts"),
			(InvalidTransaction::Custom(1), "another reason"),
		] {
			let bytes = TransactionValidityError::Invalid(error).encode();
			assert!(invalidity(&bytes).contains(words), "{error:?}");
		}
	}
}
