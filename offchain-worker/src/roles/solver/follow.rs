//! Following the chain.

use super::{
	accept::LEAST_PURSE,
	shared::{Solver, constants},
};
use crate::host::{
	desk::Desk,
	reading::{Extent, Reading},
	role::{End, Role},
	trouble::Troubles,
};
use anyhow::Result;
use assay_client::{At, BlockInfo, Error, WaitFor};
use assay_interface::{Call, Event as ChainEvent, market, mediation, providers, register};
use assay_primitives::{
	AccountId,
	order::{MAX_PRUNED, OrderId},
};
use std::{
	collections::BTreeSet,
	fmt::Display,
	sync::{Arc, atomic::Ordering},
	time::Duration,
};
use tokio::task::JoinHandle;

/// Providers that are read at a time; others are looked up when an order of theirs comes.
const PROVIDERS: u32 = 1_000;
/// Offers that are read.
const OFFERS: u32 = 2_000;
/// Most blocks that are caught up with.
const MAX_GAP: u32 = 64;
/// Payers that are looked at again at a block, where requests take much room.
const PAYERS: usize = 16;
/// Blocks between looks for what the store need not keep, and for deposits to be had back.
const SWEEP_EVERY: u32 = 50;

/// Longest time that matches under way are given at the end.
const DRAIN: Duration = Duration::from_secs(20);
/// Longest time for answers that are under way at the end.
const ANSWERS: Duration = Duration::from_secs(2);

/// What runs beside the loop reports this.
#[derive(Debug)]
pub(super) enum Event {
	/// A block was looked at, and of the payers those up to this one.
	Looked(BlockInfo, Option<AccountId>, Result<(), Error>),
	/// No match is under way any more.
	Idle,
}

/// A solver that follows the chain.
pub(super) struct Following {
	solver: Solver,
	desk: Desk<Event>,
	reading: Reading,
	/// The block that was looked at last.
	last: Option<BlockInfo>,
	/// The payer that was looked at last.
	payer: Option<AccountId>,
	troubles: Troubles<&'static str>,
	/// What takes orders in.
	server: JoinHandle<Result<()>>,
	sources: Vec<JoinHandle<()>>,
	/// Nothing is left to be waited for.
	idle: bool,
}

impl Following {
	pub(super) fn new(
		solver: Solver,
		server: JoinHandle<Result<()>>,
		sources: Vec<JoinHandle<()>>,
	) -> Self {
		Self {
			solver,
			desk: Desk::default(),
			reading: Reading::default(),
			last: None,
			payer: None,
			troubles: Troubles::default(),
			server,
			sources,
			idle: false,
		}
	}

	/// Looks at the newest block, if none is being looked at.
	fn look(&mut self) {
		let Some(block) = self.desk.best.filter(|block| self.last != Some(*block)) else { return };
		if !self.reading.begin(block.number) {
			return;
		}
		let (solver, last, mut payer) = (self.solver.clone(), self.last, self.payer.clone());
		let look = async move {
			let done = solver.on_block(block, last, &mut payer).await;
			Event::Looked(block, payer, done)
		};
		self.desk
			.beside(look, move |panic| Event::Looked(block, None, Err(Error::Execution(panic))));
	}

	/// The chain can be read, or can't be because of this.
	fn note(&mut self, problem: Option<impl Display>) {
		let (inner, reachable) = (&self.solver.0, problem.is_none());
		if inner.reachable.swap(reachable, Ordering::Relaxed) && !reachable {
			inner.metrics.outages.with_label_values(&["node"]).inc();
		}
		let problem = problem.map(|why| format!("the chain can't be read: {why}"));
		self.troubles.set("chain", problem);
	}
}

impl Role for Following {
	type Event = Event;

	fn desk(&mut self) -> &mut Desk<Event> {
		&mut self.desk
	}

	fn drain_time(&self) -> Duration {
		DRAIN
	}

	async fn on_heads(&mut self) {
		self.look();
	}

	fn on_outage(&mut self, why: &str) {
		self.note(Some(why));
	}

