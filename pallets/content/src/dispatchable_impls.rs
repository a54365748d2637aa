//! What callers start.

use crate::*;
use assay_primitives::content::{Layout, MAX_PROMISED_LEAVES, MAX_PROMISED_NODE};
use assay_shared::deposits::give_back;
use frame_support::{
	ensure,
	traits::{Get, fungible::hold::Mutate},
	weights::Weight,
};
use sp_runtime::{DispatchError, DispatchResult, traits::BlockNumberProvider};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_publish(owner: AccountId, data: &[u8]) -> DispatchResult {
		let size = Self::check_size(data)?;
		let hash = assay_primitives::hashing::blake2(data);
		if let Some(old) = Records::<T>::get(hash) {
			ensure!(old.expired(Self::now()), Error::<T>::AlreadyPublished);
			Self::do_release(hash)?;
		}
		let record = Self::store(owner, hash, size, data)?;
		Self::deposit_event(Event::Published {
			hash,
			size,
			owner: record.owner,
			deposit: record.deposit,
			expires_at: record.expires_at,
		});
		Ok(())
	}

	pub(crate) fn do_extend(owner: AccountId, data: &[u8]) -> DispatchResult {
		let size = Self::check_size(data)?;
		let hash = assay_primitives::hashing::blake2(data);
		let old = Records::<T>::get(hash).ok_or(Error::<T>::ContentNotFound)?;
		// Before the new deposit is held: the owner may have no more than that.
		Self::refund(&old)?;
		let record = Self::store(owner, hash, size, data)?;
		Self::deposit_event(Event::Extended {
			hash,
			owner: record.owner,
			deposit: record.deposit,
			old_expires_at: old.expires_at,
			expires_at: record.expires_at,
		});
		Ok(())
	}

	pub(crate) fn do_release(hash: Hash) -> DispatchResult {
		let record = Records::<T>::get(hash).ok_or(Error::<T>::ContentNotFound)?;
		ensure!(record.expired(Self::now()), Error::<T>::NotExpired);
		Self::refund(&record)?;
		Records::<T>::remove(hash);
		Self::deposit_event(Event::Released { hash, owner: record.owner, deposit: record.deposit });
		Ok(())
	}

	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	fn check_size(data: &[u8]) -> Result<u32, Error<T>> {
		ensure!(!data.is_empty(), Error::<T>::EmptyContent);
		u32::try_from(data.len())
			.ok()
			.filter(|size| *size <= T::MaxSize::get())
			.ok_or(Error::<T>::ContentTooLarge)
	}

	/// Takes the deposit, tells the node to keep the blob, and writes the record.
	fn store(
		owner: AccountId,
		hash: Hash,
		size: u32,
		data: &[u8],
	) -> Result<Record, DispatchError> {
		let position = Self::claim_transaction(data)?;
		let deposit = Self::deposit_of(size).ok_or(Error::<T>::DepositOverflow)?;
		T::Currency::hold(&HoldReason::Deposit.into(), &owner, deposit)?;
		let expires_at = Self::now().saturating_add(T::Retention::get());
		let whole = Self::whole_under(data, expires_at);
		let record = Record { owner, size, deposit, position, expires_at, whole };
		Records::<T>::insert(hash, &record);
		// Last, because nothing undoes it.
		sp_io::transaction_index::index(position.extrinsic, size, hash.0);
		Ok(record)
	}

	/// The content that a blob is the node of, where all of its leaves are promised.
	fn whole_under(node: &[u8], expires_at: BlockNumber) -> Option<Whole> {
		let layout = Layout::from_short_node(node)?;
		let promised = |until: BlockNumber, (hash, len): &(Hash, u64)| {
			let (size, expires_at) = Self::lookup(hash)?;
			(u64::from(size) == *len).then_some(until.min(expires_at))
		};
		let until = layout.leaves.iter().try_fold(expires_at, promised)?;
		Some(Whole { size: layout.content.size, until })
	}

	/// What it weighs to look at the leaves under a blob of this length, should it be a node: a read for
	/// each, and no more than as much again for taking it apart.
	pub(crate) fn weight_of_leaves(len: usize) -> Weight {
		let most = if len > MAX_PROMISED_NODE { 0 } else { MAX_PROMISED_LEAVES };
		// A link takes more than 32 bytes.
		let leaves = (len as u64 / 32).min(most.into());
		T::DbWeight::get().reads(leaves.saturating_mul(2))
	}

	/// Makes sure that the transaction being applied ends with `data` and has published nothing.
	fn claim_transaction(data: &[u8]) -> Result<Position, Error<T>> {
		let extrinsic =
			frame_system::Pallet::<T>::extrinsic_index().ok_or(Error::<T>::NotLastInTransaction)?;
		let position = Position { block: Self::now(), extrinsic };
		ensure!(LastPublication::<T>::get() != Some(position), Error::<T>::OnePerTransaction);
		ensure!(
			frame_system::Pallet::<T>::extrinsic_data(extrinsic).ends_with(data),
			Error::<T>::NotLastInTransaction
		);
		LastPublication::<T>::put(position);
		Ok(position)
	}

	fn deposit_of(size: u32) -> Option<Balance> {
		Balance::from(size)
			.checked_mul(T::DepositPerByte::get())?
			.checked_add(T::DepositBase::get())
	}

	fn refund(record: &Record) -> DispatchResult {
		give_back::<T::Currency>(&HoldReason::Deposit.into(), &record.owner, record.deposit)
	}
}
