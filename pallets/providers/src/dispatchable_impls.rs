//! What callers start.

use crate::{
	Chunk, Config, Error, Event, HoldReason, MAX_UNBONDINGS, Operators, Pallet, Provider,
	Providers, Status, Unbonding,
};
use assay_primitives::{AccountId, Balance, BlockNumber, provider::Declaration};
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{Get, fungible::MutateHold, tokens::Precision},
	},
	sp_runtime::{ArithmeticError, DispatchError, DispatchResult, traits::BlockNumberProvider},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		stash: AccountId,
		declaration: Declaration,
		bond: Balance,
	) -> DispatchResult {
		ensure!(!Providers::<T>::contains_key(&stash), Error::<T>::AlreadyRegistered);
		ensure!(!Operators::<T>::contains_key(&stash), Error::<T>::StashIsOperatorOfAnother);
		ensure!(bond >= T::MinBond::get(), Error::<T>::BondBelowMinimum);
		Self::validate(&declaration)?;
		let operator = declaration.operator.clone();
		Self::ensure_can_operate(&operator, &stash)?;
		T::Currency::hold(&HoldReason::Bond.into(), &stash, bond)?;
		let mut provider = Provider::new(declaration, bond, Self::now());
		Self::deposit_event(Event::Registered { provider: stash.clone(), operator, bond });
		Self::accept_own(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_update(stash: AccountId, declaration: Declaration) -> DispatchResult {
		let mut provider = Self::registered(&stash)?;
		Self::validate(&declaration)?;
		let operator = declaration.operator.clone();
		if operator != provider.declaration.operator {
			Self::ensure_can_operate(&operator, &stash)?;
			Self::remove_operator(&stash, &mut provider);
		}
		provider.declaration = declaration;
		Self::deposit_event(Event::Updated { provider: stash.clone(), operator });
		Self::accept_own(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_bond_more(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut provider = Self::registered(&stash)?;
		ensure!(amount > 0, Error::<T>::AmountIsZero);
		T::Currency::hold(&HoldReason::Bond.into(), &stash, amount)?;
		provider.bond = provider.bond.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		let bond = provider.bond;
		Providers::<T>::insert(&stash, provider);
		Self::deposit_event(Event::BondIncreased { provider: stash, amount, bond });
		Ok(())
	}

	pub(crate) fn do_unbond(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut provider = Self::registered(&stash)?;
		ensure!(amount > 0, Error::<T>::AmountIsZero);
		ensure!(amount <= provider.free(), Error::<T>::BondTooSmall);
		// Cannot underflow: free and unbonding are parts of the bond.
		let staying = provider.bond.saturating_sub(provider.unbonding).saturating_sub(amount);
		ensure!(staying >= T::MinBond::get(), Error::<T>::BondBelowMinimum);
		let at = Self::start_unbonding(&stash, &mut provider, amount, WhenFull::Refuse)?;
		Providers::<T>::insert(&stash, provider);
		Self::deposit_event(Event::Unbonded { provider: stash, amount, at });
		Ok(())
	}

	pub(crate) fn do_withdraw(stash: AccountId) -> DispatchResult {
		let mut provider = Providers::<T>::get(&stash).ok_or(Error::<T>::ProviderNotFound)?;
		let amount = Self::take_matured(&stash)?;
		provider.unbonding =
			provider.unbonding.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
		provider.bond = provider.bond.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
		let gone = provider.status == Status::Leaving && provider.bond == 0;
		// A provider that lost everything while leaving has nothing to withdraw, but has to get out.
		ensure!(amount > 0 || gone, Error::<T>::NothingToWithdraw);
		if amount > 0 {
			let reason = HoldReason::Bond.into();
			T::Currency::release(&reason, &stash, amount, Precision::Exact)?;
			let bond = provider.bond;
			Self::deposit_event(Event::Withdrawn { provider: stash.clone(), amount, bond });
		}
		if gone {
			Providers::<T>::remove(&stash);
			Self::deposit_event(Event::Removed { provider: stash });
		} else {
			Providers::<T>::insert(stash, provider);
		}
		Ok(())
	}

	pub(crate) fn do_deregister(stash: AccountId) -> DispatchResult {
		let mut provider = Self::registered(&stash)?;
		// A replica may be locked with a stake of zero; its slot counts as well.
		ensure!(provider.locked == 0 && provider.work.is_empty(), Error::<T>::StakeLocked);
		Self::remove_operator(&stash, &mut provider);
		provider.status = Status::Leaving;
		Self::deposit_event(Event::Deregistered { provider: stash.clone() });
		let amount = provider.free();
		if amount > 0 {
			let at = Self::start_unbonding(&stash, &mut provider, amount, WhenFull::JoinYoungest)?;
			Self::deposit_event(Event::Unbonded { provider: stash.clone(), amount, at });
		}
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_accept_operator(operator: AccountId, stash: AccountId) -> DispatchResult {
		let mut provider = Self::registered(&stash)?;
		ensure!(provider.declaration.operator == operator, Error::<T>::OperatorNotNominated);
		ensure!(provider.status == Status::Nominating, Error::<T>::OperatorAlreadyAccepted);
		Self::ensure_can_operate(&operator, &stash)?;
		Self::install_operator(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_resign_operator(operator: AccountId) -> DispatchResult {
		let stash = Operators::<T>::get(&operator).ok_or(Error::<T>::NotOperator)?;
		let mut provider = Self::registered(&stash)?;
		Self::remove_operator(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	/// The provider, unless it is leaving.
	pub(crate) fn registered(stash: &AccountId) -> Result<Provider, Error<T>> {
		let provider = Providers::<T>::get(stash).ok_or(Error::<T>::ProviderNotFound)?;
		ensure!(provider.is_registered(), Error::<T>::ProviderLeaving);
		Ok(provider)
	}

	fn validate(declaration: &Declaration) -> Result<(), Error<T>> {
		ensure!(declaration.capacity.slots > 0, Error::<T>::NoSlots);
		let profiles = &declaration.profiles;
		ensure!(!profiles.is_empty(), Error::<T>::NoProfiles);
		let unique = (1..profiles.len()).all(|i| !profiles[..i].contains(&profiles[i]));
		ensure!(unique, Error::<T>::DuplicateProfile);
		// Programs print this on terminals; control sequences must not get that far.
		let printable = declaration.endpoint.iter().all(u8::is_ascii_graphic);
		ensure!(printable, Error::<T>::EndpointNotPrintable);
		Ok(())
	}

	/// Whether `operator` may become the operator of `stash`, provided that it wants to.
	fn ensure_can_operate(operator: &AccountId, stash: &AccountId) -> Result<(), Error<T>> {
		if operator != stash {
			let is_stash = Providers::<T>::contains_key(operator);
			ensure!(!is_stash, Error::<T>::OperatorIsStashOfAnother);
		}
		ensure!(!Operators::<T>::contains_key(operator), Error::<T>::OperatorInUse);
		Ok(())
	}

	/// A stash that names itself needs no second signature.
	fn accept_own(stash: &AccountId, provider: &mut Provider) {
		if provider.status == Status::Nominating && provider.declaration.operator == *stash {
			Self::install_operator(stash, provider);
		}
	}

	fn install_operator(stash: &AccountId, provider: &mut Provider) {
		let operator = provider.declaration.operator.clone();
		Operators::<T>::insert(&operator, stash);
		provider.status = Status::Serving;
		Self::deposit_event(Event::OperatorAccepted { provider: stash.clone(), operator });
	}

	/// Takes the key's power away, where it had accepted.
	fn remove_operator(stash: &AccountId, provider: &mut Provider) {
		if provider.status == Status::Serving {
			let operator = provider.declaration.operator.clone();
			Operators::<T>::remove(&operator);
			provider.status = Status::Nominating;
			Self::deposit_event(Event::OperatorRemoved { provider: stash.clone(), operator });
		}
	}

	/// Puts `amount` of the free bond on its way out; returns when it matures.
	fn start_unbonding(
		stash: &AccountId,
		provider: &mut Provider,
		amount: Balance,
		when_full: WhenFull,
	) -> Result<BlockNumber, DispatchError> {
		let at = Self::now().saturating_add(T::UnbondingPeriod::get());
		Unbonding::<T>::try_mutate(stash, |chunks| -> DispatchResult {
			let full = chunks.len() >= MAX_UNBONDINGS as usize;
			match chunks.last_mut() {
				Some(youngest)
					if youngest.at == at || (full && when_full == WhenFull::JoinYoungest) =>
				{
					let sum = youngest.amount.checked_add(amount);
					*youngest = Chunk { amount: sum.ok_or(ArithmeticError::Overflow)?, at };
				},
				_ => {
					let chunk = Chunk { amount, at };
					chunks.try_push(chunk).map_err(|_| Error::<T>::TooManyUnbondings)?;
				},
			}
			Ok(())
		})?;
		provider.unbonding =
			provider.unbonding.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		Ok(at)
	}

	/// Takes matured chunks off the list; returns their sum.
	fn take_matured(stash: &AccountId) -> Result<Balance, DispatchError> {
		let now = Self::now();
		Unbonding::<T>::try_mutate_exists(stash, |entry| {
			let Some(chunks) = entry.as_mut() else { return Ok(0) };
			let mut amount: Balance = 0;
			for chunk in chunks.iter().filter(|chunk| chunk.at <= now) {
				amount = amount.checked_add(chunk.amount).ok_or(ArithmeticError::Overflow)?;
			}
			chunks.retain(|chunk| chunk.at > now);
			if chunks.is_empty() {
				*entry = None;
			}
			Ok(amount)
		})
	}

	fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}
}

/// What happens to an amount for which the list of unbondings has no place left.
#[derive(Clone, Copy, Eq, PartialEq)]
enum WhenFull {
	/// The call is refused.
	Refuse,
	/// It joins the youngest one, which then matures together with it.
	JoinYoungest,
}
