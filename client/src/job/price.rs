//! What a job would cost and who could run it, and opening the deal.

use super::{
	own::{Own, lost, opened},
	spec::{AssetUse, JobOptions},
};
use crate::{
	chain::{At, Chain, Submitted, WaitFor},
	error::{Error, Result},
	keys::Signer,
	order,
};
use assay_interface::{Call, market};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	deal::single,
	matching::{Spread, best_set},
	money::Tariff,
	order::{Authorization, Match, RequestOrder, Resource, Signed},
	price::Price,
	request::{OfferFit, OfferId, Quote, Request},
	task::{Input, TaskId},
};
use std::{collections::BTreeSet, time::Duration};

/// A request that the chain would accept now, with the offers to name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PricedRequest {
	/// The request.
	pub request: Request,
	/// Offers that will be named, cheapest first.
	pub chosen: Vec<OfferFit>,
	/// Money that will be locked at most, for all tasks: the dearest of the chosen for all waves with the
	/// fee, what is set aside for a case and for audits, and what app and dataset may cost.
	pub escrow: Balance,
	/// Of that, what is set aside for cases.
	pub reserve: Balance,
	/// What each candidate locks of its bond.
	pub stake: Balance,
	/// The most that will be held as a deposit for state, and returned.
	pub deposit: Balance,
	/// The chain's answer in full, the offers that don't fit and why included.
	pub quote: Quote,
	/// Registered content that the job uses.
	pub assets: AssetUse,
	/// Block that it was asked at.
	pub at: BlockNumber,
}

/// A deal that was opened.
#[derive(Clone, Debug)]
pub struct Submission {
	/// The task to follow; of a bag the first.
	pub task: TaskId,
	/// Tasks of the deal.
	pub tasks: u32,
	/// The transaction.
	pub transaction: Submitted,
	/// The deal, to be told from a stranger's that has its number on another fork.
	pub own: Own,
}

impl Submission {
	fn new(request: &Request, transaction: Submitted) -> Result<Self> {
		let (deal, tasks) = opened(&transaction.events)?;
		let own = Own::new(request.clone(), &transaction)?;
		Ok(Self { task: single(deal), tasks, transaction, own })
	}

	/// Waits until the deal is in a final block, after which its number can't change. `None` where
	/// that takes longer than `patience`.
	///
	/// Errors: [`Error::DealLost`], [`Error::Unreachable`].
	pub async fn confirm(&self, chain: &Chain, patience: Duration) -> Result<Option<Self>> {
		let confirmed = chain.confirm(&self.transaction, patience).await;
		let confirmed = confirmed.map_err(|error| lost(self.task.deal, error))?;
		confirmed.map(|transaction| Self::new(&self.own.request, transaction)).transpose()
	}
}

impl PricedRequest {
	/// Number of tasks.
	pub fn tasks(&self) -> u32 {
		self.request.task.input.tasks()
	}

	/// The offers, and whose they are.
	pub fn named(&self) -> Vec<(OfferId, AccountId)> {
		self.chosen.iter().map(|fit| (fit.offer, fit.provider.clone())).collect()
	}

	/// Numbers of the offers.
	pub fn offers(&self) -> Vec<OfferId> {
		self.chosen.iter().map(|fit| fit.offer).collect()
	}
}

