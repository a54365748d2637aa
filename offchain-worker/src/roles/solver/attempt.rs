//! From a request in the book to a deal.

use super::{
	history::{Attempt, Result as Ended},
	shared::Solver,
};
use assay_client::{Error, WaitFor, refusals::Reason};
use assay_decisions::book::{Plan, Shortage};
use assay_interface::{Call, Event, market};
use assay_primitives::{
	order::{Kind, Match, OrderFault, OrderId, Refusal, Resource},
	task::DealId,
};
use std::{sync::PoisonError, time::Instant};

/// Plans that are tried for one request at a time, each without what the chain has refused before.
const ROUNDS: u32 = 4;
/// Requests that are looked at after a block.
const LOOKED_AT: usize = 256;

impl Solver {
	/// Looks for matches of requests whose time has come.
	pub(super) fn try_due(&self) {
		let due = self.book().due(LOOKED_AT);
		for id in due {
			// Without the chain it is known already that nothing serves most of them.
			let planned = self.book().plan(&id);
			match planned {
				Ok(_) => self.try_soon(id, None),
				Err(why) => self.postpone(&id, &why),
			}
		}
	}

	/// Tries a request when there is a slot for it. `arrived` is when it came, if it was just now.
	pub(super) fn try_soon(&self, id: OrderId, arrived: Option<Instant>) {
		if self.is_stopping() {
			return;
		}
		let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
		if !waiting.insert(id) {
			return;
		}
		drop(waiting);
		let solver = self.clone();
		tokio::spawn(async move {
			// Never closed.
			let slot = solver.0.slots.clone().acquire_owned().await;
			solver.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
			if slot.is_ok() && !solver.is_stopping() {
				solver.attempt(id, arrived).await;
			}
		});
	}

	async fn attempt(&self, id: OrderId, arrived: Option<Instant>) {
		for _ in 0..ROUNDS {
			let planned = {
				let mut book = self.book();
				let planned = book.plan(&id);
				if let Ok(plan) = &planned {
					book.begin(plan);
				}
				planned
			};
			let plan = match planned {
				Ok(plan) => plan,
				Err(why) => return self.postpone(&id, &why),
			};
			if let Some(why) = self.unwilling(&plan) {
				return self.book().end(&plan, Some(why));
			}
			if !self.submit(plan, arrived).await {
				return;
			}
		}
	}

	fn postpone(&self, id: &OrderId, why: &Shortage) {
		if *why != Shortage::InFlight && *why != Shortage::Unknown {
			self.book().postpone(id, why.to_string());
		}
	}

	/// Why this solver leaves a match to others.
	fn unwilling(&self, plan: &Plan) -> Option<String> {
		if self.0.watch_only {
			return Some("this solver only watches".into());
		}
		let low = plan.orders.request.order.tip < self.0.min_tip;
		low.then(|| "the tip is below what this solver wants".into())
	}

	/// Tries a plan out, and submits it where it holds. Returns whether another plan may be had.
	async fn submit(&self, plan: Plan, arrived: Option<Instant>) -> bool {
		let orders = Box::new(plan.orders.clone().into());
		let call = Call::Market(market::Call::match_orders { orders });
		let chain = &self.0.chain;
		if let Err(error) = chain.dry_run(&self.0.signer, &call).await {
			return self.refused(plan, error, false).await;
		}
		let pending = match chain.broadcast(&self.0.signer, &call).await {
			Ok(pending) => pending,
			Err(error) => return self.refused(plan, error, false).await,
		};
		let millis = arrived.map(|arrived| arrived.elapsed().as_secs_f64() * 1_000.0);
		if let Some(millis) = millis {
			self.0.metrics.latency.observe(millis / 1_000.0);
		}
		let submitted = match pending.wait(WaitFor::InBlock).await {
			Ok(submitted) => submitted,
			Err(error) => return self.refused(plan, error, true).await,
		};
		let deal = submitted.events.iter().find_map(|record| match &record.event {
			Event::Market(market::Event::OrdersMatched { deal, .. }) => Some(*deal),
			_ => None,
		});
		let block = submitted.block.map_or(0, |block| block.number);
		tracing::info!(request = ?plan.request, deal, block, millis, "matched");
		self.note(&plan, Ended::Matched, deal, None, true, block, millis);
		self.note_deposits(&plan.orders);
		if let Some(block) = submitted.block {
			let ids = ids_of(&plan);
			if let Ok(at) = chain.at(block).await {
				self.read_records(&at, &ids).await;
			}
		}
		self.book().end(&plan, None);
		false
	}

