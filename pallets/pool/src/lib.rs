//! Task pools: many subtasks of one program, for which providers race.
//!
//! ## Pallet API
//!
//! Calls are in [`Call`], configuration in [`Config`]. The rules that everybody computes are in
//! [`assay_primitives::pool`].
//!
//! ## Overview
//!
//! A client commits to up to a million subtasks by root and length, and locks their price. Providers sign up with a
//! deposit each. A seed that nobody knew before deals the subtasks out in columns. Who has finished its column first
//! publishes the root of what it found, and so gives the others a window to publish theirs; of each column a beginning
//! counts. What is left is dealt out anew by the next seed. What a chain does for it depends on members and rounds, and
//! not on subtasks.
//!
//! A publication that contradicts itself anybody shows to be false by [`expose`](Pallet::expose). Whether an answer is
//! wrong is asked of [`Config::Arbiter`]: by the chain, which audits each column as often as what it claims asks for
//! ([`show_leaf`](Pallet::show_leaf), [`close_audit`](Pallet::close_audit)), and by whoever pays for it
//! ([`challenge`](Pallet::challenge)). Whatever way a member is found wrong, it loses the same.
//!
//! ### Lifecycle
//!
//! | stage | entered by | left by |
//! |---|---|---|
//! | [`Stage::SigningUp`] | `create` | `poke`, from the start block on |
//! | [`Stage::Drawing`] | `poke`, which takes a ticket | `poke`, when the seed is known |
//! | [`Stage::Racing`] | `poke`, which deals leaves out | `poke`, when all have published, or the window, the round's limit or the pool is over |
//! | [`Stage::Doubted`] | `poke`, where no leaf, no member, no round, no time or too few audits are left | `poke`, after [`Config::DoubtBlocks`] and once no audit and no case is open, which pays and removes everything |
//!
//! ## Low Level / Implementation Details
//!
//! * The order is never stored: a round is its seed and two numbers for each member. What was published in a round that has
//!   ended is kept as one hash, and whoever shows a leaf of it brings the record, which events have.
//! * A ticket is taken when members and what they have done can't change any more for the round that it is for: nobody
//!   signs up meanwhile, and who leaves or is found wrong is dealt leaves all the same, which come back.
//! * Who publishes names the seed of the round, so that nothing arrives in a later round, or on another fork, where it would
//!   be false.
//! * Everything is paid at the end, when what was published last could be questioned as long as what was published first. So
//!   who is found wrong loses all that it has done.
//! * A deposit stays at risk until what was done for it is paid, also of who is out.
//! * Nothing that ends a pool can fail: who can't be paid is passed over, and what it would have got goes to the client.
//! * The design and its limits are argued in `docs/adr/0053-task-pools.md`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use types::{
	Asker, Claim, Claims, Members, PerMember, Question, Record, RoundState, StoredRound,
};
pub use weights::WeightInfo;

mod config;
mod dispatchable_impls;
mod errors;
mod events;
mod judging;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod tick_impls;
mod try_state;
mod types;
mod views;
pub mod weights;

use alloc::boxed::Box;
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, Permill, Signature,
	beacon::{Seed, Ticket},
	merkle::ListRoot,
	outcome::Digest,
	pool::{
		Audit, Column, Exhibit, Fault, Handover, Judging, LeafId, Look, MAX_MEMBERS, MAX_ROUNDS,
		Member, MemberPlace, MemberRecord, Pool, PoolId, PoolTerms, Pricing, Publication,
		Published, RoundNumber, ShownInput, Spot, Stage, TermsFault, Unpublished, Wrong,
	},
	traits::{
		Arbiter, Beacon, Capacity, CaseId, CaseReason, Economy, Holds, MediatorPool, Reputations,
		Reservations, Stakes,
	},
};
use assay_shared::reasons::Reason;
use codec::Encode;
use polkadot_sdk::{
	frame_support::{self, pallet_macros::import_section},
	frame_system, sp_runtime,
};

