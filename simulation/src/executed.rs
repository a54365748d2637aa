//! Transactions in a block, and what became of them in the names that clients know.

use crate::transaction;
use assay_runtime::{Executive, RuntimeCall, RuntimeError, RuntimeEvent, System};
use polkadot_sdk::{
	sp_core::sr25519::Pair,
	sp_runtime::{DispatchError, transaction_validity::TransactionValidityError},
};

/// Error of a pallet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
	/// Pallet whose error it is; `System` for errors of no pallet.
	pub pallet: String,
	/// Name of the error.
	pub name: String,
}

/// Why a transaction did nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refused {
	/// No block can contain it.
	Invalid(TransactionValidityError),
	/// It was executed and failed.
	Failed(Failure),
}

/// Signs a call and applies it to the block that is being built. Gives the items of a batch that failed,
/// by position.
pub fn execute(signer: &Pair, call: &RuntimeCall) -> Result<Vec<(usize, Failure)>, Refused> {
	let before = System::event_count() as usize;
	let applied = Executive::apply_extrinsic(transaction(Some(signer), call));
	let executed = applied.map_err(Refused::Invalid)?;
	executed.map_err(|error| Refused::Failed(failure(error)))?;
	let failed = |event: RuntimeEvent| match event {
		RuntimeEvent::Deals(pallet_deals::Event::ItemFailed { index, error }) => {
			Some((index as usize, failure(error)))
		},
		_ => None,
	};
	let events = System::events().into_iter().skip(before);
	Ok(events.filter_map(|record| failed(record.event)).collect())
}

fn failure(error: DispatchError) -> Failure {
	let of_none = || Failure { pallet: "System".into(), name: format!("{error:?}") };
	let Some(known) = RuntimeError::from_dispatch_error(error) else { return of_none() };
	// `Pallet(Error)`, as the runtime names them.
	let text = format!("{known:?}");
	let Some((pallet, name)) = text.split_once('(') else { return of_none() };
	Failure { pallet: pallet.into(), name: name.trim_end_matches(')').into() }
}
