//! What the chain remembers of orders, and how their owners say yes and no.

use crate::{CapacityOf, Config, Error, Event, HoldReason, Orders, Pallet, Prunable};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	eligibility::state,
	order::{
		AnyOrder, Authorization, Order, OrderFault, OrderId, OrderRecord, Part, RequestOrder,
		SignatureFault, close_text, consent, in_time, left, owned,
	},
	request::Ineligible,
	traits::Capacity,
};
use assay_shared::deposits::give_back;
use codec::Encode;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{Get, fungible::MutateHold},
		weights::Weight,
	},
	frame_system::{Pallet as System, pallet_prelude::BlockNumberFor},
	sp_runtime::{DispatchError, DispatchResult, traits::Zero},
};

/// Time for which a byte of an order is hashed, in picoseconds: to look it up, for what its owner signs, for
/// what a sponsor signs, and within what the ledger keeps. Arguments and environment are as long as whoever
/// makes the order wants, up to 128 KiB, and only the ledger refuses more than 8.
const HASHED_BYTE: u64 = 4 * 3_000;

/// An order that a match draws on.
pub(crate) struct Consumed {
	pub id: OrderId,
	/// Last block in which it may be matched.
	pub until: BlockNumber,
	/// Tasks that are left of it.
	pub left: u32,
}

impl<T: Config> Pallet<T> {
	/// Weight of hashing an order as often as a call does, beside what the call weighs.
	pub(crate) fn hashing(order: &impl Encode) -> Weight {
		Weight::from_parts(HASHED_BYTE, 0).saturating_mul(order.encoded_size() as u64)
	}

	/// What is left of an order. `note` is told what is wrong; where it returns an error, that ends
	/// the examination.
	pub(crate) fn look_up<O: Order, E>(
		order: &O,
		authorization: &Authorization,
		owner: Option<&AccountId>,
		submitter: &AccountId,
		note: &mut dyn FnMut(OrderFault) -> Result<(), E>,
	) -> Result<Consumed, E> {
		let genesis = Self::genesis_hash();
		let (id, until) = (order.id(&genesis), order.valid_until());
		let record = Orders::<T>::get(id);
		let record = record.as_ref();
		in_time(until, Self::now(), Self::latest()).or_else(&mut *note)?;
		let (left, fault) = left(order.volume(), record);
		fault.map_or(Ok(()), &mut *note)?;
		// Who owns it is not known where an asset does not exist, which is a refusal of its own.
		if let Some(owner) = owner {
			let text = || order.text(&genesis);
			owned(record, authorization, text, owner, Some(submitter)).or_else(note)?;
		}
		Ok(Consumed { id, until, left })
	}

	pub(crate) fn do_presign(
		signer: AccountId,
		order: AnyOrder,
		authorization: Authorization,
	) -> DispatchResult {
		let genesis = Self::genesis_hash();
		let refused = |why: OrderFault| Error::<T>::from(why.of(order.kind()));
		in_time(order.valid_until(), Self::now(), Self::latest()).map_err(refused)?;
		let owner = Self::owner_of(&order)?;
		consent(&authorization, || order.text(&genesis), &owner, Some(&signer))
			.map_err(|fault| refused(fault.into()))?;
		let id = order.id(&genesis);
		let mut record = Self::record(id, order.valid_until(), &signer)?;
		ensure!(!record.closed, refused(OrderFault::Closed));
		let known = record.presigned_by.as_ref() == Some(&owner);
		ensure!(!known, Error::<T>::AlreadyPresigned);
		record.presigned_by = Some(owner.clone());
		Orders::<T>::insert(id, record);
		Self::deposit_event(Event::OrderPresigned { order: id, kind: order.kind(), owner });
		Ok(())
	}

	pub(crate) fn do_close_order(
		signer: AccountId,
		order: AnyOrder,
		authorization: Authorization,
	) -> DispatchResult {
		let genesis = Self::genesis_hash();
		let (id, kind) = (order.id(&genesis), order.kind());
		let mut outcome = Err(SignatureFault::WrongSigner);
		for owner in Self::closers(&order)? {
			let text = || close_text(kind, &id, &genesis);
			outcome = consent(&authorization, text, &owner, Some(&signer));
			if outcome != Err(SignatureFault::WrongSigner) {
				break;
			}
		}
		outcome.map_err(|fault| OrderFault::from(fault).of(kind)).map_err(Error::<T>::from)?;
		let mut record = Self::record(id, order.valid_until(), &signer)?;
		ensure!(!record.closed, Error::<T>::AlreadyClosed);
		record.closed = true;
		let consumed = record.consumed;
		Orders::<T>::insert(id, record);
		Self::deposit_event(Event::OrderClosed { order: id, kind, consumed });
		Ok(())
	}

