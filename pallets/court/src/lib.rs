//! Re-execution inside the runtime: the court of last resort.
//!
//! ## Pallet API
//!
//! The call is in [`Call`], configuration in [`Config`]. Other pallets ask the court through
//! [`Judge`](assay_primitives::court::Judge), implemented by [`Pallet`]; whether it takes a task is
//! [`Pallet::qualifies`], and what deciding it weighs is [`Pallet::weight_of`].
//!
//! ## Overview
//!
//! A case that committees have judged can be taken to the chain itself. Whoever wants that brings the
//! module and the input in the call; the chain runs the task with the reference interpreter, the same
//! code that defines the profile, and says which result is the true one. A majority of providers and
//! of a whole committee may have lied: one honest account is enough to show it.
//!
//! ### Terminology
//!
//! * **Case**: a dispute about what a task gives. It belongs to the pallet behind [`Config::Cases`].
//! * **To qualify**: to have limits so small that every run of the task fits a block.
//!
//! ## Low Level / Implementation Details
//!
//! * *Weight.* It must be known before the case is looked up, so the call says how much gas it pays
//!   for; less than the case's limit is refused before any work. What was not used is given back. The
//!   price of a unit of gas is that of the costliest programs, not of ordinary ones; see
//!   [`weights`]. Time for module and input is charged by their length.
//! * *Steps.* Beside its gas a run has as many steps of the interpreter as the weight of that gas pays
//!   for, counted apart from gas. They are enough for every program; were they not, the call would be
//!   refused with [`Error::CourtFailed`] at their end, and its weight kept.
//! * *What can't fit.* A call that names more gas than fits a block, or that is longer than a block,
//!   is invalid as a transaction: it is not included, and nobody pays for it. The runtime's
//!   integrity test checks that everything that qualifies does fit.
//! * *Order.* Case, limits, gas and lengths are checked first, then content by hash, then the module
//!   is validated, and last it runs. Each refusal costs what was done until then.
//! * *Memory.* All that a run holds is paid for by gas, by the length of the content, of which functions that
//!   are called take up to fourteen times as much, or by the slots of the stack: a run can't exhaust the
//!   runtime's heap, and no single block of memory exceeds the 32 MiB that the host gives at once.
//! * *Who can grief whom.* A call decides its case or changes nothing. What qualifies by its specification
//!   can be decided.
//! * The pallet stores nothing.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod dispatchable_impls;
mod judge;
#[cfg(test)]
mod mock;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod programs;
#[cfg(test)]
mod tests;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Hash,
	court::{Mistrial, Unfit},
	outcome::{Class, Digest},
	profile::ProfileId,
	task::InputList,
	traits::{CaseId, Cases},
};
use assay_shared::reasons::Reason;
use polkadot_sdk::{frame_support, frame_system};

