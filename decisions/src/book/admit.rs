//! What comes into the book, and what leaves it.

use super::{
	Arrival, Book, NotKept, ResourceKey,
	entry::{RequestEntry, ResourceEntry, Sale, SaleEntry},
	kind_key,
};
use assay_primitives::{
	AccountId, BlockNumber,
	api::OfferView,
	case::MediatorView,
	order::{
		AnyOrder, Asset, AssetId, Authorization, Kind, OrderFile, OrderId, OrderRecord, Publisher,
		RequestOrder, Signed, in_time,
	},
	provider::ProviderView,
};
use std::collections::{BTreeMap, HashSet};

impl Book {
	/// Keeps an order that holds.
	///
	/// An account that has as many of the kind as it may have loses the one that ends first, if the
	/// new one lasts longer. An order that is in the book already stays as it is.
	pub fn insert(&mut self, arrival: Arrival) -> Result<(), NotKept> {
		let Arrival { id, file, owner, left } = arrival;
		if self.contains(&id) {
			return Ok(());
		}
		let (kind, until) = (file.order.kind(), file.order.valid_until());
		// It came in time, and may have ended since.
		in_time(until, self.now, BlockNumber::MAX).map_err(|why| why.of(kind))?;
		let displaced = self.make_room(kind, &owner, until)?;
		if let Some(displaced) = displaced {
			self.remove(&displaced);
		}
		let OrderFile { order, authorization, sponsor, .. } = file;
		let authorization = authorization.unwrap_or(Authorization::OnChain);
		match order {
			AnyOrder::Request(order) => {
				let entry = RequestEntry {
					signed: Signed { order: *order, authorization },
					sponsor,
					left,
					in_flight: false,
					try_at: self.now,
					tries: 0,
					last: None,
					refused: BTreeMap::new(),
					too_small: None,
				};
				self.queue.insert((entry.try_at, id));
				self.requests.insert(id, entry);
			},
			AnyOrder::Resource(order) => {
				let signed = Signed { order: *order, authorization };
				let key = ResourceKey::Order(id);
				self.index.insert(signed.order.terms.profile, key, signed.order.terms.price);
				self.resources.insert(key, ResourceEntry::of_order(signed, left));
				self.resource_orders = self.resource_orders.saturating_add(1);
			},
			AnyOrder::App(order) => {
				let sale = Sale::App(Signed { order: *order, authorization });
				self.insert_sale(id, SaleEntry { sale, left });
			},
			AnyOrder::Dataset(order) => {
				let sale = Sale::Dataset(Signed { order: *order, authorization });
				self.insert_sale(id, SaleEntry { sale, left });
			},
		}
		self.by_end.insert((until, id));
		self.owners.insert(id, owner.clone());
		self.by_owner.entry((kind_key(kind), owner)).or_default().insert((until, id));
		Ok(())
	}

	fn insert_sale(&mut self, id: OrderId, entry: SaleEntry) {
		self.by_asset.entry(entry.asset()).or_default().insert((entry.price(), id));
		self.sales.insert(id, entry);
	}

	/// Which order has to go for one that lasts until `until`.
	fn make_room(
		&self,
		kind: Kind,
		owner: &AccountId,
		until: BlockNumber,
	) -> Result<Option<OrderId>, NotKept> {
		let own = self.by_owner.get(&(kind_key(kind), owner.clone()));
		if own.is_some_and(|own| own.len() >= self.limits.per_account) {
			let first = own.and_then(|own| own.first()).filter(|(end, _)| *end < until);
			return first.map(|(_, id)| Some(*id)).ok_or(NotKept::AccountFull);
		}
		let (held, most) = match kind {
			Kind::Request => (self.requests.len(), self.limits.requests),
			Kind::Resource => (self.resource_orders, self.limits.resources),
			Kind::App | Kind::Dataset => (self.sales.len(), self.limits.sales),
		};
		if held < most { Ok(None) } else { Err(NotKept::BookFull) }
	}

	/// Removes what an account is to pay for and can't.
	pub fn remove_unpaid(&mut self, payer: &AccountId) {
		let waits = |entry: &RequestEntry| entry.payer() == payer && !entry.in_flight;
		let unpaid = self.requests.iter().filter(|(_, entry)| waits(entry));
		for id in unpaid.map(|(id, _)| *id).collect::<Vec<_>>() {
			self.remove(&id);
		}
	}

	/// Removes an order, if it is there.
	pub fn remove(&mut self, id: &OrderId) -> bool {
		let (kind, until) = if let Some(entry) = self.requests.remove(id) {
			self.queue.remove(&(entry.try_at, *id));
			(Kind::Request, entry.signed.order.request.valid_until)
		} else if let Some(entry) = self.resources.remove(&ResourceKey::Order(*id)) {
			self.index.remove(entry.terms.profile, &ResourceKey::Order(*id));
			self.resource_orders = self.resource_orders.saturating_sub(1);
			(Kind::Resource, entry.terms.valid_until)
		} else if let Some(entry) = self.sales.remove(id) {
			if let Some(list) = self.by_asset.get_mut(&entry.asset()) {
				list.remove(&(entry.price(), *id));
				if list.is_empty() {
					self.by_asset.remove(&entry.asset());
				}
			}
			(entry.part().into(), entry.valid_until())
		} else {
			return false;
		};
		self.by_end.remove(&(until, *id));
		// Under whom it is listed: an asset may have changed hands since.
		if let Some(owner) = self.owners.remove(id) {
			let key = (kind_key(kind), owner);
			if let Some(list) = self.by_owner.get_mut(&key) {
				list.remove(&(until, *id));
				if list.is_empty() {
					self.by_owner.remove(&key);
				}
			}
		}
		true
	}