	pub(crate) fn do_prune_orders(orders: Prunable) -> DispatchResult {
		let now = Self::now();
		let mut pruned: Vec<OrderId> = Vec::new();
		for id in orders {
			let Some(record) = Orders::<T>::get(id).filter(|record| now > record.until) else {
				continue;
			};
			Orders::<T>::remove(id);
			give_back::<T::Currency>(
				&HoldReason::OrderDeposit.into(),
				&record.depositor,
				record.deposit,
			)?;
			pruned.push(id);
		}
		ensure!(!pruned.is_empty(), Error::<T>::NothingToPrune);
		Self::deposit_event(Event::OrdersPruned { orders: pruned });
		Ok(())
	}

	pub(crate) fn do_withdraw_sponsorship(
		sponsor: AccountId,
		request: &RequestOrder,
	) -> DispatchResult {
		ensure!(request.sponsor.as_ref() == Some(&sponsor), Error::<T>::NotSponsor);
		let id = request.id(&Self::genesis_hash());
		let mut record = Self::record(id, request.valid_until(), &sponsor)?;
		ensure!(!record.sponsor_withdrew, Error::<T>::AlreadyWithdrawn);
		record.sponsor_withdrew = true;
		Orders::<T>::insert(id, record);
		Self::deposit_event(Event::SponsorshipWithdrawn { order: id, sponsor });
		Ok(())
	}

	/// The record of an order, a new one on a deposit of `payer` where there is none.
	fn record(
		id: OrderId,
		until: BlockNumber,
		payer: &AccountId,
	) -> Result<OrderRecord, DispatchError> {
		if let Some(record) = Orders::<T>::get(id) {
			return Ok(record);
		}
		let deposit = T::OrderDeposit::get();
		T::Currency::hold(&HoldReason::OrderDeposit.into(), payer, deposit)?;
		Ok(OrderRecord {
			consumed: 0,
			closed: false,
			presigned_by: None,
			sponsor_withdrew: false,
			until,
			depositor: payer.clone(),
			deposit,
		})
	}

	/// Notes that a match took `tasks` of an order.
	pub(crate) fn consume(drawn: &Consumed, tasks: u32, payer: &AccountId) -> DispatchResult {
		let mut record = Self::record(drawn.id, drawn.until, payer)?;
		// At most the order's volume: `tasks` is at most what is left of it.
		record.consumed = record.consumed.saturating_add(tasks);
		Orders::<T>::insert(drawn.id, record);
		Ok(())
	}

	/// Who can authorise an order.
	fn owner_of(order: &AnyOrder) -> Result<AccountId, Error<T>> {
		match order {
			AnyOrder::Request(order) => Ok(order.client.clone()),
			AnyOrder::Resource(order) => {
				let signs = Self::signs_for(&order.signer, &order.provider);
				ensure!(signs, Ineligible::SignerNotOfProvider);
				Ok(order.signer.clone())
			},
			AnyOrder::App(order) => Ok(Part::App.find(&state::<T::Chain>(), order.app)?.owner),
			AnyOrder::Dataset(order) => {
				Ok(Part::Dataset.find(&state::<T::Chain>(), order.dataset)?.owner)
			},
		}
	}

	/// Who can close an order. A former operator can undo what it signed, and the stash what any
	/// operator did.
	fn closers(order: &AnyOrder) -> Result<Vec<AccountId>, Error<T>> {
		let AnyOrder::Resource(order) = order else { return Ok(vec![Self::owner_of(order)?]) };
		let mut closers = vec![order.provider.clone()];
		closers.extend(CapacityOf::<T>::operator_of(&order.provider));
		closers.push(order.signer.clone());
		closers.dedup();
		Ok(closers)
	}

	/// Latest block that an order which is matched now may be valid until.
	fn latest() -> BlockNumber {
		Self::now().saturating_add(T::MaxOrderLife::get())
	}

	/// Hash of block 0, which orders are bound to. `frame_system` keeps it for good.
	pub fn genesis_hash() -> Hash {
		System::<T>::block_hash(BlockNumberFor::<T>::zero())
	}
}