assay_shared::nest! { Flawed(TermsFault), Unpublished(Unpublished) }

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	// The prelude has a trait of that name.
	use assay_primitives::pool::Member;
	use frame_support::{dispatch::DispatchResultWithPostInfo, pallet_prelude::*, weights::Weight};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Pools that are not settled. Paid for by the client's deposit; removed when the pool is settled.
	// Twox64Concat: the keys are our own counter, here and in what follows.
	#[pallet::storage]
	pub type Pools<T: Config> = StorageMap<_, Twox64Concat, PoolId, Pool>;

	/// Members of pools, by their numbers. Paid for and removed with the pool.
	#[pallet::storage]
	pub type MembersOf<T: Config> = StorageMap<_, Twox64Concat, PoolId, Members, ValueQuery>;

	/// Rounds of pools. Paid for and removed with the pool.
	#[pallet::storage]
	pub type Rounds<T: Config> =
		StorageDoubleMap<_, Twox64Concat, PoolId, Twox64Concat, RoundNumber, StoredRound>;

	/// What was published in a pool's last round that has ended, until its audits are drawn. Paid for with the pool.
	#[pallet::storage]
	pub type ClaimsOf<T: Config> = StorageMap<_, Twox64Concat, PoolId, Claims, ValueQuery>;

	/// Audits that wait for their leaves, by columns. Paid for with the pool; removed when the leaf is shown, or it is too
	/// late.
	// Blake2_128Concat: rows are chosen by callers, here and in what follows.
	#[pallet::storage]
	pub type Looks<T: Config> =
		StorageDoubleMap<_, Twox64Concat, PoolId, Blake2_128Concat, Spot, Look>;

	/// Leaves that are judged or were, so that none is judged twice. Those of audits are paid for with the pool, others by
	/// what a case costs; removed before the pool is settled.
	#[pallet::storage]
	pub type Questions<T: Config> =
		StorageDoubleMap<_, Twox64Concat, PoolId, Blake2_128Concat, Spot, Question>;

	/// Number of the next doubt, under which a bond is held.
	#[pallet::storage]
	pub type NextDoubt<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// Number of the next pool.
	#[pallet::storage]
	pub type NextPoolId<T: Config> = StorageValue<_, PoolId, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MinWindow::get() > 0, "nobody could answer");
			assert!(T::MinDeposit::get() > 0, "identities would be free");
			assert!(T::DoubtBlocks::get() > 0, "nothing could be questioned");
			assert!(T::ShowBlocks::get() > 0, "nobody could show a leaf");
			let whole = T::LeavingFee::get() < Permill::one();
			assert!(whole, "who leaves has something at risk still");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Creates a pool and locks its price.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the client.
		///
		/// ## Details
		///
		/// Locked are the price of all subtasks at the gas limit, [`Config::ClientFine`] of that, which is lost for a false
		/// input, what as many cases cost as there are audits, and a deposit for the state. What is not spent comes back when
		/// the pool is settled, and of a case that finds a member wrong the member's deposit pays it back.
		///
		/// ## Parameters
		///
		/// * `terms`: they name the subtasks by root and length.
		/// * `start`: until this block providers sign up for the first round.
		/// * `end`: from this block on nothing is published.
		///
		/// ## Errors
		///
		/// [`Error::NotOpen`], [`Error::Flawed`], [`Error::PricedByTheHour`], [`Error::DepositTooSmall`],
		/// [`Error::WindowTooShort`], [`Error::StartTooEarly`], [`Error::EndTooEarly`], [`Error::EndTooLate`],
		/// [`Error::NobodyJudges`], [`Error::AmountOverflow`], those of the ledger about the task, or too little money.
		///
		/// ## Events
		///
		/// [`Event::Created`].
		#[pallet::call_index(0)]
		pub fn create(
			origin: OriginFor<T>,
			terms: Box<PoolTerms>,
			#[pallet::compact] start: BlockNumber,
			#[pallet::compact] end: BlockNumber,
		) -> DispatchResult {
			let client = ensure_signed(origin)?;
			Self::do_create(client, *terms, start, end)
		}

		/// Signs a provider up for a pool, from its next seed on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash or the operator of a provider, whose free bond covers the pool's deposit.
		///
		/// ## Details
		///
		/// Until the start block, and while a round goes on. `pool_hash` is [`Pool::hash`] of the pool that is meant.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::PoolMismatch`], [`Error::NotProvider`], [`Error::SignUpClosed`],
		/// [`Error::ProfileNotServed`], [`Error::LimitsTooHigh`], [`Error::AlreadySignedUp`], [`Error::PoolFull`], or those
		/// of the bond.
		///
		/// ## Events
		///
		/// [`Event::SignedUp`].
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::sign_up(MAX_MEMBERS.into()))]
		pub fn sign_up(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
			pool_hash: Hash,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_sign_up(signer, pool, pool_hash)
		}

		/// Gives a place up, with all that is not published of its column.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash or the operator of a member.
		///
		/// ## Details
		///
		/// It takes effect with the end of the round that goes on or is being drawn, and at once before the first one. It
		/// costs [`Config::LeavingFee`] of the deposit. The rest comes back, at the end of the pool where something
		/// was done for it. `pool_hash` is [`Pool::hash`] of the pool that is meant.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::PoolMismatch`], [`Error::PoolOver`], [`Error::NotMember`],
		/// [`Error::AlreadyLeaving`].
		///
		/// ## Events
		///
		/// [`Event::Leaving`], [`Event::Left`].
		#[pallet::call_index(2)]
		#[pallet::weight(<T as Config>::WeightInfo::leave(MAX_MEMBERS.into()))]
		pub fn leave(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
			pool_hash: Hash,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_leave(signer, pool, pool_hash)
		}

		/// Publishes a beginning of a column.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash or the operator of a member.
		///
		/// ## Details
		///
		/// The first one has to have finished its column, and opens the window for the others. Once in a round.
		///
		/// ## Parameters
		///
		/// * `seed`: of the round that is meant.
		/// * `publication`: number, root and gas of the leaves, from the head of the column on.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::NoRound`], [`Error::PoolOver`], [`Error::NotMember`], [`Error::OtherRound`],
		/// [`Error::Unpublished`].
		///
		/// ## Events
		///
		/// [`Event::Published`].
		#[pallet::call_index(3)]
		#[pallet::weight(<T as Config>::WeightInfo::publish(MAX_MEMBERS.into()))]
		pub fn publish(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
			seed: Seed,
			publication: Publication,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_publish(signer, pool, seed, publication)
		}

		/// Does what is due next: has the order drawn, deals leaves out, ends a round, or settles the pool.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::NothingToDo`], [`Error::SeedNotKnown`].
		///
		/// ## Events
		///
		/// [`Event::Drawing`], [`Event::RoundBegun`], [`Event::RoundEnded`], [`Event::AuditDrawn`], [`Event::Left`],
		/// [`Event::Concluded`], [`Event::MemberPaid`], [`Event::PaymentFailed`], [`Event::Settled`].
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::heaviest_poke())]
		pub fn poke(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Ok(Some(Self::do_poke(pool)?).into())
		}

		/// Shows that what a member has published is false, without running anything: a leaf of another pool, place or
		/// subtask, an outcome that can't be, or gas that does not add up.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who gets a share of the deposit.
		///
		/// ## Details
		///
		/// The member loses deposit and place, and is paid nothing; all it has done goes back with the end of the round, or
		/// stays undone where there is none to come.
		///
		/// ## Parameters
		///
		/// * `record`: all that was published in the round, and when, by members.
		/// * `exhibit`: the leaf, with the one before it where the gas is in doubt.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::RoundNotEnded`], [`Error::RecordMismatch`], [`Error::NothingPublished`],
		/// [`Error::NotMember`], [`Error::AlreadyFoundWrong`], [`Error::NothingFalse`].
		///
		/// ## Events
		///
		/// [`Event::FoundWrong`], [`Event::ShareOfDeposit`].
		#[pallet::call_index(5)]
		#[pallet::weight(<T as Config>::WeightInfo::expose(
			MAX_MEMBERS.into(), MAX_ROUNDS.into(), hashes(exhibit)
		))]
		pub fn expose(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
			#[pallet::compact] round: RoundNumber,
			#[pallet::compact] member: Member,
			record: Record,
			exhibit: Exhibit,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_expose(signer, pool, round, member, record, exhibit)
		}

		/// Shows an input that the client has signed and that is not what it has committed to.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who gets a share of what the client loses.
		///
		/// ## Details
		///
		/// The client loses what it has put up for that, once. The pool goes on, and members may leave it.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::NotSigned`], [`Error::InputAsCommitted`], [`Error::AlreadyFined`].
		///
		/// ## Events
		///
		/// [`Event::ClientFined`].
		#[pallet::call_index(6)]
		#[pallet::weight(<T as Config>::WeightInfo::show_input(handover.proof.siblings.len() as u32))]
		pub fn show_input(
			origin: OriginFor<T>,
			handover: Handover,
			signature: Signature,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_show_input(signer, handover, signature)
		}

		/// Shows the leaf that an audit is to look at, and has it judged at the client's cost.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone: whoever has the leaf.
		///
		/// ## Details
		///
		/// Which leaf it is was drawn when all of its round had published, in proportion to what leaves are paid. One that
		/// contradicts itself convicts its member at once, as by [`expose`](Pallet::expose). One that is judged already, or
		/// was, ends the audit.
		///
		/// ## Parameters
		///
		/// * `exhibit`: the leaf, with the one before it where the column is priced by gas and the leaf is not its first.
		/// * `input`: of the leaf's subtask.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::NoAudit`], [`Error::ShownTooLate`], [`Error::NotMember`],
		/// [`Error::AlreadyFoundWrong`], [`Error::OtherLeaf`], [`Error::OtherInput`].
		///
		/// ## Events
		///
		/// [`Event::LeafQuestioned`], [`Event::AuditEnded`], [`Event::FoundWrong`], [`Event::ShareOfDeposit`].
		#[pallet::call_index(7)]
		#[pallet::weight(<T as Config>::WeightInfo::show_leaf(
			MAX_MEMBERS.into(), MAX_ROUNDS.into(), hashes(exhibit).saturating_add(path(input))
		))]
		pub fn show_leaf(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
			#[pallet::compact] round: RoundNumber,
			#[pallet::compact] member: Member,
			exhibit: Exhibit,
			input: ShownInput,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_show_leaf(signer, pool, round, member, exhibit, input)
		}

		/// Says that a leaf is false, and pays for the case about it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone. The client rejects a leaf by it, and no other way.
		///
		/// ## Details
		///
		/// Beside the case a bond is held, which pays the member where the leaf is true. Where it is false both come back out of
		/// the member's deposit, and who has found it gets a share of that, but for the client. Each leaf is judged once.
		///
		/// ## Parameters
		///
		/// * `pool_hash`: [`Pool::hash`] of the pool that is meant.
		/// * `spot`: where the leaf is.
		/// * `record`: all that was published in the round, and when, by members.
		/// * `exhibit`: the leaf.
		/// * `input`: of the leaf's subtask.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::PoolMismatch`], [`Error::DoubtOver`], [`Error::RoundNotEnded`],
		/// [`Error::RecordMismatch`], [`Error::NothingPublished`], [`Error::NotMember`], [`Error::AlreadyFoundWrong`], [`Error::NotPublished`],
		/// [`Error::Contradiction`], [`Error::AlreadyAsked`], [`Error::QueueFull`], [`Error::OtherInput`],
		/// [`Error::InputTooLarge`], [`Error::CannotPayCase`], [`Error::NobodyJudges`]; those of the ledger where the signer can't pay.
		///
		/// ## Events
		///
		/// [`Event::LeafQuestioned`].
		#[pallet::call_index(8)]
		#[pallet::weight(<T as Config>::WeightInfo::challenge(
			MAX_MEMBERS.into(), MAX_ROUNDS.into(), hashes(exhibit).saturating_add(path(input))
		))]
		pub fn challenge(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
			pool_hash: Hash,
			spot: Spot,
			record: Record,
			exhibit: Exhibit,
			input: ShownInput,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			let pool = (pool, pool_hash);
			Self::do_challenge(signer, pool, spot, record, exhibit, input)
		}

		/// Ends an audit whose leaf nobody has shown in time: its member is found wrong.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who gets a share of the deposit.
		///
		/// ## Details
		///
		/// The audit of a member that was found wrong otherwise ends at any time, and nobody gets anything for it.
		///
		/// ## Errors
		///
		/// [`Error::PoolNotFound`], [`Error::NoAudit`], [`Error::NotMember`], [`Error::AuditNotOver`].
		///
		/// ## Events
		///
		/// [`Event::AuditEnded`], [`Event::FoundWrong`], [`Event::ShareOfDeposit`].
		#[pallet::call_index(9)]
		#[pallet::weight(<T as Config>::WeightInfo::close_audit(MAX_MEMBERS.into()))]
		pub fn close_audit(
			origin: OriginFor<T>,
			#[pallet::compact] pool: PoolId,
			#[pallet::compact] round: RoundNumber,
			#[pallet::compact] member: Member,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_close_audit(signer, pool, round, member)
		}
	}

	/// Hashes of the path of an input.
	fn path(input: &ShownInput) -> u32 {
		input.proof.siblings.len() as u32
	}

	/// Hashes of the paths of what is shown.
	fn hashes(exhibit: &Exhibit) -> u32 {
		let before = exhibit.before.as_ref().map_or(0, |leaf| leaf.proof.siblings.len());
		exhibit.leaf.proof.siblings.len().saturating_add(before) as u32
	}

	impl<T: Config> Pallet<T> {
		/// What it weighs to be told a ruling.
		pub fn worst_verdict() -> Weight {
			T::WeightInfo::decided(MAX_MEMBERS.into())
		}

		/// What a poke weighs at most.
		pub(crate) fn heaviest_poke() -> Weight {
			let (m, r) = (MAX_MEMBERS.into(), MAX_ROUNDS.into());
			let steps = [
				T::WeightInfo::poke_draw(m),
				T::WeightInfo::poke_deal_out(m, r),
				T::WeightInfo::poke_end_round(m, r),
				T::WeightInfo::poke_audit(m),
				T::WeightInfo::poke_clear(),
				T::WeightInfo::poke_settle(m, r),
			];
			steps.into_iter().fold(Weight::zero(), |most, step| most.max(step))
		}
	}
}
