//! Bonds, capacity, conduct and unpaid work of providers, in place of their pallet.

use assay_primitives::{
	AccountId, Balance, BlockNumber,
	deal::Instance,
	profile::{Profile, ProfileId},
	provider::{Capacity as Declared, Conduct},
	task::DealId,
	traits::{Capacity, Collected, Exposures, Holds, Reputations, Stakes},
};
use codec::{Decode, Encode};
use polkadot_sdk::{
	frame_support::{
		self, ensure, parameter_types,
		traits::{
			Get,
			fungible::{Mutate, MutateHold},
			tokens::{Fortitude, Precision, Restriction},
		},
	},
	sp_runtime::DispatchResult,
};
use scale_info::TypeInfo;
use std::collections::BTreeMap;

pub use pallet::*;

parameter_types! {
	/// Scores of providers.
	pub static Scores: BTreeMap<AccountId, u32> = BTreeMap::new();
	/// Run time that every provider takes on for a client; `None` for any.
	pub static Room: Option<BlockNumber> = None;
}

/// A provider as its pallet would answer for it.
#[derive(Clone, Debug, Decode, Encode, TypeInfo)]
pub struct Provider {
	pub operator: Option<AccountId>,
	pub capacity: Declared,
	pub profiles: Vec<ProfileId>,
	pub free_slots: u16,
	/// Slots that are in use, by deal.
	pub work: BTreeMap<DealId, u16>,
	pub free: Balance,
	/// What is locked of the bond.
	pub locked: Balance,
	/// What is at risk without a task.
	pub held: BTreeMap<Instance, Balance>,
}

impl Provider {
	/// A provider that can do anything of the base profile, as often as it is asked.
	pub fn new(operator: AccountId, bond: Balance) -> Self {
		Self {
			operator: Some(operator),
			capacity: Declared {
				slots: u16::MAX,
				max_gas: u64::MAX,
				max_memory_pages: u32::MAX,
				gas_per_second: u64::MAX,
				tags: u32::MAX,
			},
			profiles: vec![Profile::BASE.id()],
			free_slots: u16::MAX,
			work: BTreeMap::new(),
			free: bond,
			locked: 0,
			held: BTreeMap::new(),
		}
	}
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;

	#[pallet::pallet]
	#[pallet::without_storage_info]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
		type RuntimeHoldReason: From<HoldReason>;
		type Currency: Mutate<AccountId, Balance = Balance>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;
		/// Whether the pallet under test ends what it began. One that only opens deals must leave stakes and
		/// work alone after that.
		type Settles: Get<bool>;
	}

	#[pallet::composite_enum]
	pub enum HoldReason {
		#[codec(index = 0)]
		Bond,
	}

	/// Providers by stash.
	#[pallet::storage]
	pub type Providers<T: Config> = StorageMap<_, Twox64Concat, AccountId, Provider>;

	/// Stashes by operator, since calls look there often.
	#[pallet::storage]
	pub type Operators<T: Config> = StorageMap<_, Twox64Concat, AccountId, AccountId>;

	/// Run time under way, by provider and client, counted whether it is limited or not.
	#[pallet::storage]
	pub type Exposed<T: Config> =
		StorageMap<_, Twox64Concat, (AccountId, AccountId), BlockNumber, ValueQuery>;

	/// Everything that was burnt.
	#[pallet::storage]
	pub type Burnt<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// Every note of conduct, in order.
	#[pallet::storage]
	pub type Notes<T: Config> = StorageValue<_, Vec<(AccountId, Conduct)>, ValueQuery>;
}

impl<T: Config> Pallet<T> {
	/// Puts a provider there, whose bond is no money.
	pub fn insert(stash: &AccountId, provider: Provider) {
		Self::remove(stash);
		if let Some(operator) = &provider.operator {
			Operators::<T>::insert(operator, stash);
		}
		Providers::<T>::insert(stash, provider);
	}

	/// Puts a provider there, whose bond is money that it has on hold.
	pub fn register(stash: &AccountId, provider: Provider) {
		T::Currency::hold(&HoldReason::Bond.into(), stash, provider.free).expect("funded");
		Self::insert(stash, provider);
	}

	/// Takes a provider away.
	pub fn remove(stash: &AccountId) {
		if let Some(operator) = Providers::<T>::take(stash).and_then(|it| it.operator) {
			Operators::<T>::remove(operator);
		}
	}

	/// Takes all of them away.
	pub fn clear() {
		Providers::<T>::iter_keys().collect::<Vec<_>>().iter().for_each(Self::remove);
	}

	/// Changes what a provider is.
	pub fn change(stash: &AccountId, change: impl FnOnce(&mut Provider)) {
		let mut provider = Providers::<T>::get(stash).expect("registered");
		change(&mut provider);
		Self::insert(stash, provider);
	}

	/// What is locked of a bond, and the slots that are in use.
	pub fn at_risk(stash: &AccountId) -> (Balance, u16) {
		Self::read(stash, |it| (it.locked, it.work.values().sum())).unwrap_or_default()
	}

	fn read<R>(stash: &AccountId, read: impl FnOnce(Provider) -> R) -> Option<R> {
		Providers::<T>::get(stash).map(read)
	}

	fn unlock(stash: &AccountId, deal: DealId, taken: Balance, released: Balance) {
		assert!(T::Settles::get(), "the pallet under test never settles");
		Providers::<T>::mutate(stash, |provider| {
			let it = provider.as_mut().expect("registered");
			let left = it.locked.checked_sub(taken + released);
			it.locked = left.expect("no more is unlocked than was locked");
			it.free += released;
			*it.work.get_mut(&deal).expect("no slot of another deal is freed") -= 1;
			it.work.retain(|_, slots| *slots > 0);
			it.free_slots += 1;
		});
	}
}

