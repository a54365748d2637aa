//! Money: what a deal costs and locks, and what becomes of stakes. The ledger, its front ends and clients
//! take every amount from here, so that nobody can be told another one than the ledger takes.
//!
//! - [`Economics`] has the amounts and shares that a chain may change.
//! - [`Tariff`] gives stakes, price ceilings, wages, reserves, taxes and escrows, from constants of the
//!   chain and the highest prices of the candidates.
//! - [`deterrence`] has the stakes at which honesty is the better choice.
//! - [`slashing`] divides what is taken from those at fault, [`Wages`] the money of a case.
//! - Fees, fines, rewards and bonds follow from the shares of a record.

mod case;
pub mod deterrence;
mod economics;
mod shares;
pub mod slashing;
mod tariff;

pub use case::{Wages, appeal_reward, court_reward, idle_places};
pub use economics::{Economics, EconomicsVersion, Fees, Seats, Slashes, Stakes, Unsound};
pub use shares::{appeal_bond, audit_tax, challenge_bond, doubt_bond, highest_tip, penalty};
pub use tariff::{Amounts, LeastWage, Tariff};

use crate::{Balance, Permill, price::Price};
use alloc::vec::Vec;

/// Of the stake of a provider's dearest slash within a day, what all of its slashes of that day pay others at
/// most. So much is a stolen operator key worth to whoever has accomplices in the deals.
pub const FALL_SHARE: Permill = Permill::from_percent(50);
/// And of its bond, for an operator sets prices, from which stakes follow.
pub const FALL_BOND_SHARE: Permill = Permill::from_percent(10);

/// P_max of each price for a gas limit, ascending. `None` where one exceeds the type.
pub fn maxima<'a>(prices: impl IntoIterator<Item = &'a Price>, gas: u64) -> Option<Vec<Balance>> {
	let maxima: Option<Vec<Balance>> = prices.into_iter().map(|price| price.maximum(gas)).collect();
	let mut maxima = maxima?;
	maxima.sort_unstable();
	Some(maxima)
}

/// What the slashes of a provider pay others at most within a day, where it has `bond` and this stake was at
/// risk. What somebody gets back that it had paid beforehand does not count.
pub fn most_of_falls(stake: Balance, bond: Balance) -> Balance {
	FALL_SHARE.mul_floor(stake).min(FALL_BOND_SHARE.mul_floor(bond))
}

/// What is left of a slash or of a forfeited bond once `burn` of it was burnt. The burn is rounded up.
pub fn after_burn(amount: Balance, burn: Permill) -> Balance {
	amount.saturating_sub(burn.mul_ceil(amount))
}

/// Funds of a case where each seat earns `wage` and there are `wages` of them; nothing where nobody judges.
pub fn case_cost(wages: Option<u32>, wage: Balance) -> Balance {
	wage.saturating_mul(wages.unwrap_or(0).into())
}