	fn on_events(&mut self, events: Vec<Event>) {
		for event in events {
			match event {
				Event::Looked(block, payer, done) => {
					(self.last, self.payer) = (Some(block), payer);
					self.note(done.err());
					if self.reading.end(Extent::Whole) {
						self.look();
					}
				},
				Event::Idle => self.idle = true,
			}
		}
	}

	async fn on_tick(&mut self) {}

	/// What is in the pool is waited for, so that its outcome is known.
	fn begin_drain(&mut self) {
		tracing::info!("told to stop");
		let inner = &self.solver.0;
		inner.stopping.store(true, Ordering::Relaxed);
		self.sources.iter().for_each(JoinHandle::abort);
		let slots = inner.slots.clone();
		let all = u32::try_from(inner.at_once).unwrap_or(u32::MAX);
		let idle = async move {
			// Never closed.
			let _ = slots.acquire_many(all).await;
			Event::Idle
		};
		self.desk.beside(idle, |_| Event::Idle);
	}

	fn is_drained(&self) -> bool {
		self.idle
	}

	/// Its server looks itself.
	fn publish(&mut self) {}

	async fn end(&mut self, end: End) {
		if end == End::Cut {
			tracing::warn!(
				"matches under way are left behind; the chain shows what becomes of them"
			);
		}
		let _ = tokio::time::timeout(ANSWERS, &mut self.server).await;
		self.solver.0.store.flush();
	}
}

impl Solver {
	async fn on_block(
		&self,
		block: BlockInfo,
		last: Option<BlockInfo>,
		payer: &mut Option<AccountId>,
	) -> Result<(), Error> {
		let at = Arc::new(self.0.chain.at(block).await?);
		if at.spec_version() != self.state().spec_version() {
			let constants = constants(&at).await?;
			self.book().adopt(constants);
			tracing::info!(version = at.spec_version(), "the chain has another runtime");
		}
		self.set_state(at.clone());
		let ended = self.book().advance(block.number);
		if !ended.is_empty() {
			tracing::debug!(count = ended.len(), "orders have ended");
		}
		self.read_events(&at, last).await?;
		self.refresh(&at).await?;
		self.check_payers(&at, payer).await?;
		self.0.metrics.best_block.set(block.number.into());
		self.show_counts();
		if block.number.is_multiple_of(SWEEP_EVERY) {
			self.sweep(block.number);
		}
		self.try_due();
		Ok(())
	}

	/// What blocks since `last` say about orders in the book.
	async fn read_events(&self, at: &At, last: Option<BlockInfo>) -> Result<(), Error> {
		let mut touched = BTreeSet::new();
		self.collect(at, &mut touched).await?;
		// Blocks that were skipped; the other branch of a fork is left to the records.
		if let Some(last) = last {
			let mut parent = at.block().parent;
			for _ in 0..at.block().number.saturating_sub(last.number + 1).min(MAX_GAP) {
				let block = self.0.chain.block(parent).await?;
				parent = block.parent;
				self.collect(&self.0.chain.at(block).await?, &mut touched).await?;
			}
		}
		let ids: Vec<OrderId> = touched.into_iter().collect();
		self.read_records(at, &ids).await;
		Ok(())
	}

	async fn collect(&self, at: &At, touched: &mut BTreeSet<OrderId>) -> Result<(), Error> {
		for record in at.events().await? {
			match record.event {
				ChainEvent::Market(market::Event::OrdersMatched { orders, .. }) => {
					touched.extend(orders)
				},
				ChainEvent::Market(
					market::Event::OrderClosed { order, .. }
					| market::Event::SponsorshipWithdrawn { order, .. },
				) => {
					touched.insert(order);
				},
				ChainEvent::Register(
					register::Event::AssetTermsChanged { asset, .. }
					| register::Event::AssetTransferred { asset, .. }
					| register::Event::AssetSuspended { asset, .. }
					| register::Event::AssetResumed { asset }
					| register::Event::AssetDeregistered { asset, .. },
				) if self.book().named_assets().contains(&asset) => {
					self.look_up_asset(asset, at).await?;
				},
				ChainEvent::Register(
					register::Event::BondIncreased { publisher, .. }
					| register::Event::Unbonded { publisher, .. }
					| register::Event::Slashed { publisher, .. },
				) if self.book().named_publishers().contains(&publisher.0) => {
					self.look_up_publisher(publisher.0, at).await?;
				},
				// Whoever begins or ends to serve, or has another sign for it, gets another weight.
				ChainEvent::Mediation(mediation::Event::WeightChanged { mediator, .. })
					if self.book().named_mediators().contains(&mediator.0) =>
				{
					self.look_up_mediator(mediator.0, at).await?;
				},
				ChainEvent::Providers(providers::Event::Registered { provider, .. }) => {
					tracing::debug!(provider = %provider.0, "a provider has registered");
				},
				_ => {},
			}
		}
		Ok(())
	}