/// Asks the chain which offers serve the job, and picks the cheapest that can go together.
///
/// Spends nothing. Errors: [`Error::Usage`] for what the chain would never accept,
/// [`Error::NotMatched`] with the reasons why the other offers don't fit, [`Error::OfferNotFound`] where
/// offers are named that there are not, [`Error::PricesApart`]
/// where no stake would deter all that would be needed, [`Error::InsufficientBalance`].
pub async fn price(at: &At, client: &AccountId, options: &JobOptions) -> Result<PricedRequest> {
	let now = at.block().number;
	let parameters = at.parameters().await?;
	options.check(&parameters)?;
	let tariff = parameters.tariff;
	let (request, quote) = ask(at, client, options).await?;
	let chosen = match choose(&quote, &request, options, &tariff) {
		Ok(chosen) => chosen,
		Err(TooFew::Offers { found, needed }) => {
			all_there(at, options, &quote).await?;
			return Err(Error::NotMatched { found, needed, ineligible: quote.ineligible });
		},
		Err(TooFew::Likeness { found, needed }) => {
			return Err(Error::PricesApart { found, needed });
		},
	};
	let maxima: Vec<Balance> = chosen.iter().map(|fit| fit.maximum).collect();
	let beyond = || Error::Usage("the price is beyond what amounts can express".into());
	let tasks = Balance::from(request.task.input.tasks());
	let assets = options.assets;
	let least = tariff.least_wage(&request);
	let amounts = |assets| tariff.amounts(&request.policy, &maxima, least, assets);
	let amounts = assets.most().and_then(amounts);
	let amounts = amounts.ok_or_else(beyond)?;
	let escrow = amounts.locked().and_then(|one| one.checked_mul(tasks)).ok_or_else(beyond)?;
	let (stake, reserve) = (amounts.stake, amounts.reserve.saturating_mul(tasks));
	// The quote is for a single task. A part of the deposit is the same for any number of them.
	let deposit = quote.deposit.saturating_mul(tasks);
	let free = at.balance(client).await?;
	let free = free.free.saturating_sub(free.frozen);
	// The deposit for fewer candidates is a little smaller than this one, so only the chain can tell
	// exactly; it refuses with an error of the same exit code.
	if free < escrow {
		let (account, needed) = (client.clone(), escrow.saturating_add(deposit));
		return Err(Error::InsufficientBalance { account, free, needed });
	}
	Ok(PricedRequest { request, chosen, escrow, reserve, stake, deposit, quote, assets, at: now })
}

/// Refuses numbers of offers that there are not.
async fn all_there(at: &At, options: &JobOptions, quote: &Quote) -> Result<()> {
	let quoted = quote.fits.iter().map(|fit| fit.offer);
	let quoted: BTreeSet<OfferId> =
		quoted.chain(quote.ineligible.iter().map(|(offer, _)| *offer)).collect();
	if options.offers.iter().all(|offer| quoted.contains(offer)) {
		return Ok(());
	}
	// A quote need not tell of all offers.
	let known: Vec<OfferId> = at.offers(u32::MAX).await?.iter().map(|offer| offer.id).collect();
	match unknown(&options.offers, &known) {
		unknown if unknown.is_empty() => Ok(()),
		unknown => {
			let known = known.into_iter().take(SHOWN_OFFERS).collect();
			Err(Error::OfferNotFound { unknown, known })
		},
	}
}

/// Offers that an error names, of all that there are.
const SHOWN_OFFERS: usize = 8;

fn unknown(named: &[OfferId], known: &[OfferId]) -> Vec<OfferId> {
	named.iter().filter(|offer| !known.contains(offer)).copied().collect()
}

/// Ceilings of both parts of the price for a request that is signed now and matched later, so that no
/// replica costs more than what was said in all. A total is divided as the prices are of the offers that
/// serve the job now.
pub async fn ceilings(at: &At, client: &AccountId, options: &JobOptions) -> Result<Price> {
	Ok(ask(at, client, options).await?.0.max_price)
}

/// The request as it is to be sent, and the chain's answer to it.
async fn ask(at: &At, client: &AccountId, options: &JobOptions) -> Result<(Request, Quote)> {
	let mut request = options.request(at.block().number)?;
	// How a total is best divided is known only when all prices are that are within it.
	request.max_price = options.ceiling();
	// With all that the match of it will say.
	let quote = async |request: &Request| {
		let order = own_request(client.clone(), request, &options.assets, 0);
		at.quote_order(&order, &options.offers).await
	};
	let first = quote(&request).await?;
	let bound = options.bound(&first.fits);
	if bound == request.max_price {
		return Ok((request, first));
	}
	request.max_price = bound;
	let again = quote(&request).await?;
	Ok((request, again))
}

