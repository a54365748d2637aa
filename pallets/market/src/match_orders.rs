//! From orders to a deal.

use crate::{Config, DealBookOf, Event, Pallet, examine::Plan};
use assay_primitives::{AccountId, judges::Judges, order::Match, traits::DealBook};
use polkadot_sdk::sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_match_orders(solver: AccountId, orders: &Match) -> DispatchResult {
		let Plan { deal, drawn } = Self::plan(&solver, orders)?;
		let (client, payer, tasks) = (deal.client.clone(), deal.payer.clone(), deal.tasks);
		for order in &drawn {
			Self::consume(order, tasks, &solver)?;
		}
		let judges = deal.judges.clone();
		let deal = DealBookOf::<T>::open(deal)?;
		let orders = drawn.into_iter().map(|order| order.id).collect();
		Self::deposit_event(Event::OrdersMatched { deal, client, payer, solver, tasks, orders });
		let appealable = judges.suffice_for(1);
		if let Judges::Named(mediators) = judges {
			Self::deposit_event(Event::MediatorsNamed { deal, mediators, appealable });
		}
		Ok(())
	}
}
