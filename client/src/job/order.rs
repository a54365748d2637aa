//! What a job would cost and who could run it, and opening the deal.

use super::spec::JobOptions;
use crate::{
	chain::{At, Chain, Event, MarketEvent, Submitted, WaitFor, call},
	error::{Error, Result},
	keys::Signer,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	deal::single,
	request::{OfferFit, OfferId, Quote, Request},
	task::TaskId,
};

/// A request that the chain would accept now, with the offers to name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Order {
	/// The request.
	pub request: Request,
	/// Offers that will be named, cheapest first.
	pub chosen: Vec<OfferFit>,
	/// The chain's answer in full, the offers that don't fit and why included.
	pub quote: Quote,
	/// Block that it was asked at.
	pub at: BlockNumber,
}

/// A deal that was opened.
#[derive(Clone, Debug)]
pub struct Submission {
	/// The task to follow.
	pub task: TaskId,
	/// The transaction.
	pub transaction: Submitted,
}

impl Order {
	/// Numbers of the offers.
	pub fn offers(&self) -> Vec<OfferId> {
		self.chosen.iter().map(|fit| fit.offer).collect()
	}

	/// The most that all replicas of the first wave can cost, fees aside.
	pub fn first_wave_maximum(&self) -> Balance {
		let count = self.request.policy.first_wave() as usize;
		let mut maxima: Vec<Balance> = self.chosen.iter().map(|fit| fit.maximum).collect();
		maxima.sort_unstable_by(|a, b| b.cmp(a));
		maxima.iter().take(count).fold(0, |sum, maximum| sum.saturating_add(*maximum))
	}
}

/// Asks the chain which offers serve the job, and picks the cheapest.
///
/// Spends nothing. Errors: [`Error::Usage`] for what the chain would never accept,
/// [`Error::NotMatched`] with the reasons why the other offers don't fit,
/// [`Error::InsufficientBalance`].
pub async fn order(at: &At, client: &AccountId, options: &JobOptions) -> Result<Order> {
	let now = at.block().number;
	options.check(&at.parameters().await?)?;
	let request = options.request(now)?;
	let quote = at.quote(client, &request).await?;
	let chosen = choose(&quote, &request, options);
	let needed = request.policy.first_wave();
	if (chosen.len() as u32) < needed {
		let found = chosen.len() as u32;
		return Err(Error::NotMatched { found, needed, misfits: quote.misfits });
	}
	let free = at.balance(client).await?;
	let free = free.free.saturating_sub(free.frozen);
	if free < quote.escrow {
		return Err(Error::InsufficientBalance {
			account: client.clone(),
			free,
			needed: quote.escrow,
		});
	}
	Ok(Order { request, chosen, quote, at: now })
}

/// The cheapest offers within the price, one for each provider.
fn choose(quote: &Quote, request: &Request, options: &JobOptions) -> Vec<OfferFit> {
	let first_wave = request.policy.first_wave();
	let limit = options.candidates.unwrap_or(request.policy.max_replicas()).max(first_wave);
	let mut chosen: Vec<OfferFit> = Vec::new();
	for fit in &quote.fits {
		let known = chosen.iter().any(|other| other.provider == fit.provider);
		if chosen.len() < limit as usize && !known && options.affords(fit.maximum) {
			chosen.push(fit.clone());
		}
	}
	chosen
}

/// Opens the deal. The offers may be gone by now, which is an [`Error::Dispatch`] of the market.
pub async fn submit(
	chain: &Chain,
	signer: &Signer,
	order: &Order,
	wait: WaitFor,
) -> Result<Submission> {
	// Without the block there is no number to follow the task by.
	let wait = if wait == WaitFor::Broadcast { WaitFor::InBlock } else { wait };
	let call = call::market::submit(&order.request, &order.offers());
	let transaction = chain.submit(signer, &call, wait).await?;
	let deal = transaction.events.iter().find_map(|record| match &record.event {
		Event::Market(MarketEvent::RequestMatched { deal, .. }) => Some(*deal),
		_ => None,
	});
	let deal = deal.ok_or_else(|| Error::decode("Market.submit", "no deal was reported"))?;
	Ok(Submission { task: single(deal), transaction })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::job::MaxPrice;
	use assay_primitives::{content::ContentRef, policy::Policy, price::Price};

	fn fit(offer: OfferId, provider: u8, maximum: Balance) -> OfferFit {
		let price = Price { base: maximum, per_mgas: 0 };
		OfferFit { offer, provider: [provider; 32].into(), price, maximum }
	}

	fn quote(fits: Vec<OfferFit>) -> Quote {
		Quote { fits, misfits: vec![], enough: true, escrow: 0, deposit: 0, stake: 0 }
	}

	#[test]
	fn choice_should_be_the_cheapest_of_each_provider_within_the_price() {
		let mut options = JobOptions::new(ContentRef::of(b"m"), MaxPrice::PerReplica(30));
		options.policy = Policy::Quorum { replicas: 1, required: 1 };
		let request = options.request(1).expect("valid");
		let quote =
			quote(vec![fit(7, 1, 10), fit(8, 1, 11), fit(5, 2, 20), fit(4, 3, 31), fit(3, 4, 30)]);
		let offers = |options: &JobOptions| -> Vec<OfferId> {
			choose(&quote, &request, options).iter().map(|fit| fit.offer).collect()
		};
		assert_eq!(offers(&options), [7, 5, 3]);
		options.candidates = Some(2);
		assert_eq!(offers(&options), [7, 5]);
		options.candidates = Some(0);
		assert_eq!(offers(&options), [7], "never fewer than the first wave");
	}

	#[test]
	fn first_wave_maximum_should_take_the_dearest_candidates() {
		let mut options = JobOptions::new(ContentRef::of(b"m"), MaxPrice::PerReplica(30));
		options.policy = Policy::Quorum { replicas: 2, required: 2 };
		let request = options.request(1).expect("valid");
		let chosen = vec![fit(1, 1, 10), fit(2, 2, 20), fit(3, 3, 30)];
		let order = Order { request, quote: quote(vec![]), chosen, at: 1 };
		assert_eq!(order.first_wave_maximum(), 50);
	}
}
