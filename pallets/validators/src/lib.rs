//! # Validators
//!
//! The bonded set of validators that authors and finalizes blocks.
//!
//! ## Pallet API
//!
//! See the [`Call`] enum. To the session pallet it is the `SessionManager` (to be wrapped into
//! `historical::NoteHistoricalRoot`), to the offences pallet the `OnOffenceHandler`, and to BABE and
//! GRANDPA the `KeyOwnerProofSystem` of equivocation reports.
//!
//! ## Overview
//!
//! Whoever has registered session keys may put up a bond and stand for the set. Whenever a session is
//! planned, the accounts with the largest bonds are chosen. Who is proven to have signed two
//! conflicting blocks or votes loses a part of the bond, is disabled at once and removed from the
//! next set.
//!
//! ### Terminology
//!
//! - **Candidate**: an account with a bond that stands for the set.
//! - **Active**: chosen for the current session. The next one is planned already (**queued**).
//! - **Leaving**: an account whose bond waits for late reports, by its own will or after an offence.
//!
//! ### Lifecycle
//!
//! | state | from | left by |
//! |---|---|---|
//! | [`Candidate`] | [`join`](Pallet::join) | [`leave`](Pallet::leave), an offence, or a larger bond where the list is full |
//! | [`Departure`] | the above | [`withdraw`](Pallet::withdraw), [`Config::UnbondingPeriod`] after the last active session |
//!
//! ## Low Level / Implementation Details
//!
//! - **The set never falls below [`Config::MinValidators`]** by planning: where there are fewer
//!   candidates, the present set stays, offenders included. A chain that stands still punishes
//!   nobody.
//! - **An offence is slashed once.** Reports of one session are measured by their highest fraction,
//!   on the bond of the first of them; the offences pallet hands earlier offenders in again.
//! - **The identification of a validator is `()`**, not its bond. A bond changes within a session, and
//!   with it the identity of a report: the same offence could be reported again after each slash, and
//!   a proof from the session before would no longer verify.
//! - **Keys can't be rotated out of a report.** The pallet keeps the keys of each session for
//!   [`Config::HistoryDepth`] sessions and checks ownership against those. The session pallet itself
//!   only knows the keys an account has *now*, and an offender may change them in the block of its
//!   offence.
//! - **A disabled offender stays disabled** when a change of the set makes the session pallet forget
//!   about it: it is reported again at the start of each session in which it is still active.
//! - Bonds are the only thing that buys a place, so a full list of candidates costs an attacker the
//!   sum of all their bonds, and any newcomer with more than the lowest takes that one's place.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod bonds;
mod dispatchable_impls;
mod genesis;
mod key_owners;
mod offences;
mod sessions;
mod try_state;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use bonds::ValidatorBonds;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use alloc::vec::Vec;
use assay_primitives::{AccountId, Balance, BlockNumber, bond::BondFault};
use polkadot_sdk::{
	frame_support::{self, traits::fungible},
	frame_system, pallet_session, sp_runtime, sp_session,
	sp_staking::SessionIndex,
};
use sp_runtime::Perbill;

/// Money taken from bonds.
pub type CreditOf<T> = fungible::Credit<AccountId, CurrencyOf<T>>;

