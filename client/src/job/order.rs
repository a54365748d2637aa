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
	/// Money that will be locked: the dearest of the chosen for all waves, fee included.
	pub escrow: Balance,
	/// The most that will be held as a deposit for state, and returned.
	pub deposit: Balance,
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
	let (escrow, deposit) = (escrow(&quote, &request, &chosen), quote.deposit);
	// The deposit for fewer candidates is a little smaller than this one, so only the chain can tell
	// exactly; it refuses with an error of the same exit code.
	if free < escrow {
		let (account, needed) = (client.clone(), escrow.saturating_add(deposit));
		return Err(Error::InsufficientBalance { account, free, needed });
	}
	Ok(Order { request, chosen, escrow, deposit, quote, at: now })
}

/// The quote's escrow is for all offers that fit; this is the share of the chosen, rounded up.
fn escrow(quote: &Quote, request: &Request, chosen: &[OfferFit]) -> Balance {
	let replicas = request.policy.max_replicas() as usize;
	let work = |fits: &[OfferFit]| {
		let mut maxima: Vec<Balance> = fits.iter().map(|fit| fit.maximum).collect();
		maxima.sort_unstable_by(|one, other| other.cmp(one));
		maxima.iter().take(replicas).fold(0 as Balance, |sum, one| sum.saturating_add(*one))
	};
	let (all, ours) = (work(&quote.fits), work(chosen));
	let fee = quote.escrow.saturating_sub(all);
	// fee · ours / all without leaving the type; nothing is lost but a unit of rounding.
	let share = match fee.checked_mul(ours) {
		Some(product) => product.div_ceil(all.max(1)),
		None => (fee / all.max(1)).saturating_add(1).saturating_mul(ours),
	};
	ours.saturating_add(share.min(fee))
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
		let quote = quote(vec![]);
		let order = Order { request, quote, chosen, escrow: 0, deposit: 0, at: 1 };
		assert_eq!(order.first_wave_maximum(), 50);
	}

	#[test]
	fn escrow_should_be_the_share_of_what_was_chosen() {
		let mut options = JobOptions::new(ContentRef::of(b"m"), MaxPrice::PerReplica(2_000));
		options.policy = Policy::Quorum { replicas: 1, required: 1 };
		let request = options.request(1).expect("valid");
		let fits = vec![fit(1, 1, 1_000), fit(2, 2, 1_000), fit(3, 3, 2_000), fit(4, 4, 2_000)];
		// Three waves at most: 5000 of work and one percent.
		let quote = Quote { escrow: 5_050, ..quote(fits.clone()) };
		assert_eq!(escrow(&quote, &request, &fits), 5_050);
		assert_eq!(escrow(&quote, &request, &fits[..2]), 2_020);
		assert_eq!(escrow(&quote, &request, &[]), 0);
		let huge = Quote { escrow: Balance::MAX, ..quote };
		assert_eq!(escrow(&huge, &request, &fits), Balance::MAX);
	}
}
