//! A ledger that takes money and stakes, and does no work for them.

use assay_primitives::{
	AccountId, Balance, MILLI, UNIT, matching,
	money::maxima,
	request::Request,
	task::DealId,
	traits::{DealBook, NewDeal, Stakes},
};
use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		parameter_types,
		traits::{Get, fungible::Mutate, tokens::Preservation},
	},
	sp_runtime::DispatchError,
};

/// Least stake of a replica.
pub const MIN_STAKE: Balance = MILLI;

parameter_types! {
	/// Deals that were opened.
	pub static Opened: Vec<NewDeal> = Vec::new();
	/// What every opening fails with after the money has been taken.
	pub static Refusal: Option<DispatchError> = None;
	/// How much more than the cheapest a candidate may cost, in percent.
	pub static Spread: u32 = u32::MAX;
}

/// Takes the payer's money into an account and locks every stake, or refuses in between.
pub struct MockDealBook<Currency, Bonds, Pot>(PhantomData<(Currency, Bonds, Pot)>);

impl<Currency, Bonds, Pot> MockDealBook<Currency, Bonds, Pot> {
	/// Forgets what another test did in this thread.
	pub fn clear() {
		Opened::take();
		Self::accept();
		Spread::set(u32::MAX);
	}

	/// Lets every later opening fail after the money has been taken.
	pub fn refuse(error: DispatchError) {
		Refusal::set(Some(error));
	}

	/// Ends what [`Self::refuse`] began.
	pub fn accept() {
		Refusal::set(None);
	}

	/// Deals that were opened, oldest first.
	pub fn opened() -> Vec<NewDeal> {
		Opened::get()
	}
}

impl<Currency, Bonds, Pot> DealBook for MockDealBook<Currency, Bonds, Pot>
where
	Currency: Mutate<AccountId, Balance = Balance>,
	Bonds: Stakes,
	Pot: Get<AccountId>,
{
	fn open(deal: NewDeal) -> Result<DealId, DispatchError> {
		let (escrow, deposit) = Self::cost(&deal).ok_or(DispatchError::Exhausted)?;
		let NewDeal { payer, request, candidates, .. } = &deal;
		Currency::transfer(payer, &Pot::get(), escrow + deposit, Preservation::Preserve)?;
		if let Some(error) = Refusal::get() {
			return Err(error);
		}
		let prices = candidates.iter().map(|candidate| &candidate.price);
		let maxima = maxima(prices, request.task.limits.gas).ok_or(DispatchError::Exhausted)?;
		let lowest = *maxima.first().ok_or(DispatchError::Exhausted)?;
		let stake = Self::spread(request, lowest).stake;
		for candidate in candidates {
			Bonds::lock(&candidate.provider, 0, stake)?;
		}
		let id = Opened::get().len() as DealId;
		Opened::mutate(|all| all.push(deal));
		Ok(id)
	}

	fn spread(_: &Request, lowest: Balance) -> matching::Spread {
		let more = lowest.saturating_mul(Spread::get().into()) / 100;
		let stake = (lowest / 10).saturating_mul(3).max(MIN_STAKE);
		matching::Spread { lowest, ceiling: lowest.saturating_add(more), stake }
	}

	fn cost(deal: &NewDeal) -> Option<(Balance, Balance)> {
		let gas = deal.request.task.limits.gas;
		let sales = [&deal.app, &deal.dataset].into_iter().flatten().map(|sale| sale.price);
		let sales = sales.chain(deal.tip.iter().map(|(_, tip)| *tip));
		let base = sales.into_iter().try_fold(0, |sum: Balance, price| sum.checked_add(price))?;
		let each = deal.candidates.iter().try_fold(base, |sum: Balance, candidate| {
			sum.checked_add(candidate.price.maximum(gas)?)
		})?;
		Some((each.checked_mul(deal.tasks.into())?, UNIT))
	}
}