/// The token that bonds are held in; the session pallet has a `Currency` too.
pub(crate) type CurrencyOf<T> = <T as Config>::Currency;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, traits::OnUnbalanced};
	use frame_system::pallet_prelude::*;
	use pallet_bonds::Reason;
	use pallet_session::historical;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId>
		+ pallet_session::Config<ValidatorId = AccountId>
		+ historical::Config<FullIdentification = ()>
	{
		/// The token that bonds are held in.
		type Currency: fungible::Inspect<AccountId, Balance = Balance>
			+ fungible::hold::Mutate<AccountId, Reason: From<HoldReason>>
			+ fungible::hold::Balanced<AccountId>;
		/// Where slashed bonds go; `()` burns them.
		type OnSlash: OnUnbalanced<CreditOf<Self>>;
		/// The chain's height.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;
		/// Least bond of a candidate.
		#[pallet::constant]
		type MinBond: Get<Balance>;
		/// Bond of a validator that genesis only knows by its session keys.
		#[pallet::constant]
		type GenesisBond: Get<Balance>;
		/// Least number of validators in a set.
		#[pallet::constant]
		type MinValidators: Get<u32>;
		/// Most validators in a set.
		#[pallet::constant]
		type MaxValidators: Get<u32>;
		/// Most candidates.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;
		/// Blocks that a bond stays slashable after the last session its owner was active in. At
		/// least [`Config::ReportLongevity`].
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumber>;
		/// Blocks within which an offence may be reported, as given to BABE and GRANDPA.
		#[pallet::constant]
		type ReportLongevity: Get<BlockNumber>;
		/// Sessions whose keys are kept for reports; those that cover [`Config::UnbondingPeriod`].
		#[pallet::constant]
		type HistoryDepth: Get<SessionIndex>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// Accounts that stand for the set. At most [`Config::MaxCandidates`]; each pays with its bond,
	/// and is removed by leaving, by an offence, or by a larger bond.
	// Blake2_128Concat: the keys are accounts, which users choose.
	#[pallet::storage]
	pub type Candidates<T: Config> = CountedStorageMap<_, Blake2_128Concat, AccountId, Candidate>;

	/// Accounts whose bond waits. Each pays with that bond; removed by [`Pallet::withdraw`].
	// Blake2_128Concat: the keys are accounts, which users choose.
	#[pallet::storage]
	pub type Departures<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Departure>;

	/// Validators of the latest sessions and their keys. One item per session, removed
	/// [`Config::HistoryDepth`] sessions later; nobody pays for it.
	// Twox64Concat: the keys are our own counter.
	#[pallet::storage]
	pub type Sessions<T: Config> =
		StorageMap<_, Twox64Concat, SessionIndex, BoundedVec<SessionMember, T::MaxValidators>>;

	/// What each validator was slashed for its offences in a session. Removed with the session.
	// Twox64Concat for our own counter, Blake2_128Concat for accounts.
	#[pallet::storage]
	pub type Slashes<T: Config> =
		StorageDoubleMap<_, Twox64Concat, SessionIndex, Blake2_128Concat, AccountId, Slash>;

	/// Who is bonded from the start.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Candidates and their bonds. Where none of them has session keys, every account that has
		/// some is bonded with [`Config::GenesisBond`], or less where it has less.
		pub validators: Vec<(AccountId, Balance)>,
		#[doc(hidden)]
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::bond_at_genesis(&self.validators);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account stands for the set.
		Joined {
			/// The account.
			validator: AccountId,
			/// What it put up.
			bond: Balance,
		},
		/// A candidate added to its bond.
		BondIncreased {
			/// The candidate.
			validator: AccountId,
			/// By how much.
			amount: Balance,
			/// Its bond since then.
			bond: Balance,
		},
		/// A candidate no longer stands for the set.
		Left {
			/// The account.
			validator: AccountId,
			/// Why.
			cause: Cause,
			/// First block in which the bond may be withdrawn. Moves on while the account is active.
			withdrawable_at: BlockNumber,
		},
		/// A bond was returned.
		Withdrawn {
			/// Whose.
			validator: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A bond was slashed.
		Slashed {
			/// Whose.
			validator: AccountId,
			/// Session of the offence.
			session: SessionIndex,
			/// Part of the bond that is lost for the session's offences altogether.
			fraction: Perbill,
			/// What was taken this time.
			amount: Balance,
		},
		/// Too few candidates: the present set stays for the planned session.
		SetKept {
			/// The planned session.
			session: SessionIndex,
			/// Candidates with session keys.
			candidates: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The bond stays as it is.
		Bond(Reason<BondFault>),
		/// The account has no session keys. Register some with the session pallet first.
		NoSessionKeys,
		/// The list is full and the bond doesn't exceed the lowest one in it.
		TooManyCandidates,
		/// Too few candidates would be left. Somebody else has to join first.
		TooFewCandidates,
		/// The account is active or queued for the next session.
		StillActive,
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Bond of a candidate, or of one who left.
		#[codec(index = 0)]
		Bond,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MinValidators::get() > 0, "a chain needs a validator");
			assert!(
				T::MinValidators::get() <= T::MaxValidators::get()
					&& T::MaxValidators::get() <= T::MaxCandidates::get(),
				"the bounds must leave room for a set"
			);
			assert!(
				T::UnbondingPeriod::get() >= T::ReportLongevity::get(),
				"a bond would be gone before a report"
			);
			assert!(
				T::HistoryDepth::get() >= 3,
				"reports need the sessions before the current one"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What an account is to the set, and whether it is active or queued.
		pub fn validator(account: AccountId) -> Option<ValidatorView> {
			Self::view(&account)
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Puts up a bond and stands for the set.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by an account with session keys.
		///
		/// ## Details
		///
		/// Takes effect two sessions later, if the bond is among the largest. Where the list is full,
		/// the candidate with the lowest bond leaves for one with a larger one.
		///
		/// ## Errors
		///
		/// - `AlreadyRegistered`: the account has a bond here, if only one that leaves.
		/// - `BelowMinimum`: less than [`Config::MinBond`].
		/// - `NoSessionKeys`: the session pallet knows no keys of the account.
		/// - `TooManyCandidates`: the list is full, and the bond doesn't exceed the lowest.
		///
		/// ## Events
		///
		/// `Joined`, and `Left` for a candidate that had to make room.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::outbid())]
		pub fn join(
			origin: OriginFor<T>,
			#[pallet::compact] bond: Balance,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let outbid = Self::do_join(who, bond)?;
			Ok((!outbid).then(<T as Config>::WeightInfo::join).into())
		}

		/// Adds to the bond of a candidate.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by a candidate.
		///
		/// ## Errors
		///
		/// - `ZeroAmount`: nothing to add.
		/// - `NotRegistered`: the account doesn't stand for the set.
		///
		/// ## Events
		///
		/// `BondIncreased`.
		#[pallet::call_index(1)]
		pub fn bond_more(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_more(who, amount)
		}

		/// Stops standing for the set.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by a candidate.
		///
		/// ## Details
		///
		/// An active validator goes on until the end of the next session. The bond stays slashable
		/// for [`Config::UnbondingPeriod`] after that.
		///
		/// ## Errors
		///
		/// - `NotRegistered`: the account doesn't stand for the set.
		/// - `TooFewCandidates`: fewer than [`Config::MinValidators`] would be left.
		///
		/// ## Events
		///
		/// `Left`.
		#[pallet::call_index(2)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave(who)
		}

		/// Takes back what is left of the bond.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by an account that left.
		///
		/// ## Errors
		///
		/// - `NothingToWithdraw`: the account has no bond on its way out, or late reports may come in still.
		/// - `StillActive`: it is a validator of the current or of the next session.
		///
		/// ## Events
		///
		/// `Withdrawn`.
		#[pallet::call_index(3)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who)
		}
	}
}
