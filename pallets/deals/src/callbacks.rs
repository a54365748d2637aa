//! Calls that clients have made when a task of theirs has ended.
//!
//! A callback is the beginning of a call; what became of the task is appended to it. It is dispatched by
//! a transaction of its own, which anybody may send and is rewarded for out of what the client has set
//! aside. So it is no part of a settlement, which it can neither stop nor make dearer, and it can't do
//! anything that its client could not do by signing.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, Hash,
	deal::{CallbackResult, Deal},
	task::{DealId, TaskId},
	traits::Economy,
};
use codec::{DecodeLimit, Encode};
use frame_support::{
	dispatch::{GetDispatchInfo, PostDispatchInfo, extract_actual_weight},
	ensure,
	traits::{
		Get,
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
	weights::Weight,
};
use frame_system::RawOrigin;
use sp_runtime::{DispatchError, DispatchResult, traits::Dispatchable};

/// How deep calls in a callback may be nested.
const MAX_DEPTH: u32 = 8;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_callback(
		who: AccountId,
		id: DealId,
		task_hash: Hash,
		call: CallbackBytes,
		reward: Balance,
	) -> DispatchResult {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::DealNotFound)?;
		ensure!(who == deal.client, Error::<T>::NotClient);
		ensure!(task_hash == deal.task_hash, Error::<T>::TaskMismatch);
		ensure!(!Callbacks::<T>::contains_key(id), Error::<T>::CallbackExists);
		// Later it would run for some of the tasks and not for others.
		ensure!(deal.open_tasks == deal.tasks, Error::<T>::TaskEnded);
		let least = T::Economy::current().1.fees.callback;
		ensure!(reward >= least, Error::<T>::RewardTooSmall);
		// What is appended is not known yet. It is decoded and weighed again when it is.
		let sample = CallbackResult {
			task: TaskId { deal: id, index: 0 },
			digest: Default::default(),
			settled: true,
			class: 0,
			code: 0,
		};
		Self::prepare(&call, &sample)?;
		let bytes = (call.len() as Balance).saturating_add(CALLBACK_OVERHEAD.into());
		let deposit = T::DepositPerByte::get()
			.checked_mul(bytes)
			.and_then(|part| part.checked_add(T::DepositBase::get()))
			.ok_or(Error::<T>::AmountOverflow)?;
		let callback = Callback { call, reward, deposit, left: deal.tasks };
		let held = callback.held().ok_or(Error::<T>::AmountOverflow)?;
		T::Currency::hold(&HoldReason::Callback.into(), &who, held)
			.map_err(|_| Error::<T>::ClientCannotPay)?;
		Callbacks::<T>::insert(id, callback);
		Self::deposit_event(Event::CallbackSet { deal: id, reward, held });
		Ok(())
	}

	/// Dispatches the callback of a task that has ended. Returns the weight of what was called.
	pub(crate) fn do_call_back(by: AccountId, task: TaskId) -> Result<Weight, DispatchError> {
		let mut callback = Callbacks::<T>::get(task.deal).ok_or(Error::<T>::CallbackNotFound)?;
		let deal = Deals::<T>::get(task.deal).ok_or(Error::<T>::DealNotFound)?;
		let list = TaskList::of(task.deal, &deal);
		let ended = Ended::<T>::get(list, task).ok_or(Error::<T>::TaskNotEnded)?;
		ensure!(!CalledBack::<T>::contains_key(task), Error::<T>::AlreadyCalledBack);
		let task_hash = deal.request.task.hash_of(task.index);
		let argument = CallbackResult::of(task, &task_hash, &ended.ending);
		// All of it first: what is called may come back here, or remove the task.
		CalledBack::<T>::insert(task, ());
		callback.left = callback.left.saturating_sub(1);
		let (call, reward) = (callback.call.clone(), callback.reward);
		Callbacks::<T>::insert(task.deal, callback);
		Self::pay_caller(&deal, &by, reward);
		let (result, weight) = match Self::prepare(&call, &argument) {
			Ok((call, weight)) => Self::dispatch(&deal, call, weight),
			Err(error) => (Err(error.into()), Weight::zero()),
		};
		Self::deposit_event(Event::CalledBack { task, by, reward, result });
		Ok(weight)
	}

	/// The whole call, and its weight.
	fn prepare(
		call: &CallbackBytes,
		argument: &CallbackResult,
	) -> Result<(<T as Config>::Callback, Weight), Error<T>> {
		let whole: Vec<u8> = [call.to_vec(), argument.encode()].concat();
		let call = <T as Config>::Callback::decode_all_with_depth_limit(MAX_DEPTH, &mut &whole[..])
			.map_err(|_| Error::<T>::CallbackUndecodable)?;
		let weight = call.get_dispatch_info().call_weight;
		ensure!(weight.all_lte(T::MaxCallbackWeight::get()), Error::<T>::CallbackTooHeavy);
		Ok((call, weight))
	}

	/// Calls in the name of the client, as one of its transactions would, the chain's filter included.
	fn dispatch(
		deal: &Deal,
		call: <T as Config>::Callback,
		weight: Weight,
	) -> (DispatchResult, Weight) {
		let info = call.get_dispatch_info();
		let origin = RawOrigin::Signed(deal.client.clone()).into();
		let result = frame_support::storage::with_storage_layer(|| call.dispatch(origin));
		let used = extract_actual_weight(&result, &info).min(weight);
		let result = result.map(|_: PostDispatchInfo| ()).map_err(|failed| failed.error);
		(result, used)
	}

	/// Pays whoever sent the callback. What it can't receive goes back to the client.
	fn pay_caller(deal: &Deal, by: &AccountId, reward: Balance) {
		let reason = HoldReason::Callback.into();
		let paid = *by != deal.client
			&& frame_support::storage::with_storage_layer(|| {
				T::Currency::transfer_on_hold(
					&reason,
					&deal.client,
					by,
					reward,
					Precision::Exact,
					Restriction::Free,
					Fortitude::Force,
				)
			})
			.is_ok();
		if !paid {
			escrow::release::<T>(HoldReason::Callback, &deal.client, reward);
		}
	}

	/// Gives back what was set aside for callbacks of a deal that is removed.
	pub(crate) fn remove_callback(id: DealId, client: &AccountId) {
		if let Some(callback) = Callbacks::<T>::take(id) {
			// It fitted when it was held, and has only become less.
			let held = callback.held().unwrap_or_default();
			escrow::release::<T>(HoldReason::Callback, client, held);
		}
	}
}