assay_shared::nest! { Unfit(Unfit) }

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		dispatch::DispatchResultWithPostInfo, pallet_prelude::*, traits::Contains,
	};
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
		/// Where cases are, and where rulings go.
		type Cases: Cases;

		/// Profiles that are in use. Of these the court takes those that it can execute.
		type ActiveProfiles: Contains<ProfileId>;

		/// Most gas that a task may be allowed to use.
		#[pallet::constant]
		type MaxGas: Get<u64>;

		/// Most pages of memory that a task may be allowed to use, 64 KiB each.
		#[pallet::constant]
		type MaxMemoryPages: Get<u32>;

		/// Most bytes of a module.
		#[pallet::constant]
		type MaxModuleBytes: Get<u32>;

		/// Most bytes of an input.
		#[pallet::constant]
		type MaxInputBytes: Get<u32>;

		/// Most bytes that a task may be allowed to write.
		#[pallet::constant]
		type MaxOutputBytes: Get<u64>;

		/// Most that follows from a ruling in the pallet that the case belongs to.
		type RulingWeight: Get<Weight>;

		/// Measured weights of the calls.
		type WeightInfo: WeightInfo;

		/// Opens cases for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: benchmarking::BenchmarkHelper;
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// The court ran a task and ruled. This is final.
		Ruled {
			/// The case.
			case: CaseId,
			/// Who brought the content.
			by: AccountId,
			/// The true digest.
			digest: Digest,
			/// How the run ended.
			class: Class,
			/// Gas that it used.
			gas_used: u64,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no open case of this number.
		CaseNotFound,
		/// The court does not take the task, for the reason that is within.
		Unfit(Reason<Unfit>),
		/// The call pays for less gas than the task may use. Name the task's limit.
		GasUnderstated,
		/// The module is not the content that the task names.
		ModuleDiffers,
		/// The input is not the content that the task names, or there is one too many or too few.
		InputDiffers,
		/// The interpreter failed. The case is as it was.
		CourtFailed,
		/// The number is another task's case than the one that the call names by its hash: the call was
		/// signed for another fork of the chain.
		CaseMismatch,
		/// The task's input is no item of a list. See [`Pallet::adjudicate`].
		InputIsNoList,
		/// The list of inputs is not the content that the task names.
		ListDiffers,
	}

	impl<T> From<Mistrial> for Error<T> {
		fn from(mistrial: Mistrial) -> Self {
			match mistrial {
				Mistrial::Unfit(unfit) => unfit.into(),
				Mistrial::ModuleDiffers => Self::ModuleDiffers,
				Mistrial::InputDiffers => Self::InputDiffers,
				Mistrial::Failed => Self::CourtFailed,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			Self::check_limits();
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Runs the task of a case and rules.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Details
		///
		/// The ruling is final. Charged for `max_gas` and for the bytes of both contents, and given
		/// back what the run did not use. Every end of a program is a ruling: a trap, gas that ran
		/// out, a module outside of its profile, an input whose block contradicts the size that the task says.
		///
		/// ## Parameters
		///
		/// * `task_hash`: what the case is about. Looked at before any work is done.
		/// * `max_gas`: what the call pays for, at least the task's limit.
		/// * `module`, `input`: the content that the task names.
		///
		/// ## Errors
		///
		/// * [`Error::CaseNotFound`]: no such case, or it is decided.
		/// * [`Error::CaseMismatch`]: it is about another task.
		/// * [`Error::Unfit`]: the task does not qualify, or its input is an item of a list.
		/// * [`Error::GasUnderstated`]: pay for more.
		/// * [`Error::ModuleDiffers`], [`Error::InputDiffers`]: bring the right content.
		/// * [`Error::CourtFailed`], or an error of the pallet that the case belongs to.
		///
		/// ## Events
		///
		/// [`Event::Ruled`].
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::worst(module.len(), input_length(input), *max_gas))]
		pub fn adjudicate(
			origin: OriginFor<T>,
			#[pallet::compact] case: CaseId,
			task_hash: Hash,
			#[pallet::compact] max_gas: u64,
			module: Vec<u8>,
			input: Option<Vec<u8>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_adjudicate(who, case, task_hash, max_gas, module, input)
		}

		/// Runs the task of a case whose input is an item of a list, and rules.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Details
		///
		/// As [`Self::adjudicate`], for one task of a bag. The whole list is brought, not a proof of one item:
		/// a list that is not what was committed to is an outcome of all its tasks, and no proof would show it.
		///
		/// ## Parameters
		///
		/// * `list`: what the task names as its list; anything where it can be none by its size.
		/// * `input`: what the list names for the task; none where it is no such list.
		///
		/// ## Errors
		///
		/// Those of [`Self::adjudicate`], lists aside; [`Error::InputIsNoList`], [`Error::ListDiffers`].
		///
		/// ## Events
		///
		/// [`Event::Ruled`].
		#[pallet::call_index(1)]
		#[pallet::weight(
			Pallet::<T>::worst(module.len(), input_length(input), *max_gas)
				.saturating_add(InputList::weight_of(list.len()))
		)]
		pub fn adjudicate_item(
			origin: OriginFor<T>,
			#[pallet::compact] case: CaseId,
			task_hash: Hash,
			#[pallet::compact] max_gas: u64,
			list: Vec<u8>,
			module: Vec<u8>,
			input: Option<Vec<u8>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_adjudicate_item(who, case, task_hash, max_gas, list, module, input)
		}
	}
}

/// Bytes of an input that there may be.
fn input_length(input: &Option<Vec<u8>>) -> usize {
	input.as_ref().map_or(0, Vec::len)
}
