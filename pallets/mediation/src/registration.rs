//! Who is in the pool, and with what.

use crate::*;
use assay_primitives::{
	case::{CaseLimits, MAX_CAPACITY, MediatorRecord, MediatorStatus, MediatorTerms},
	money::after_burn,
	profile::Profile,
	provider::KeyInbox,
	traits::CaseId,
};
use frame_support::{
	BoundedVec, defensive, ensure,
	traits::{
		Get,
		fungible::{Inspect, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::{ArithmeticError, DispatchResult, Permill};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		stash: AccountId,
		operator: AccountId,
		terms: MediatorTerms,
		bond: Balance,
	) -> DispatchResult {
		ensure!(!Mediators::<T>::contains_key(&stash), Error::<T>::AlreadyRegistered);
		ensure!(!Operators::<T>::contains_key(&stash), Error::<T>::StashIsOperatorOfAnother);
		ensure!(bond >= T::MinBond::get(), Error::<T>::BondBelowMinimum);
		Self::validate(&terms)?;
		Self::ensure_can_operate(&operator, &stash)?;
		T::Currency::hold(&HoldReason::Bond.into(), &stash, bond)?;
		let position = Self::take_position(&stash)?;
		let mut mediator = Self::new_mediator(position, operator.clone(), terms, bond);
		Self::deposit_event(Event::Registered { mediator: stash.clone(), operator, bond });
		if mediator.operator == stash {
			Self::install_operator(&stash, &mut mediator);
		}
		Mediators::<T>::insert(stash, mediator);
		Ok(())
	}

	pub(crate) fn do_accept_operator(operator: AccountId, stash: AccountId) -> DispatchResult {
		let mut mediator = Self::registered(&stash)?;
		ensure!(mediator.operator == operator, Error::<T>::OperatorNotNominated);
		ensure!(!mediator.is_signed(), Error::<T>::OperatorAlreadyAccepted);
		Self::ensure_can_operate(&operator, &stash)?;
		Self::install_operator(&stash, &mut mediator);
		Mediators::<T>::insert(stash, mediator);
		Ok(())
	}

	pub(crate) fn do_resign_operator(operator: AccountId) -> DispatchResult {
		let stash = Operators::<T>::get(&operator).ok_or(Error::<T>::NotOperator)?;
		let mut mediator = Mediators::<T>::get(&stash).ok_or(Error::<T>::MediatorNotFound)?;
		Self::remove_operator(&stash, &mut mediator);
		Mediators::<T>::insert(stash, mediator);
		Ok(())
	}

	pub(crate) fn do_set_operator(stash: AccountId, operator: AccountId) -> DispatchResult {
		let mut mediator = Self::registered(&stash)?;
		ensure!(operator != mediator.operator, Error::<T>::OperatorInUse);
		Self::ensure_can_operate(&operator, &stash)?;
		Self::remove_operator(&stash, &mut mediator);
		mediator.operator = operator.clone();
		Self::deposit_event(Event::OperatorNamed { mediator: stash.clone(), operator });
		if mediator.operator == stash {
			Self::install_operator(&stash, &mut mediator);
		}
		Mediators::<T>::insert(stash, mediator);
		Ok(())
	}

	pub(crate) fn do_update(stash: AccountId, terms: MediatorTerms) -> DispatchResult {
		let mut mediator = Self::registered(&stash)?;
		Self::validate(&terms)?;
		let now = Self::era();
		let from = now.saturating_add(ERAS_AHEAD);
		match mediator.next_terms.take() {
			// No draw looks back further than one era.
			Some((era, next)) if era < now => mediator.terms = next,
			Some((era, _)) if era < from => return Err(Error::<T>::ChangePending.into()),
			_ => (),
		}
		mediator.next_terms = Some((from, terms.clone()));
		Mediators::<T>::insert(&stash, mediator);
		Self::deposit_event(Event::TermsChanged { mediator: stash, terms, era: from });
		Ok(())
	}

	pub(crate) fn do_bond_more(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut mediator = Self::registered(&stash)?;
		ensure!(amount > 0, Error::<T>::AmountIsZero);
		T::Currency::hold(&HoldReason::Bond.into(), &stash, amount)?;
		mediator.bond = mediator.bond.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		let bond = mediator.bond;
		Self::deposit_event(Event::BondIncreased { mediator: stash.clone(), amount, bond });
		Self::refresh_weight(&stash, &mediator);
		Mediators::<T>::insert(stash, mediator);
		Ok(())
	}

	pub(crate) fn do_unbond(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut mediator = Self::registered(&stash)?;
		ensure!(amount > 0, Error::<T>::AmountIsZero);
		let staying = mediator.staying().checked_sub(amount);
		let enough = staying.is_some_and(|staying| staying >= T::MinBond::get());
		ensure!(enough, Error::<T>::BondBelowMinimum);
		let at = Self::unbonded_at();
		let before = mediator.unbonding.map_or(0, |unbonding| unbonding.amount);
		let amount = before.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		mediator.unbonding = Some(Unbonding { amount, at });
		Self::deposit_event(Event::Unbonded { mediator: stash.clone(), amount, at });
		Self::refresh_weight(&stash, &mediator);
		Mediators::<T>::insert(stash, mediator);
		Ok(())
	}

	pub(crate) fn do_leave(stash: AccountId) -> DispatchResult {
		let mut mediator = Self::registered(&stash)?;
		let at = Self::unbonded_at();
		mediator.status = MediatorStatus::Leaving { signed: mediator.is_signed(), at };
		Self::deposit_event(Event::Leaving { mediator: stash.clone(), at });
		Self::refresh_weight(&stash, &mediator);
		Mediators::<T>::insert(stash, mediator);
		Ok(())
	}

	pub(crate) fn do_withdraw(stash: AccountId) -> DispatchResult {
		let mut mediator = Mediators::<T>::get(&stash).ok_or(Error::<T>::MediatorNotFound)?;
		let now = Self::now();
		if let MediatorStatus::Leaving { at, .. } = mediator.status {
			ensure!(now >= at, Error::<T>::NothingToWithdraw);
			ensure!(mediator.seats.is_empty(), Error::<T>::StakeLocked);
			return Self::remove_mediator(stash, mediator);
		}
		let due = mediator.unbonding.filter(|unbonding| now >= unbonding.at);
		let Unbonding { amount, at } = due.ok_or(Error::<T>::NothingToWithdraw)?;
		// A stake may reach into what is unbonding; that part stays until the case is closed.
		let part = amount.min(mediator.unlocked());
		ensure!(part > 0, Error::<T>::StakeLocked);
		let rest = amount.saturating_sub(part);
		mediator.unbonding = (rest > 0).then_some(Unbonding { amount: rest, at });
		mediator.bond = mediator.bond.saturating_sub(part);
		T::Currency::release(&HoldReason::Bond.into(), &stash, part, Precision::Exact)?;
		let bond = mediator.bond;
		Mediators::<T>::insert(&stash, mediator);
		Self::deposit_event(Event::Withdrawn { mediator: stash, amount: part, bond });
		Ok(())
	}

	fn remove_mediator(stash: AccountId, mediator: Mediator) -> DispatchResult {
		let amount = mediator.bond;
		T::Currency::release(&HoldReason::Bond.into(), &stash, amount, Precision::Exact)?;
		if mediator.is_signed() {
			Operators::<T>::remove(&mediator.operator);
		}
		Self::free_position(mediator.position);
		Mediators::<T>::remove(&stash);
		Self::deposit_event(Event::Withdrawn { mediator: stash.clone(), amount, bond: 0 });
		Self::deposit_event(Event::Removed { mediator: stash });
		Ok(())
	}

	/// First block in which bond that goes now may be gone: unbonding is over, and no draw counts on
	/// it any more.
	fn unbonded_at() -> BlockNumber {
		Self::now().saturating_add(T::UnbondingPeriod::get()).max(Self::out_of_reach())
	}

	fn new_mediator(
		position: u32,
		operator: AccountId,
		terms: MediatorTerms,
		bond: Balance,
	) -> Mediator {
		Mediator {
			position,
			operator,
			status: MediatorStatus::Nominating,
			bond,
			locked: 0,
			unbonding: None,
			terms,
			next_terms: None,
			seats: Default::default(),
			record: MediatorRecord::default(),
			registered_at: Self::now(),
		}
	}

	/// The mediator, unless it is leaving.
	fn registered(stash: &AccountId) -> Result<Mediator, Error<T>> {
		let mediator = Mediators::<T>::get(stash).ok_or(Error::<T>::MediatorNotFound)?;
		ensure!(mediator.is_registered(), Error::<T>::MediatorLeaving);
		Ok(mediator)
	}

	fn validate(terms: &MediatorTerms) -> Result<(), Error<T>> {
		let fits = (1..=MAX_CAPACITY).contains(&u32::from(terms.capacity));
		ensure!(fits, Error::<T>::CapacityOutOfRange);
		let profiles = &terms.profiles;
		ensure!(!profiles.is_empty(), Error::<T>::NoProfiles);
		let unique = (1..profiles.len()).all(|i| !profiles[..i].contains(&profiles[i]));
		ensure!(unique, Error::<T>::DuplicateProfile);
		let complete = terms.inbox.as_ref().is_none_or(KeyInbox::is_complete);
		ensure!(complete, Error::<T>::InboxIncomplete);
		Ok(())
	}

	/// Whether `operator` may become the operator of `stash`, provided that it wants to.
	fn ensure_can_operate(operator: &AccountId, stash: &AccountId) -> Result<(), Error<T>> {
		if operator != stash {
			let is_stash = Mediators::<T>::contains_key(operator);
			ensure!(!is_stash, Error::<T>::OperatorIsStashOfAnother);
		}
		ensure!(!Operators::<T>::contains_key(operator), Error::<T>::OperatorInUse);
		Ok(())
	}

	fn install_operator(stash: &AccountId, mediator: &mut Mediator) {
		let operator = mediator.operator.clone();
		Operators::<T>::insert(&operator, stash);
		mediator.status = MediatorStatus::Serving;
		Self::deposit_event(Event::OperatorAccepted { mediator: stash.clone(), operator });
		Self::refresh_weight(stash, mediator);
	}

	/// Takes the key's power away, where it had accepted.
	fn remove_operator(stash: &AccountId, mediator: &mut Mediator) {
		if !mediator.is_signed() {
			return;
		}
		mediator.status = match mediator.status {
			MediatorStatus::Leaving { at, .. } => MediatorStatus::Leaving { signed: false, at },
			_ => MediatorStatus::Nominating,
		};
		let operator = mediator.operator.clone();
		Operators::<T>::remove(&operator);
		Self::deposit_event(Event::OperatorRemoved { mediator: stash.clone(), operator });
		Self::refresh_weight(stash, mediator);
	}

	/// Puts a stake of a drawn mediator at risk. Whether it can be is decided by its terms in the era
	/// of the draw, and by the seats and the bond that it has.
	pub(crate) fn try_seat(stash: &AccountId, live: &Live, era: u32) -> bool {
		Mediators::<T>::mutate(stash, |entry| {
			let Some(mediator) = entry else { return false };
			let terms = mediator.terms_in(era);
			let able = terms.cover(&live.terms.spec, live.terms.sealed)
				&& mediator.seats.len() < usize::from(terms.capacity)
				&& mediator.unlocked() >= live.terms.stake
				&& !mediator.seats.contains(&live.id);
			if !able || mediator.seats.try_push(live.id).is_err() {
				return false;
			}
			// Below the bond.
			mediator.locked = mediator.locked.saturating_add(live.terms.stake);
			true
		})
	}

	/// Ends the risk of a seat, after `note` has written down how it went.
	pub(crate) fn unseat(
		stash: &AccountId,
		case: CaseId,
		stake: Balance,
		note: impl FnOnce(&mut MediatorRecord),
	) {
		Mediators::<T>::mutate(stash, |entry| {
			let Some(mediator) = entry else {
				defensive!("a mediator is gone, though a seat keeps it registered");
				return;
			};
			if !mediator.seats.contains(&case) || mediator.locked < stake {
				defensive!("a seat is freed that is not taken");
			}
			mediator.seats.retain(|one| *one != case);
			mediator.locked = mediator.locked.saturating_sub(stake);
			note(&mut mediator.record);
		});
	}

	/// Takes `share` of a stake that was just freed: a part is burnt, the rest goes into the case's
	/// pot. Returns what arrived there.
	pub(crate) fn slash(
		live: &Live,
		stash: &AccountId,
		share: Permill,
		reason: SlashReason,
	) -> Balance {
		let Some(mut mediator) = Mediators::<T>::get(stash) else { return 0 };
		let amount = share.mul_floor(live.terms.stake).min(mediator.bond);
		if amount == 0 {
			return 0;
		}
		let hold = HoldReason::Bond.into();
		let kept = after_burn(amount, T::BurnShare::get());
		let arrived = T::Currency::transfer_on_hold(
			&hold,
			stash,
			&Self::pot(),
			kept,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or(0);
		let rest = amount.saturating_sub(arrived);
		let burnt =
			T::Currency::burn_held(&hold, stash, rest, Precision::BestEffort, Fortitude::Force)
				.unwrap_or(0);
		if arrived.saturating_add(burnt) != amount {
			defensive!("less on hold than is recorded");
		}
		mediator.bond = mediator.bond.saturating_sub(arrived).saturating_sub(burnt);
		let left = mediator.bond;
		if let Some(unbonding) = mediator.unbonding.as_mut() {
			unbonding.amount = unbonding.amount.min(left);
		}
		mediator.unbonding = mediator.unbonding.filter(|unbonding| unbonding.amount > 0);
		Self::refresh_weight(stash, &mediator);
		Mediators::<T>::insert(stash, mediator);
		let (case, mediator) = (live.id, stash.clone());
		Self::deposit_event(Event::Slashed { case, mediator, amount, burnt, reason });
		arrived
	}

	/// Mediators of the first block, in the pool at once, and the pot's existential deposit.
	pub(crate) fn build_genesis(mediators: &[(AccountId, AccountId, Balance)], capacity: u16) {
		let pot = Self::pot();
		let minimum = T::Currency::minimum_balance();
		if T::Currency::balance(&pot) < minimum {
			T::Currency::mint_into(&pot, minimum).expect("the issuance at genesis is small");
		}
		let profiles = BoundedVec::truncate_from(alloc::vec![Profile::BASE.id()]);
		let terms = MediatorTerms {
			capacity: capacity.max(1),
			limits: CaseLimits::default(),
			profiles,
			inbox: None,
		};
		for (stash, operator, bond) in mediators {
			Self::do_register(stash.clone(), operator.clone(), terms.clone(), *bond)
				.expect("mediators of the genesis have funds, and keys of their own");
			if operator != stash {
				Self::do_accept_operator(operator.clone(), stash.clone())
					.expect("operators of the genesis are different");
			}
		}
		// In effect from the first block on: nobody could have waited for it.
		let _ = Pages::<T>::clear(u32::MAX, None);
		for mediator in Mediators::<T>::iter_values() {
			Self::set_weight_at_genesis(mediator.position, Self::due_weight(&mediator));
		}
	}
}
