//! Matching.

use crate::{
	chain::{Chain, Submitted, WaitFor},
	error::{Error, Result},
	keys::Signer,
};
use assay_interface::{Call, Event, market};
use assay_primitives::{order::Match, task::DealId};

/// A deal that a match opened.
#[derive(Clone, Debug)]
pub struct Matched {
	/// The deal.
	pub deal: DealId,
	/// Number of its tasks.
	pub tasks: u32,
	/// The transaction.
	pub transaction: Submitted,
}

impl Matched {
	/// What a transaction that submitted orders has reported.
	///
	/// Errors: [`Error::Decode`] where it has opened no deal.
	pub fn of(transaction: Submitted) -> Result<Self> {
		let matched = transaction.events.iter().find_map(|record| match &record.event {
			Event::Market(market::Event::OrdersMatched { deal, tasks, .. }) => {
				Some((*deal, *tasks))
			},
			_ => None,
		});
		let (deal, tasks) =
			matched.ok_or_else(|| Error::decode("Market.match_orders", "no deal was reported"))?;
		Ok(Self { deal, tasks, transaction })
	}
}

/// Submits orders. Whoever was first wins, so they may be used up by now, which is an
/// [`Error::Dispatch`] of the market that says so.
pub async fn submit(
	chain: &Chain,
	signer: &Signer,
	orders: &Match,
	wait: WaitFor,
) -> Result<Matched> {
	// Without the block there is no number to follow the deal by.
	let wait = if wait == WaitFor::Broadcast { WaitFor::InBlock } else { wait };
	let orders = Box::new(orders.clone().into());
	let call = Call::Market(market::Call::match_orders { orders });
	Matched::of(chain.submit(signer, &call, wait).await?)
}
