//! Registration, bonds, capacity, keys and reputation of providers.
//!
//! ## Pallet API
//!
//! Calls are in [`Call`], configuration in [`Config`]. Other pallets reach bonds only through
//! [`Stakes`](assay_primitives::traits::Stakes), capacity through
//! [`Capacity`](assay_primitives::traits::Capacity), conduct through
//! [`Reputations`](assay_primitives::traits::Reputations), limits of unpaid work through
//! [`Exposures`](assay_primitives::traits::Exposures), and parts of bonds that are at risk without a task through
//! [`Holds`](assay_primitives::traits::Holds), all implemented by [`Pallet`].
//!
//! ## Overview
//!
//! Whoever wants to be paid for computation puts up a bond first. What is at risk in a task is
//! locked inside the bond and can be taken away; what is not locked may leave, after a waiting time
//! in which it can still be taken. The bond belongs to an account that may stay offline (the
//! *stash*); the daemon signs with another key (the *operator*), which can do the work and nothing
//! else.
//!
//! ### Terminology
//!
//! * **Stash** and **operator** are what they are of all bonded parties, see [`pallet_bonds`]. The stash
//!   names the provider everywhere.
//! * **Bond**: amount on hold, the sum of *free*, *locked* and *unbonding*.
//! * **Slot**: capacity for one replica at a time.
//!
//! ### Lifecycle
//!
//! | state | entered by | left by |
//! |---|---|---|
//! | [`Status::Nominating`] | `register`, `update` with another operator, `resign_operator` | `accept_operator`, `update`, `leave` |
//! | [`Status::Serving`] | `accept_operator`; at once where the stash is its own operator | `update`, `resign_operator`, `leave` |
//! | [`Status::Leaving`] | `leave` | the last `withdraw`, which removes the entry |
//!
//! ## Low Level / Implementation Details
//!
//! * The hold of a stash under [`HoldReason::Bond`] always equals its recorded bond.
//! * No account can be made an operator against its will, hence nobody can have deals with it refused as
//!   self-dealing.
//! * An operator key can neither move nor lock nor unbond anything in this pallet, and a stash can
//!   replace it in one call that takes effect at once.
//! * The deals that a provider has slots in use for are in its record, which is written with every slot
//!   anyway: who asks for its work reads that alone. There is room for [`MAX_WORK`] of them, and without
//!   room there is no free slot.
//! * A provider may limit the run time that it has open for one client at a time. Only for providers with
//!   a limit it is counted, so the limit comes and goes while no slot is in use: what is counted is then
//!   everything, always.
//! * Leaving resets the reputation, at the price of a whole unbonding period without income. The
//!   score of a newcomer is the lowest there is, so a reset never raises it.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use assay_primitives::provider::Status;
pub use bonds::ProviderBonds;
pub use pallet::*;
pub use types::{MAX_WORK, Provider, Work};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod bonds;
mod dispatchable_impls;
mod exposures;
mod holds;
#[cfg(test)]
mod mock;
mod stakes;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