/// Why there are not enough candidates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum TooFew {
	/// Too few offers serve the request.
	Offers { found: u32, needed: u32 },
	/// There are enough, at prices too far apart.
	Likeness { found: u32, needed: u32 },
}

/// The cheapest offers within the price, one for each provider and in ascending order of P_max, none of
/// which is too dear for the ledger. As many as there may be, beginning with the cheapest that has enough
/// others of its kind.
fn choose(
	quote: &Quote,
	request: &Request,
	options: &JobOptions,
	tariff: &Tariff,
) -> Result<Vec<OfferFit>, TooFew> {
	let (needed, most) = request.policy.candidates(0).into_inner();
	let limit = options.candidates.unwrap_or(most).max(needed);
	let meant = |fit: &&OfferFit| options.affords(fit.maximum);
	let mut fits: Vec<&OfferFit> = quote.fits.iter().filter(meant).collect();
	fits.sort_by_key(|fit| fit.maximum);
	let providers: BTreeSet<_> = fits.iter().map(|fit| &fit.provider).collect();
	let found = providers.len() as u32;
	if found < needed {
		return Err(TooFew::Offers { found, needed });
	}
	let spread = |lowest| Spread::of(tariff, request, lowest);
	let set = best_set(fits.into_iter(), needed as usize, limit as usize, spread).members;
	if (set.len() as u32) < needed {
		return Err(TooFew::Likeness { found, needed });
	}
	Ok(set.into_iter().cloned().collect())
}

/// Opens the deal. The offers may be gone by now, which is an [`Error::Dispatch`] of the market.
pub async fn submit(
	chain: &Chain,
	signer: &Signer,
	priced: &PricedRequest,
	wait: WaitFor,
) -> Result<Submission> {
	// Without the block there is no number to follow the task by.
	let wait = if wait == WaitFor::Broadcast { WaitFor::InBlock } else { wait };
	if matches!(priced.request.task.input, Input::List(_)) || !priced.assets.is_empty() {
		let orders = as_match(&signer.account(), priced)?;
		let matched = order::submit(chain, signer, &orders, wait).await?;
		return Submission::new(&priced.request, matched.transaction);
	}
	let request = Box::new(priced.request.clone().into());
	let offers = priced.named().into_iter().map(|(offer, who)| (offer, who.into())).collect();
	let call = Call::Market(market::Call::submit { request, offers });
	let transaction = chain.submit(signer, &call, wait).await?;
	Submission::new(&priced.request, transaction)
}

/// The same as a match of the client's own request, which needs no signature beside the transaction's:
/// how deals over lists of inputs, and with registered content at its posted terms, are opened.
///
/// Errors: [`Error::Usage`] for too many offers.
pub fn as_match(client: &AccountId, priced: &PricedRequest) -> Result<Match> {
	let salt = order::random_salt()?;
	let request = own_request(client.clone(), &priced.request, &priced.assets, salt);
	let resources: Vec<Resource> = priced.offers().into_iter().map(Resource::Offer).collect();
	Ok(Match {
		request: Signed { order: request, authorization: Authorization::OnChain },
		sponsor: None,
		resources: resources.try_into().map_err(|_| Error::Usage("too many offers".into()))?,
		app: None,
		dataset: None,
	})
}

