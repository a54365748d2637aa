//! What a caller starts.

use crate::{Config, Error, Event, Pallet, WeightInfo, input_length};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Hash,
	court::{Mistrial, Unfit},
	outcome::{Class, Outcome},
	task::{BadList, Input, InputList, TaskSpec},
	traits::{CaseId, CaseTask, Cases, CourtCall},
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
		let task = Self::called(case, named, max_gas)?;
		if let Input::List(_) = task.spec.input {
			return Err(refused::<T>(Unfit::InputIsList.into()));
		}
		let trial = Self::try_task(&task.spec, module, input, Weight::zero())?;
		Self::rule(who, case, task.task_hash, trial)
	}

	pub(crate) fn do_adjudicate_item(
		who: AccountId,
		case: CaseId,
		named: Hash,
		max_gas: u64,
		list: Vec<u8>,
		module: Vec<u8>,
		input: Option<Vec<u8>>,
	) -> DispatchResultWithPostInfo {
		let CaseTask { spec, index, task_hash } = Self::called(case, named, max_gas)?;
		let Input::List(inputs) = spec.input else {
			return Err(refused::<T>(Error::InputIsNoList));
		};
		let listed = InputList::weight_of(list.len());
		let looked = T::WeightInfo::refuse().saturating_add(listed);
		// One that can be none by its size needs no bytes: nobody who runs the task fetches any.
		let possible = inputs.is_possible();
		if possible && !inputs.list.matches(&list) {
			return Err(failed(Error::<T>::ListDiffers.into(), Some(looked)));
		}
		let item = if possible { inputs.input(&list, index) } else { Err(BadList::RootMismatch) };
		let bytes = list.len();
		drop(list);
		let trial = match item {
			Ok(item) => {
				let trial = Self::try_task(&spec.with_input(item), module, input, listed)?;
				Trial { bytes: trial.bytes.saturating_add(bytes), ..trial }
			},
			// Everybody who has the list finds that it is none. What else was brought, and in the place of one that can't be,
			// nobody has looked at.
			Err(_) => {
				let bytes = if possible { bytes } else { 0 };
				let needed = T::WeightInfo::refuse().saturating_add(InputList::weight_of(bytes));
				let outcome = Outcome::of_no_run(Class::InputMismatch);
				Trial { outcome, weight: looked, needed, bytes }
			},
		};
		Self::rule(who, case, task_hash, trial)
	}

	/// The task of the case that is meant, where the court takes it and the call pays for it.
	fn called(
		case: CaseId,
		named: Hash,
		max_gas: u64,
	) -> Result<CaseTask, DispatchErrorWithPostInfo> {
		let task = T::Cases::open_task(case).ok_or_else(|| refused::<T>(Error::CaseNotFound))?;
		if named != task.task_hash {
			return Err(refused::<T>(Error::CaseMismatch));
		}
		Self::qualifies(&task.spec).map_err(|unfit| refused::<T>(unfit.into()))?;
		if max_gas < task.spec.limits.gas {
			return Err(refused::<T>(Error::GasUnderstated));
		}
		Ok(task)
	}

	/// What a task gives, and what that weighs beside what was done `before`.
	fn try_task(
		spec: &TaskSpec,
		module: Vec<u8>,
		input: Option<Vec<u8>>,
		before: Weight,
	) -> Result<Trial, DispatchErrorWithPostInfo> {
		let lengths = (module.len(), input_length(&input));
		let charge = |gas| Self::charge(lengths.0, lengths.1, gas).saturating_add(before);
		let outcome = Self::judge(spec, &module, input).map_err(|mistrial| {
			failed(Error::<T>::from(mistrial).into(), done_before(mistrial, charge(0)))
		})?;
		let weight = charge(outcome.gas_used);
		Ok(Trial { outcome, weight, needed: weight, bytes: lengths.0.saturating_add(lengths.1) })
	}

	fn rule(
		who: AccountId,
		case: CaseId,
		task_hash: Hash,
		Trial { outcome, weight, needed, bytes }: Trial,
	) -> DispatchResultWithPostInfo {
		let digest = outcome.digest(&task_hash);
		let call = CourtCall { by: &who, weight: needed, bytes: bytes as u64 };
		// What it has done before it failed nobody knows.
		let ruled = T::Cases::court_ruled(case, call, digest)
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

/// What the court has found, and what that has taken.
struct Trial {
	outcome: Outcome,
	/// What the call is charged for, but for the ruling.
	weight: Weight,
	/// What of that the task has needed, and how many bytes of the call: whoever brings more is not given it back.
	needed: Weight,
	bytes: usize,
}

/// What was done before a mistrial; `None` for all that was paid for.
fn done_before(mistrial: Mistrial, content: Weight) -> Option<Weight> {
	match mistrial {
		Mistrial::Unfit(_) | Mistrial::ModuleDiffers | Mistrial::InputDiffers => Some(content),
		// Nobody knows how far it came.
		Mistrial::Failed => None,
	}
}

/// Refused after a look at the case.
fn refused<T: Config>(error: Error<T>) -> DispatchErrorWithPostInfo {
	failed(error.into(), Some(T::WeightInfo::refuse()))
}

fn failed(error: DispatchError, actual_weight: Option<Weight>) -> DispatchErrorWithPostInfo {
	let post_info = PostDispatchInfo { actual_weight, pays_fee: Pays::Yes };
	DispatchErrorWithPostInfo { post_info, error }
}