use assay_primitives::{AccountId, Balance, BlockNumber, deal::Instance, provider::Declaration};
use assay_primitives::{bond::BondFault, request::Ineligible};
use polkadot_sdk::{frame_support, frame_system, sp_runtime};

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use pallet_bonds::Reason;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
		/// Native token, in which bonds are held.
		type Currency: fungible::Inspect<AccountId, Balance = Balance>
			+ fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's reasons for holds.
		type RuntimeHoldReason: From<HoldReason> + Parameter + Member;

		/// Clock for unbonding.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;

		/// Least bond of a provider that is not leaving, in the smallest unit of the token.
		#[pallet::constant]
		type MinBond: Get<Balance>;

		/// Blocks that unbonding takes.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumber>;

		/// Blocks within which what a provider's slashes pay others is bounded: a day.
		#[pallet::constant]
		type FallPeriod: Get<BlockNumber>;

		/// Measured weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Providers by stash. Paid for by the bond; removed by the last `withdraw` after `leave`.
	// Blake2: the account is chosen by whoever registers.
	#[pallet::storage]
	pub type Providers<T: Config> = CountedStorageMap<_, Blake2_128Concat, AccountId, Provider>;

	/// Stash by operator, for operators that have accepted. At most one for each provider, paid for
	/// by its bond; removed when the operator is replaced, resigns, or the provider leaves.
	// Blake2: the account is chosen by whoever accepts.
	#[pallet::storage]
	pub type Operators<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, AccountId>;

	/// Run time, in blocks, of replicas that are not paid yet, by provider and client, for providers that
	/// limit it. At most one for each slot in use, paid for by the bond; removed when it is zero.
	// Blake2: both accounts are chosen by others.
	#[pallet::storage]
	pub type Exposed<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		AccountId,
		Blake2_128Concat,
		AccountId,
		BlockNumber,
		ValueQuery,
	>;

	/// What of a bond is at risk for an instance of a front end, by provider; it is a part of what is locked. Paid for by
	/// the bond; removed when the front end is done with it.
	// Blake2: the account is chosen by whoever registers.
	#[pallet::storage]
	pub type Held<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, Instance, Balance>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A provider was registered. It serves once its operator has accepted.
		Registered {
			/// Stash.
			provider: AccountId,
			/// Operator that was named.
			operator: AccountId,
			/// Amount on hold.
			bond: Balance,
		},
		/// A provider replaced its declaration.
		Updated {
			/// Stash.
			provider: AccountId,
			/// Operator named in it.
			operator: AccountId,
		},
		/// An operator accepted to sign for a provider.
		OperatorAccepted {
			/// Stash.
			provider: AccountId,
			/// Operator.
			operator: AccountId,
		},
		/// An operator no longer signs for a provider.
		OperatorRemoved {
			/// Stash.
			provider: AccountId,
			/// Former operator.
			operator: AccountId,
		},
		/// More was put on hold.
		BondIncreased {
			/// Stash.
			provider: AccountId,
			/// By how much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// A part of the free bond began to leave.
		Unbonded {
			/// Stash.
			provider: AccountId,
			/// How much.
			amount: Balance,
			/// First block in which it can be withdrawn.
			at: BlockNumber,
		},
		/// Unbonded amounts were given back.
		Withdrawn {
			/// Stash.
			provider: AccountId,
			/// How much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// A provider began to leave and takes no more work.
		Left {
			/// Stash.
			provider: AccountId,
		},
		/// A provider that was leaving is gone.
		Removed {
			/// Stash.
			provider: AccountId,
		},
		/// A part of a slash was paid out.
		SlashShared {
			/// Stash that lost it.
			provider: AccountId,
			/// Who got it.
			beneficiary: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A provider lost a part of its bond.
		Slashed {
			/// Stash.
			provider: AccountId,
			/// All that was taken.
			amount: Balance,
			/// The part of it that was burnt.
			burnt: Balance,
		},
		/// A provider changed how much unpaid work it takes on for one client.
		ExposureLimited {
			/// Stash.
			provider: AccountId,
			/// Blocks of run time; `None` for any.
			limit: Option<BlockNumber>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The bond, or the key that signs for it, stays as it is.
		Bond(Reason<BondFault>),
		/// The provider can't take on the work now, for the reason that is within.
		Ineligible(Reason<Ineligible>),
		/// No slots are declared.
		NoSlots,
		/// No profiles are declared.
		NoProfiles,
		/// A profile is declared twice.
		DuplicateProfile,
		/// The endpoint contains bytes other than visible ASCII characters.
		EndpointNotPrintable,
		/// Slots are in use. A limit can be introduced or lifted only while none is.
		SlotsInUse,
		/// A part of the bond is at risk for the same already.
		AlreadyHeld,
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Bond of a provider, from `register` and `bond_more`.
		#[codec(index = 0)]
		Bond,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MinBond::get() > 0, "without a bond identities are free");
			assert!(T::UnbondingPeriod::get() > 0, "without a delay nothing can be slashed");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Registers the signer as a provider.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the future stash.
		///
		/// ## Details
		///
		/// Puts `bond` on hold. Where the declared operator is the signer itself, the provider
		/// serves at once; otherwise it serves when that operator has called `accept_operator`.
		///
		/// ## Errors
		///
		/// * [`BondFault::AlreadyRegistered`], [`BondFault::BelowMinimum`], or too little money.
		/// * [`BondFault::StashIsOperator`]: the signer has accepted to be an operator.
		/// * [`BondFault::OperatorInUse`], [`BondFault::OperatorIsStash`]: choose another key.
		/// * [`Error::NoSlots`], [`Error::NoProfiles`], [`Error::DuplicateProfile`],
		///   [`Error::EndpointNotPrintable`]: the declaration makes no sense.
		///
		/// ## Events
		///
		/// [`Event::Registered`], and [`Event::OperatorAccepted`] for a stash that is its own
		/// operator.
		#[pallet::call_index(0)]
		pub fn register(
			origin: OriginFor<T>,
			declaration: Declaration,
			#[pallet::compact] bond: Balance,
		) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_register(stash, declaration, bond)
		}

		/// Replaces the declaration.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// Another operator replaces the present one at once, so that a stolen key is worthless
		/// from this block on; the provider gets no work until the new key has accepted. Fewer
		/// slots than are in use are fine: nothing new is assigned until enough are free.
		///
		/// ## Errors
		///
		/// * [`BondFault::NotRegistered`], [`BondFault::Leaving`].
		/// * The declaration's errors as in `register`.
		///
		/// ## Events
		///
		/// [`Event::Updated`], and where the operator changes [`Event::OperatorRemoved`].
		#[pallet::call_index(1)]
		pub fn update(origin: OriginFor<T>, declaration: Declaration) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_update(stash, declaration)
		}

		/// Adds to the bond.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`BondFault::ZeroAmount`], or too
		/// little money.
		///
		/// ## Events
		///
		/// [`Event::BondIncreased`].
		#[pallet::call_index(2)]
		pub fn bond_more(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_bond_more(stash, amount)
		}

		/// Starts to take a part of the free bond out.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// The amount can't be locked any more, but can be slashed until it is withdrawn. At least
		/// `MinBond` has to stay; `leave` takes everything out.
		///
		/// ## Errors
		///
		/// * [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`BondFault::ZeroAmount`].
		/// * [`BondFault::NotCovered`]: less than the amount is free.
		/// * [`BondFault::BelowMinimum`]: less than `MinBond` would stay.
		/// * [`BondFault::TooManyUnbondings`]: withdraw matured amounts first.
		///
		/// ## Events
		///
		/// [`Event::Unbonded`].
		#[pallet::call_index(3)]
		pub fn unbond(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_unbond(stash, amount)
		}

		/// Gives back what has finished unbonding.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// Removes a provider that is leaving once nothing of its bond is left.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::NothingToWithdraw`].
		///
		/// ## Events
		///
		/// [`Event::Withdrawn`], [`Event::Removed`].
		#[pallet::call_index(4)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_withdraw(stash)
		}

		/// Leaves: takes no more work and starts to take the whole bond out.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// Frees the operator key at once. The entry and its reputation go with the last
		/// `withdraw`.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`BondFault::StakeLocked`].
		///
		/// ## Events
		///
		/// [`Event::Left`], and [`Event::Unbonded`] where any bond was free.
		#[pallet::call_index(5)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_leave(stash)
		}

		/// Accepts to sign for a provider that has named the signer as its operator.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator.
		///
		/// ## Details
		///
		/// Without this call anybody could claim a stranger's account and so block it.
		///
		/// ## Errors
		///
		/// * [`BondFault::NotRegistered`], [`BondFault::Leaving`].
		/// * [`BondFault::OperatorNotNamed`], [`BondFault::AlreadyAccepted`].
		/// * [`BondFault::OperatorInUse`]: the signer has to resign from another provider first.
		/// * [`BondFault::OperatorIsStash`]: the signer is a provider itself.
		///
		/// ## Events
		///
		/// [`Event::OperatorAccepted`].
		#[pallet::call_index(6)]
		pub fn accept_operator(origin: OriginFor<T>, stash: AccountId) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_accept_operator(operator, stash)
		}

		/// Stops signing for a provider.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator.
		///
		/// ## Details
		///
		/// The provider stays registered, without an operator, and gets no work. It remains
		/// responsible for what it was drawn for.
		///
		/// ## Errors
		///
		/// [`BondFault::NotOperator`].
		///
		/// ## Events
		///
		/// [`Event::OperatorRemoved`].
		#[pallet::call_index(7)]
		pub fn resign_operator(origin: OriginFor<T>) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_resign_operator(operator)
		}

		/// Limits how much unpaid work the provider takes on for one client.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// A replica counts with the run time of its request from when its stake is locked until its task
		/// has ended. What would exceed the limit is not matched. Without a limit nothing is counted, so one can
		/// be introduced or lifted only while no slot is in use; it can be changed at any time, and a
		/// lower one leaves alone what is under way.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`Error::SlotsInUse`].
		///
		/// ## Events
		///
		/// [`Event::ExposureLimited`].
		#[pallet::call_index(8)]
		pub fn limit_exposure(origin: OriginFor<T>, limit: Option<BlockNumber>) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_limit_exposure(stash, limit)
		}
	}
}
