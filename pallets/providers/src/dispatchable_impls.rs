//! What callers start.

use crate::{Config, Error, Event, Pallet, Provider, ProviderBonds, Providers, Status};
use assay_primitives::{
	AccountId, Balance,
	bond::BondFault,
	profile::{ServedFault, check_served},
	provider::Declaration,
};
use pallet_bonds::{Bonds, Parties, Party};
use polkadot_sdk::{frame_support::ensure, sp_runtime::DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		stash: AccountId,
		declaration: Declaration,
		bond: Balance,
	) -> DispatchResult {
		ProviderBonds::<T>::ensure_new(&stash)?;
		Self::validate(&declaration)?;
		let operator = declaration.operator.clone();
		ProviderBonds::<T>::ensure_can_operate(&operator, &stash)?;
		let held = ProviderBonds::<T>::open(&stash, bond)?;
		let mut provider = Provider::new(declaration, held, ProviderBonds::<T>::now());
		Self::deposit_event(Event::Registered { provider: stash.clone(), operator, bond });
		Self::accept_own(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_update(stash: AccountId, declaration: Declaration) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::staying(&stash)?;
		Self::validate(&declaration)?;
		let operator = declaration.operator.clone();
		if operator != provider.declaration.operator {
			ProviderBonds::<T>::ensure_can_operate(&operator, &stash)?;
			Self::remove_operator(&stash, &mut provider);
		}
		provider.declaration = declaration;
		Self::deposit_event(Event::Updated { provider: stash.clone(), operator });
		Self::accept_own(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_bond_more(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::staying(&stash)?;
		ProviderBonds::<T>::add(&stash, &mut provider.bond.held, amount)?;
		let bond = provider.bond.held;
		Providers::<T>::insert(&stash, provider);
		Self::deposit_event(Event::BondIncreased { provider: stash, amount, bond });
		Ok(())
	}

	pub(crate) fn do_unbond(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::staying(&stash)?;
		// No stake reaches into what is unbonding.
		let covered = amount <= provider.bond.free();
		ensure!(covered, ProviderBonds::<T>::refuse(BondFault::NotCovered));
		let least = ProviderBonds::<T>::least();
		let at = ProviderBonds::<T>::unbond(&mut provider.bond, amount, least)?;
		Providers::<T>::insert(&stash, provider);
		Self::deposit_event(Event::Unbonded { provider: stash, amount, at });
		Ok(())
	}

	pub(crate) fn do_withdraw(stash: AccountId) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::find(&stash)?;
		let leaves = provider.is_leaving();
		let (amount, gone) =
			ProviderBonds::<T>::withdraw_or_go(&stash, &mut provider.bond, leaves)?;
		if let Some(amount) = amount {
			let bond = provider.bond.held;
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

	pub(crate) fn do_leave(stash: AccountId) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::staying(&stash)?;
		// A replica may be locked with a stake of zero; its slot counts as well.
		let idle = provider.bond.locked == 0 && provider.work.is_empty();
		ensure!(idle, ProviderBonds::<T>::refuse(BondFault::StakeLocked));
		Self::remove_operator(&stash, &mut provider);
		provider.status = Status::Leaving;
		Self::deposit_event(Event::Left { provider: stash.clone() });
		let at = ProviderBonds::<T>::unbonded_at();
		let amount = provider.bond.leave(at);
		if amount > 0 {
			Self::deposit_event(Event::Unbonded { provider: stash.clone(), amount, at });
		}
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_accept_operator(operator: AccountId, stash: AccountId) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::asked(&operator, &stash)?;
		Self::install_operator(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	pub(crate) fn do_resign_operator(operator: AccountId) -> DispatchResult {
		let (stash, mut provider) = ProviderBonds::<T>::signed_by(&operator)?;
		Self::remove_operator(&stash, &mut provider);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	fn validate(declaration: &Declaration) -> Result<(), Error<T>> {
		ensure!(declaration.capacity.slots > 0, Error::<T>::NoSlots);
		check_served(&declaration.profiles).map_err(|fault| match fault {
			ServedFault::None => Error::<T>::NoProfiles,
			ServedFault::Twice => Error::<T>::DuplicateProfile,
		})?;
		// Programs print this on terminals; control sequences must not get that far.
		let printable = declaration.endpoint.iter().all(u8::is_ascii_graphic);
		ensure!(printable, Error::<T>::EndpointNotPrintable);
		Ok(())
	}

	/// A stash that names itself needs no second signature.
	fn accept_own(stash: &AccountId, provider: &mut Provider) {
		if provider.status == Status::Nominating && provider.declaration.operator == *stash {
			Self::install_operator(stash, provider);
		}
	}

	fn install_operator(stash: &AccountId, provider: &mut Provider) {
		let operator = ProviderBonds::<T>::sign(stash, provider);
		Self::deposit_event(Event::OperatorAccepted { provider: stash.clone(), operator });
	}

	fn remove_operator(stash: &AccountId, provider: &mut Provider) {
		if let Some(operator) = ProviderBonds::<T>::unsign(provider) {
			Self::deposit_event(Event::OperatorRemoved { provider: stash.clone(), operator });
		}
	}
}