	/// What the chain has refused. Returns whether another plan may be had.
	async fn refused(&self, plan: Plan, error: Error, fee: bool) -> bool {
		let Error::Dispatch { pallet, name, reason, .. } = &error else {
			// The node is gone, or the solver has no money: nothing is known about the orders.
			tracing::warn!(request = ?plan.request, "a match can't be submitted: {error}");
			self.0.metrics.matches.with_label_values(&["error"]).inc();
			self.book().end(&plan, Some(error.to_string()));
			return false;
		};
		let name = format!("{pallet}.{name}");
		let block = self.state().block().number;
		let refusals = match self.0.chain.at_best().await {
			Ok(at) => at.why_not(&self.0.me, &plan.orders).await.unwrap_or_default(),
			Err(_) => Vec::new(),
		};
		let spent = refusals.iter().any(is_final);
		let learned = {
			let mut book = self.book();
			let learned = book.learn(&plan, &refusals);
			book.end(&plan, Some(format!("the chain refuses it: {name}")));
			if spent {
				book.remove(&plan.request);
			}
			learned
		};
		// The answer to whoever comes second.
		let lost = *reason == Some(Reason::Refused(OrderFault::UsedUp.of(Kind::Request)));
		if fee || lost {
			tracing::info!(request = ?plan.request, error = name, fee, "not matched by this solver");
			let ended = if lost { Ended::Lost } else { Ended::Failed };
			self.note(&plan, ended, None, Some(name), fee, block, None);
		} else {
			tracing::debug!(request = ?plan.request, error = name, ?refusals, "the chain refuses it");
			self.0.metrics.matches.with_label_values(&["refused"]).inc();
		}
		learned && !spent
	}

	#[expect(clippy::too_many_arguments, reason = "one for each field of what is noted")]
	fn note(
		&self,
		plan: &Plan,
		result: Ended,
		deal: Option<DealId>,
		error: Option<String>,
		fee: bool,
		block: u32,
		millis: Option<f64>,
	) {
		let label = match result {
			Ended::Matched => "matched",
			Ended::Lost => "lost",
			Ended::Failed => "failed",
		};
		self.0.metrics.matches.with_label_values(&[label]).inc();
		let request = plan.request;
		let attempt = Attempt { request, result, deal, error, fee, block, millis };
		self.history().push(attempt);
	}

	/// Notes the orders for whose records this solver has paid a deposit.
	fn note_deposits(&self, orders: &Match) {
		let genesis = self.0.chain.genesis();
		for (id, until) in ids_with_end(orders, &genesis) {
			self.0.store.put_deposit(&id, until);
		}
	}
}

/// Whether a request can never be matched again.
fn is_final(refusal: &Refusal) -> bool {
	match refusal {
		Refusal::Order { of: Kind::Request, why } => *why != OrderFault::LifeTooLong,
		refusal => *refusal == Refusal::SponsorWithdrew,
	}
}

/// All orders of a plan.
fn ids_of(plan: &Plan) -> Vec<OrderId> {
	use assay_decisions::book::ResourceKey;
	let resources = plan.candidates.iter().filter_map(|key| match key {
		ResourceKey::Order(id) => Some(*id),
		ResourceKey::Offer(_) => None,
	});
	std::iter::once(plan.request).chain(plan.sales.iter().copied()).chain(resources).collect()
}

/// All orders of a match with their last blocks.
fn ids_with_end(orders: &Match, genesis: &assay_primitives::Hash) -> Vec<(OrderId, u32)> {
	use assay_primitives::order::Order;
	let mut found = vec![(orders.request.order.id(genesis), orders.request.order.valid_until())];
	for resource in &orders.resources {
		if let Resource::Order(signed) = resource {
			found.push((signed.order.id(genesis), signed.order.valid_until()));
		}
	}
	found.extend(orders.app.iter().map(|it| (it.order.id(genesis), it.order.valid_until())));
	found.extend(orders.dataset.iter().map(|it| (it.order.id(genesis), it.order.valid_until())));
	found
}