	/// What the chain remembers of orders, where they are in the book.
	pub(super) async fn read_records(&self, at: &At, ids: &[OrderId]) {
		for id in ids {
			if !self.book().contains(id) {
				continue;
			}
			match at.order(id).await {
				Ok(Some(record)) => self.book().set_record(id, &record),
				Ok(None) => {},
				Err(error) => tracing::debug!("the record of an order can't be read: {error}"),
			}
		}
	}

	/// Reads providers and offers.
	pub(super) async fn refresh(&self, at: &At) -> Result<(), Error> {
		let providers = at.providers(PROVIDERS).await?;
		if providers.len() < PROVIDERS as usize {
			self.book().set_providers(providers);
		} else {
			// There are more; those that were looked up one by one stay as they were seen.
			let mut book = self.book();
			providers.into_iter().for_each(|view| book.set_provider(view));
		}
		if self.0.use_offers {
			let offers = at.offers(OFFERS).await?;
			self.book().set_offers(offers);
		}
		Ok(())
	}

	/// Sees whether those after `last` can still pay, who pay for requests in a crowded book: one purse that is
	/// passed on would fill it else.
	async fn check_payers(&self, at: &At, last: &mut Option<AccountId>) -> Result<(), Error> {
		let payers = {
			let book = self.book();
			if book.is_crowded() { book.payers(last.as_ref(), PAYERS) } else { Vec::new() }
		};
		for payer in payers {
			if at.balance(&payer).await?.free < LEAST_PURSE {
				self.book().remove_unpaid(&payer);
			}
			*last = Some(payer);
		}
		Ok(())
	}

	fn show_counts(&self) {
		let counts = self.book().counts();
		for (kind, count) in [
			("request", counts.requests),
			("resource", counts.resources),
			("offer", counts.offers),
			("app", counts.apps),
			("dataset", counts.datasets),
		] {
			let count = i64::try_from(count).unwrap_or(i64::MAX);
			self.0.metrics.book.with_label_values(&[kind]).set(count);
		}
	}

	/// Forgets stored orders that are not in the book any more, and asks for deposits back whose orders
	/// have ended.
	fn sweep(&self, now: u32) {
		let solver = self.clone();
		tokio::spawn(async move {
			let gone: Vec<OrderId> = {
				let stored = solver.0.store.ids();
				let mut book = solver.book();
				book.forget_unnamed();
				stored.into_iter().filter(|id| !book.contains(id)).collect()
			};
			for id in &gone {
				solver.0.store.remove(id);
			}
			let due = solver.0.store.deposits_before(now, MAX_PRUNED as usize);
			if due.is_empty() || solver.0.watch_only {
				return;
			}
			let call = Call::Market(market::Call::prune_orders { orders: due.clone() });
			// Somebody else may have pruned them, which costs nothing to find out.
			let tried = solver.0.chain.dry_run(&solver.0.signer, &call).await;
			let done = match tried {
				Ok(()) => {
					let sent = solver.0.chain.submit(&solver.0.signer, &call, WaitFor::InBlock);
					sent.await.map(|_| ())
				},
				Err(error) => Err(error),
			};
			match done {
				Ok(()) => tracing::info!(count = due.len(), "deposits of ended orders are back"),
				Err(Error::Dispatch { .. }) => {},
				Err(error) => {
					tracing::debug!("deposits can't be had back yet: {error}");
					return;
				},
			}
			for id in &due {
				solver.0.store.remove_deposit(id);
			}
		});
	}
}