/// A request that is matched as a whole, on the spot.
fn own_request(client: AccountId, request: &Request, assets: &AssetUse, salt: u64) -> RequestOrder {
	RequestOrder {
		app: assets.app,
		dataset: assets.dataset,
		max_app_price: assets.max_app_price,
		max_dataset_price: assets.max_dataset_price,
		min_publisher_bond: assets.min_publisher_bond,
		salt,
		..RequestOrder::plain(client, request.clone())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{job::MaxPrice, testing::TARIFF};
	use assay_primitives::{content::ContentRef, policy::Policy};

	fn fit(offer: OfferId, provider: u8, maximum: Balance) -> OfferFit {
		let price = Price { base: maximum, per_mgas: 0 };
		OfferFit { offer, provider: [provider; 32].into(), price, maximum }
	}

	fn quote(fits: Vec<OfferFit>) -> Quote {
		Quote { fits, ineligible: vec![], enough: true, escrow: 0, deposit: 0, stake: 0 }
	}

	#[test]
	fn choice_should_be_the_cheapest_of_each_provider_within_the_price() {
		let mut options = JobOptions::new(ContentRef::of(b"m"), MaxPrice::PerReplica(30));
		options.policy = Policy::Quorum { replicas: 1, required: 1 };
		let request = options.request(1).expect("valid");
		let quote =
			quote(vec![fit(7, 1, 26), fit(8, 1, 27), fit(5, 2, 28), fit(4, 3, 31), fit(3, 4, 30)]);
		let offers = |options: &JobOptions| -> Vec<OfferId> {
			let chosen = choose(&quote, &request, options, &TARIFF).expect("enough");
			chosen.iter().map(|fit| fit.offer).collect()
		};
		assert_eq!(offers(&options), [7, 5, 3]);
		options.candidates = Some(2);
		assert_eq!(offers(&options), [7, 5]);
		options.candidates = Some(0);
		assert_eq!(offers(&options), [7], "never fewer than the first wave");
	}

	#[test]
	fn choice_should_pass_over_those_whose_prices_are_too_far_from_the_others() {
		let mut options = JobOptions::new(ContentRef::of(b"m"), MaxPrice::PerReplica(10_000));
		options.policy = Policy::Quorum { replicas: 2, required: 2 };
		let request = options.request(1).expect("valid");
		let choice = |maxima: &[Balance]| {
			let fits = (1u8..).zip(maxima).map(|(at, maximum)| fit(at.into(), at, *maximum));
			choose(&quote(fits.collect()), &request, &options, &TARIFF)
				.map(|chosen| chosen.iter().map(|fit| fit.maximum).collect::<Vec<_>>())
		};
		assert_eq!(choice(&[1_000, 1_100, 1_250, 1_900]), Ok(vec![1_000, 1_100, 1_250]));
		assert_eq!(choice(&[100, 1_000, 1_100]), Ok(vec![1_000, 1_100]), "the cheap one is alone");
		assert_eq!(choice(&[100, 1_000, 3_000]), Err(TooFew::Likeness { found: 3, needed: 2 }));
		assert_eq!(choice(&[100]), Err(TooFew::Offers { found: 1, needed: 2 }));
	}

	#[test]
	fn match_should_name_the_app_with_its_ceiling_and_one_task_when_there_is_no_list() {
		let mut options = JobOptions::new(ContentRef::of(b"m"), MaxPrice::PerReplica(30));
		options.policy = Policy::Quorum { replicas: 2, required: 2 };
		let request = options.request(1).expect("valid");
		let chosen = vec![fit(1, 1, 10), fit(2, 2, 20), fit(3, 3, 30)];
		let quote = quote(vec![]);
		let assets = AssetUse { app: Some(7), max_app_price: 9, ..AssetUse::default() };
		let priced = PricedRequest {
			request,
			quote,
			chosen,
			escrow: 0,
			reserve: 0,
			stake: 0,
			deposit: 0,
			assets,
			at: 1,
		};
		let matched = as_match(&[9; 32].into(), &priced).expect("few offers");
		let request = matched.request.order;
		assert_eq!((request.app, request.max_app_price, request.dataset), (Some(7), 9, None));
		assert_eq!(request.volume, 1);
		assert_eq!(matched.resources.len(), 3);
	}

	#[test]
	fn offers_should_be_unknown_when_nobody_has_made_them() {
		assert_eq!(unknown(&[3, 77, 1], &[1, 2, 3]), [77]);
		assert!(unknown(&[], &[1]).is_empty());
	}
}
