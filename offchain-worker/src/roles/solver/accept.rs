//! From a stranger's bytes to an order in the book.

use super::shared::Solver;
use crate::host::trouble::Troubles;
use assay_client::{
	At, Error,
	order::{OrderFile, statement},
};
use assay_decisions::book::{Arrival, Known, NotKept};
use assay_primitives::{
	AccountId, Balance, MILLI,
	order::{AnyOrder, AssetFault, AssetId, AssetKind, Kind, OrderId, Part},
	request::Ineligible,
};
use std::time::Instant;

/// What whoever pays for a request must have free for it to be kept. No deal costs less, and without
/// it anybody could fill the book for nothing.
pub(super) const LEAST_PURSE: Balance = 50 * MILLI;

/// An order that is in the book.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Accepted {
	pub id: OrderId,
	pub kind: Kind,
	/// Whether it was there before.
	pub known: bool,
}

/// Why an order is not in the book.
#[derive(Debug)]
pub enum Rejected {
	/// The order is to blame.
	Refused(NotKept),
	/// The chain could not be asked.
	Chain(Error),
}

impl From<NotKept> for Rejected {
	fn from(refusal: NotKept) -> Self {
		Self::Refused(refusal)
	}
}

impl From<Error> for Rejected {
	fn from(error: Error) -> Self {
		Self::Chain(error)
	}
}

/// Nothing is registered under the number that an order has, or something else is.
fn not_found(part: Part) -> NotKept {
	AssetFault::NotFound.of(part).into()
}

impl Solver {
	/// Keeps an order that holds, and tries a request at once. `source` is for metrics.
	pub(super) async fn accept(
		&self,
		file: OrderFile,
		source: &'static str,
	) -> Result<Accepted, Rejected> {
		let arrived = Instant::now();
		let accepted = self.admit(file, source == "store").await;
		let result = match &accepted {
			Ok(Accepted { known: true, .. }) => "known",
			Ok(_) => "kept",
			Err(Rejected::Refused(refusal)) => refusal.code(),
			Err(Rejected::Chain(_)) => "chain",
		};
		self.0.metrics.arrivals.with_label_values(&[source, result]).inc();
		if let Ok(Accepted { id, kind: Kind::Request, known: false }) = &accepted {
			self.try_soon(*id, Some(arrived));
		}
		accepted
	}

	async fn admit(&self, file: OrderFile, stored: bool) -> Result<Accepted, Rejected> {
		let at = self.state();
		let now = at.block().number;
		let constants = self.book().constants();
		Arrival::screen(&file, &self.0.chain.genesis(), now, &constants)?;
		let (id, kind) = (file.id(), file.order.kind());
		if self.book().contains(&id) {
			return Ok(Accepted { id, kind, known: true });
		}
		let owner = self.owner(&file, &at).await?;
		let record = at.order(&id).await?;
		let arrival = Arrival::verify(file, Known { now, owner, record })?;
		self.look_up_for(arrival.file(), &at).await?;
		let kept = (!stored).then(|| arrival.file().clone());
		self.book().insert(arrival)?;
		if let Some(file) = kept {
			self.0.store.put(&id, &file);
		}
		Ok(Accepted { id, kind, known: false })
	}

	/// Who can sign an order. Looks up on the way what the book has to know of providers.
	async fn owner(&self, file: &OrderFile, at: &At) -> Result<AccountId, Rejected> {
		match &file.order {
			AnyOrder::Request(order) => {
				let payer = order.sponsor.as_ref().unwrap_or(&order.client);
				if at.balance(payer).await?.free < LEAST_PURSE {
					return Err(NotKept::PayerTooPoor.into());
				}
				Ok(order.client.clone())
			},
			AnyOrder::Resource(order) => {
				let known = self.book().provider(&order.provider).cloned();
				let view = match known {
					Some(view) => view,
					None => {
						let found = at.provider(&order.provider).await?;
						let view = found.ok_or(NotKept::from(Ineligible::ProviderNotFound))?;
						self.book().set_provider(view.clone());
						view
					},
				};
				let signs =
					order.signer == order.provider || order.signer == view.declaration.operator;
				if signs {
					Ok(order.signer.clone())
				} else {
					Err(NotKept::from(Ineligible::SignerNotOfProvider).into())
				}
			},
			AnyOrder::App(order) => {
				let asset = at.asset(order.app).await?;
				let asset =
					asset.filter(|it| it.kind != AssetKind::Dataset && it.content == order.content);
				Ok(asset.ok_or_else(|| not_found(Part::App))?.owner)
			},
			AnyOrder::Dataset(order) => {
				let asset = at.asset(order.dataset).await?;
				let asset =
					asset.filter(|it| it.kind == AssetKind::Dataset && it.content == order.content);
				Ok(asset.ok_or_else(|| not_found(Part::Dataset))?.owner)
			},
		}
	}

	/// Looks up what the book has to know for a request that holds, and does not know yet.
	async fn look_up_for(&self, file: &OrderFile, at: &At) -> Result<(), Error> {
		let AnyOrder::Request(order) = &file.order else { return Ok(()) };
		for id in order.app.into_iter().chain(order.dataset) {
			self.look_up_asset(id, at).await?;
		}
		if order.mediators.public {
			return Ok(());
		}
		for stash in &order.mediators.named {
			let known = self.book().knows_mediator(stash);
			if !known {
				self.look_up_mediator(stash.clone(), at).await?;
			}
		}
		Ok(())
	}

	/// An asset, and the bond of its owner.
	pub(super) async fn look_up_asset(&self, id: AssetId, at: &At) -> Result<(), Error> {
		let asset = at.asset(id).await?;
		let owner = asset.as_ref().map(|asset| asset.owner.clone());
		self.book().set_asset(id, asset);
		match owner {
			Some(owner) => self.look_up_publisher(owner, at).await,
			None => Ok(()),
		}
	}

	pub(super) async fn look_up_publisher(&self, owner: AccountId, at: &At) -> Result<(), Error> {
		let publisher = at.publisher(&owner).await?;
		self.book().set_publisher(owner, publisher);
		Ok(())
	}

	pub(super) async fn look_up_mediator(&self, stash: AccountId, at: &At) -> Result<(), Error> {
		let mediator = at.mediator(&stash).await?;
		self.book().set_mediator(stash, mediator);
		Ok(())
	}

	/// Reads the nodes' board for as long as the process lives.
	pub(super) async fn read_board(self) {
		let genesis = self.0.chain.genesis();
		let mut statements = self.0.chain.statements(statement::topic(&genesis));
		let mut troubles = Troubles::default();
		while let Some(next) = statements.next().await {
			let problem = next.as_ref().err();
			let problem = problem.map(|error| format!("the board can't be read: {error}"));
			troubles.set("board", problem);
			let Ok(bytes) = next else { continue };
			let file = match statement::read(&bytes, &genesis) {
				Ok(file) => file,
				Err(error) => {
					self.0.metrics.arrivals.with_label_values(&["statement", "malformed"]).inc();
					tracing::debug!("a statement is no order: {error}");
					continue;
				},
			};
			if let Err(why) = self.accept(file, "statement").await {
				tracing::debug!("an order from the board was not kept: {why:?}");
			}
		}
	}

	/// Puts the orders back that the last run had.
	pub(super) async fn reload(self) {
		let mut count = 0u32;
		for file in self.0.store.orders() {
			match self.accept(file, "store").await {
				Ok(_) => count = count.saturating_add(1),
				Err(why) => tracing::debug!("a stored order is not kept: {why:?}"),
			}
		}
		if count > 0 {
			tracing::info!(count, "orders of the last run are back in the book");
		}
	}
}
