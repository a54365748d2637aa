//! What a transaction costs and who gets it.

use crate::{
	AccountId, Authorship, Balance, Balances, Runtime, RuntimeEvent, System,
	weights::RuntimeBlockWeights,
};
use assay_primitives::{MICRO, MILLI};
use polkadot_sdk::{
	frame_support::{
		PalletId,
		dispatch::DispatchClass,
		parameter_types,
		traits::{
			ConstU8, ConstU128, Imbalance, OnUnbalanced,
			fungible::{Balanced, Credit},
		},
		weights::{ConstantMultiplier, IdentityFee},
	},
	pallet_transaction_payment::{self, FungibleAdapter, Multiplier, MultiplierUpdate},
	sp_arithmetic::{
		FixedPointNumber,
		traits::{Bounded, One, Saturating},
	},
	sp_core::Get,
	sp_runtime::{
		Perquintill,
		traits::{AccountIdConversion, Convert},
	},
};

/// Price of a byte in a block. A module of 1 MiB costs about one token to publish.
const BYTE_FEE: Balance = MICRO;
/// Percentage of each fee that is burnt; the treasury gets the rest.
const BURNT_PERCENT: u32 = 20;

parameter_types! {
	/// Names the treasury's account.
	pub const TreasuryId: PalletId = PalletId(*b"as/trsry");
	/// Fullness of blocks above which fees rise and below which they fall.
	pub const TargetFullness: Perquintill = Perquintill::from_percent(25);
	/// How fast they do: by at most 15 % an hour, or so.
	pub FeeVariability: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	/// Fees never fall below what a transaction costs the nodes.
	pub LeastMultiplier: Multiplier = Multiplier::one();
	/// There is no upper bound.
	pub GreatestMultiplier: Multiplier = Multiplier::max_value();
}

/// Has fees follow all that transactions fill of blocks, whatever their class. Seals and openings have a class of their own,
/// and calls of it that fail must not fill blocks for ever at the lowest fee.
pub struct FollowFullness;

impl Convert<Multiplier, Multiplier> for FollowFullness {
	fn convert(previous: Multiplier) -> Multiplier {
		let (filled, limits) = (System::block_weight(), RuntimeBlockWeights::get());
		let of = |class| filled.get(class).ref_time();
		let filled = of(DispatchClass::Normal).saturating_add(of(DispatchClass::Operational));
		let most = limits.get(DispatchClass::Normal).max_total.unwrap_or(limits.max_block);
		let (most, target) = (most.ref_time().max(1), TargetFullness::get() * most.ref_time());
		let beside = Multiplier::saturating_from_rational(filled.abs_diff(target), most);
		let change = beside.saturating_mul(FeeVariability::get()).saturating_mul(previous);
		let next = match filled >= target {
			true => previous.saturating_add(change),
			false => previous.saturating_sub(change),
		};
		next.clamp(LeastMultiplier::get(), GreatestMultiplier::get())
	}
}

impl MultiplierUpdate for FollowFullness {
	fn min() -> Multiplier {
		LeastMultiplier::get()
	}

	fn max() -> Multiplier {
		GreatestMultiplier::get()
	}

	fn target() -> Perquintill {
		TargetFullness::get()
	}

	fn variability() -> Multiplier {
		FeeVariability::get()
	}
}

/// Account that transaction and protocol fees go to. Nobody has its key; root spends from it.
pub struct Treasury;
impl Get<AccountId> for Treasury {
	fn get() -> AccountId {
		TreasuryId::get().into_account_truncating()
	}
}

/// Deposit for state: by item, and by byte of key and value.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	items as Balance * 10 * MILLI + bytes as Balance * 10 * MICRO
}

/// Splits a fee between treasury and fire; the tip goes to the author of the block.
pub struct SplitFees;
impl OnUnbalanced<Credit<AccountId, Balances>> for SplitFees {
	fn on_unbalanceds(mut fee_then_tip: impl Iterator<Item = Credit<AccountId, Balances>>) {
		if let Some(fee) = fee_then_tip.next() {
			let (burnt, kept) = fee.ration(BURNT_PERCENT, 100 - BURNT_PERCENT);
			drop(burnt);
			pay(&Treasury::get(), kept);
		}
		if let Some(tip) = fee_then_tip.next() {
			pay(&Authorship::author().unwrap_or_else(Treasury::get), tip);
		}
	}
}

/// Pays `credit`, or burns it where the account does not exist and the credit is too small to create
/// it.
fn pay(who: &AccountId, credit: Credit<AccountId, Balances>) {
	drop(Balances::resolve(who, credit));
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, SplitFees>;
	// A picosecond costs the smallest unit, hence a second of a block one token.
	type WeightToFee = IdentityFee<Balance>;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<BYTE_FEE>>;
	type FeeMultiplierUpdate = FollowFullness;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}
