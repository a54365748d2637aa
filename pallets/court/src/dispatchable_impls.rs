//! What a caller starts.

use crate::{Config, Error, Event, Pallet, WeightInfo, input_length};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Hash,
	court::{Judge, Mistrial},
	traits::{CaseId, Cases},
};
use polkadot_sdk::{
	frame_support::{
		dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo, Pays, PostDispatchInfo},
		traits::Get,
		weights::Weight,
	},
	sp_runtime::DispatchError,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_adjudicate(
		who: AccountId,
		case: CaseId,
		named: Hash,
		max_gas: u64,
		module: Vec<u8>,
		input: Option<Vec<u8>>,
	) -> DispatchResultWithPostInfo {
		let untouched = T::WeightInfo::refuse();
		let refuse = |error: Error<T>| failed(error.into(), Some(untouched));
		let (spec, task_hash) =
			T::Cases::open_task(case).ok_or_else(|| refuse(Error::CaseNotFound))?;
		if named != task_hash {
			return Err(refuse(Error::CaseMismatch));
		}
		<Self as Judge>::qualifies(&spec).map_err(|unfit| refuse(unfit.into()))?;
		if max_gas < spec.limits.gas {
			return Err(refuse(Error::GasUnderstated));
		}
		let lengths = (module.len(), input_length(&input));
		let outcome = Self::judge(&spec, &module, input).map_err(|mistrial| {
			let content = Self::charge(lengths.0, lengths.1, 0);
			failed(Error::<T>::from(mistrial).into(), done_before(mistrial, content))
		})?;
		// The content is not needed any more, and what follows may need memory.
		drop(module);
		let weight = Self::charge(lengths.0, lengths.1, outcome.gas_used);
		let digest = outcome.digest(&task_hash);
		// What it has done before it failed nobody knows.
		let ruled = T::Cases::court_ruled(case, &who, digest)
			.map_err(|error| failed(error, Some(weight.saturating_add(T::RulingWeight::get()))))?;
		Self::deposit_event(Event::Ruled {
			case,
			by: who,
			digest,
			class: outcome.class,
			gas_used: outcome.gas_used,
		});
		Ok(Some(weight.saturating_add(ruled)).into())
	}
}

/// What was done before a mistrial; `None` for all that was paid for.
fn done_before(mistrial: Mistrial, content: Weight) -> Option<Weight> {
	match mistrial {
		Mistrial::Unfit(_) | Mistrial::ModuleDiffers | Mistrial::InputDiffers => Some(content),
		// Nobody knows how far it came.
		Mistrial::Failed => None,
	}
}

fn failed(error: DispatchError, actual_weight: Option<Weight>) -> DispatchErrorWithPostInfo {
	let post_info = PostDispatchInfo { actual_weight, pays_fee: Pays::Yes };
	DispatchErrorWithPostInfo { post_info, error }
}