	/// Goes on to another block and removes what has ended; tells what.
	pub fn advance(&mut self, now: BlockNumber) -> Vec<OrderId> {
		self.now = now;
		let mut ended = Vec::new();
		while let Some((until, id)) = self.by_end.first().copied().filter(|(until, _)| now > *until)
		{
			self.by_end.remove(&(until, id));
			self.remove(&id);
			ended.push(id);
		}
		ended
	}

	/// Notes what the chain remembers of an order, and removes it when nothing can come of it any more.
	pub fn set_record(&mut self, id: &OrderId, record: &OrderRecord) {
		if record.closed || record.sponsor_withdrew {
			self.remove(id);
		} else {
			self.set_consumed(id, record.consumed);
		}
	}

	/// Notes how many tasks of an order the chain has matched altogether, and removes it when nothing
	/// is left.
	pub(super) fn set_consumed(&mut self, id: &OrderId, consumed: u32) {
		let left = |volume: u32| volume.saturating_sub(consumed);
		let left = if let Some(entry) = self.requests.get_mut(id) {
			entry.left = left(entry.signed.order.volume);
			entry.left
		} else if let Some(entry) = self.resources.get_mut(&ResourceKey::Order(*id)) {
			entry.left = entry.signed.as_ref().map_or(0, |signed| left(signed.order.volume));
			entry.left
		} else if let Some(entry) = self.sales.get_mut(id) {
			entry.left = left(entry.any().volume());
			entry.left
		} else {
			return;
		};
		if left == 0 {
			self.remove(id);
		}
	}

	/// Takes the place of what was known of providers.
	pub fn set_providers(&mut self, providers: Vec<ProviderView>) {
		self.providers = providers.into_iter().map(|view| (view.stash.clone(), view)).collect();
	}

	/// Notes one provider.
	pub fn set_provider(&mut self, view: ProviderView) {
		self.providers.insert(view.stash.clone(), view);
	}

	/// Takes the place of what was known of the offers that rest on chain.
	pub fn set_offers(&mut self, offers: Vec<OfferView>) {
		let ids: HashSet<_> = offers.iter().map(|offer| offer.id).collect();
		let gone: Vec<_> = self
			.resources
			.iter()
			.filter_map(|(key, entry)| match key {
				ResourceKey::Offer(id) if !ids.contains(id) => Some((*key, entry.terms.profile)),
				_ => None,
			})
			.collect();
		for (key, profile) in gone {
			self.resources.remove(&key);
			self.index.remove(profile, &key);
		}
		for OfferView { id, provider, terms, mediators } in offers {
			let key = ResourceKey::Offer(id);
			match self.resources.get(&key) {
				Some(entry) if entry.terms == terms && entry.mediators == mediators => continue,
				// It may be for another profile now.
				Some(entry) => self.index.remove(entry.terms.profile, &key),
				None => {},
			}
			self.index.insert(terms.profile, key, terms.price);
			self.resources.insert(key, ResourceEntry::of_offer(provider, terms, mediators));
		}
	}

	/// Notes an asset, or that there is none.
	pub fn set_asset(&mut self, id: AssetId, asset: Option<Asset>) {
		match asset {
			Some(asset) => self.assets.insert(id, asset),
			None => self.assets.remove(&id),
		};
	}

	/// Notes the bond of a publisher; `None` for no bond.
	pub fn set_publisher(&mut self, owner: AccountId, publisher: Option<Publisher>) {
		let bond = publisher.map_or(0, |publisher| publisher.bond.staying());
		self.publishers.insert(owner, bond);
	}

	/// Notes a mediator, or that there is none.
	pub fn set_mediator(&mut self, stash: AccountId, mediator: Option<MediatorView>) {
		let serving = mediator.filter(|view| view.next_weight > 0);
		self.mediators.insert(stash, serving.map(|view| view.operator));
	}

	/// Whether it was noted of an account whether it can judge.
	pub fn knows_mediator(&self, stash: &AccountId) -> bool {
		self.mediators.contains_key(stash)
	}

	/// Assets that requests in the book name.
	pub fn named_assets(&self) -> HashSet<AssetId> {
		self.wants().flat_map(|order| order.app.into_iter().chain(order.dataset)).collect()
	}

	/// Owners of these assets, as far as they are known.
	pub fn named_publishers(&self) -> HashSet<AccountId> {
		let assets = self.named_assets().into_iter();
		assets.filter_map(|id| Some(self.assets.get(&id)?.owner.clone())).collect()
	}

	/// Mediators that requests in the book name, where the public pool may not judge.
	pub fn named_mediators(&self) -> HashSet<AccountId> {
		let asked = self.wants().map(|order| &order.mediators);
		asked.filter(|it| !it.public).flat_map(|it| it.named.iter().cloned()).collect()
	}

	/// Forgets what no request in the book is about any more.
	pub fn forget_unnamed(&mut self) {
		let (assets, mediators) = (self.named_assets(), self.named_mediators());
		self.assets.retain(|id, _| assets.contains(id));
		let owners = self.named_publishers();
		self.publishers.retain(|owner, _| owners.contains(owner));
		self.mediators.retain(|stash, _| mediators.contains(stash));
	}

	fn wants(&self) -> impl Iterator<Item = &RequestOrder> {
		self.requests.values().map(|entry| &entry.signed.order)
	}
}