impl<T: Config> Stakes for Pallet<T> {
	fn free(provider: &AccountId) -> Balance {
		Self::read(provider, |it| it.free).unwrap_or(0)
	}
	fn work(provider: &AccountId) -> Vec<(DealId, u16)> {
		Self::read(provider, |it| it.work.into_iter().collect()).unwrap_or_default()
	}
	fn lock(provider: &AccountId, deal: DealId, amount: Balance) -> DispatchResult {
		Providers::<T>::try_mutate(provider, |provider| {
			let it = provider.as_mut().ok_or("ProviderNotFound")?;
			it.free = it.free.checked_sub(amount).ok_or("BondTooSmall")?;
			it.free_slots = it.free_slots.checked_sub(1).ok_or("NoFreeSlot")?;
			it.locked += amount;
			*it.work.entry(deal).or_default() += 1;
			Ok(())
		})
	}
	fn release(provider: &AccountId, deal: DealId, amount: Balance) {
		Self::unlock(provider, deal, 0, amount);
	}
	fn slash(
		provider: &AccountId,
		deal: DealId,
		amount: Balance,
		released: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		Self::unlock(provider, deal, amount, released);
		Self::collect(provider, amount, shares)
	}
}

impl<T: Config> Holds for Pallet<T> {
	fn held(provider: &AccountId, by: &Instance) -> Balance {
		Self::read(provider, |it| it.held.get(by).copied()).flatten().unwrap_or(0)
	}
	fn hold(provider: &AccountId, by: &Instance, amount: Balance) -> DispatchResult {
		Providers::<T>::try_mutate(provider, |provider| {
			let it = provider.as_mut().ok_or("ProviderNotFound")?;
			it.free = it.free.checked_sub(amount).ok_or("BondTooSmall")?;
			ensure!(it.held.insert(*by, amount).is_none(), "AlreadyHeld");
			Ok(())
		})
	}
	fn unhold(provider: &AccountId, by: &Instance) -> Balance {
		Providers::<T>::mutate(provider, |provider| {
			let it = provider.as_mut().expect("registered");
			let amount = it.held.remove(by).unwrap_or(0);
			it.free += amount;
			amount
		})
	}
	fn forfeit(
		provider: &AccountId,
		by: &Instance,
		amount: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		let held = Self::held(provider, by);
		let amount = amount.min(held);
		Self::change(provider, |it| {
			it.held.insert(*by, held - amount);
			it.held.retain(|_, held| *held > 0);
		});
		Self::collect(provider, amount, shares)
	}
}

impl<T: Config> Pallet<T> {
	/// Pays and burns what is taken of a bond.
	fn collect(
		provider: &AccountId,
		amount: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		let (reason, precision, force) =
			(HoldReason::Bond.into(), Precision::Exact, Fortitude::Force);
		let mut left = amount;
		let pay = |(to, share): &(AccountId, Balance)| {
			let share = (*share).min(left);
			if share > 0 {
				let mode = Restriction::Free;
				T::Currency::transfer_on_hold(&reason, provider, to, share, precision, mode, force)
					.expect("the mock's payees of shares exist");
			}
			left -= share;
			share
		};
		let paid = shares.iter().map(pay).collect();
		T::Currency::burn_held(&reason, provider, left, precision, force)
			.expect("locked bond is held");
		Burnt::<T>::mutate(|burnt| *burnt += left);
		Collected { amount, paid }
	}
}

impl<T: Config> Capacity for Pallet<T> {
	fn provider_of(operator: &AccountId) -> Option<AccountId> {
		Operators::<T>::get(operator)
	}
	fn operator_of(provider: &AccountId) -> Option<AccountId> {
		Self::read(provider, |it| it.operator).flatten()
	}
	fn declared(provider: &AccountId) -> Option<Declared> {
		Self::read(provider, |it| it.capacity)
	}
	fn serves(provider: &AccountId, profile: &ProfileId) -> bool {
		Self::read(provider, |it| it.profiles.contains(profile)).unwrap_or(false)
	}
	fn free_slots(provider: &AccountId) -> u16 {
		Self::read(provider, |it| it.free_slots).unwrap_or(0)
	}
}

impl<T: Config> Reputations for Pallet<T> {
	fn score(provider: &AccountId) -> u32 {
		Scores::get().get(provider).copied().unwrap_or(0)
	}
	fn note(provider: &AccountId, conduct: Conduct) {
		Notes::<T>::mutate(|notes| notes.push((provider.clone(), conduct)));
	}
}

impl<T: Config> Exposures for Pallet<T> {
	fn room(provider: &AccountId, client: &AccountId) -> Option<BlockNumber> {
		let open = Exposed::<T>::get((provider, client));
		Room::get().map(|room| room.saturating_sub(open))
	}
	fn begin(provider: &AccountId, client: &AccountId, blocks: BlockNumber) -> DispatchResult {
		assert!(T::Settles::get(), "the pallet under test never counts work");
		let room = Self::room(provider, client);
		ensure!(room.is_none_or(|room| blocks <= room), "ClientLimitReached");
		Exposed::<T>::mutate((provider, client), |open| *open += blocks);
		Ok(())
	}
	fn end(provider: &AccountId, client: &AccountId, blocks: BlockNumber) {
		Exposed::<T>::mutate_exists((provider, client), |open| {
			let left = open.unwrap_or(0).checked_sub(blocks).expect("no more ends than has begun");
			*open = (left > 0).then_some(left);
		});
	}
}
