//! Lists that come in pages, put together.
//!
//! Entries are as of one block, so that none is missed or told twice however many pages there are.

use super::{at::At, view::Api};
use crate::error::Result;
use assay_primitives::{
	AccountId,
	api::{DealTasks, OfferView, Page},
	case::{CaseView, MediatorView},
	deal::TaskView,
	order::{Asset, AssetId},
	pool::{ListedPool, PoolId},
	provider::ProviderView,
	request::OfferId,
	task::DealId,
	traits::CaseId,
};
use codec::{Codec, Decode, Encode};
use std::collections::BTreeSet;

/// Most that is asked for at a time; the chain looks at less where entries may be large.
const MOST: u32 = u32::MAX;

impl At {
	/// Entries of a list, at most `limit`. What the view wants before the cursor is `lead`.
	async fn list<I: Decode, C: Codec>(
		&self,
		api: Api,
		method: &str,
		lead: impl Encode,
		limit: u32,
	) -> Result<Vec<I>> {
		let (mut found, mut after) = (Vec::new(), None::<C>);
		loop {
			let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
			if left == 0 {
				return Ok(found);
			}
			let page: Page<I, C> = self.view_of(api, method, (&lead, &after, left)).await?;
			found.extend(page.items.into_iter().take(left as usize));
			match page.next {
				Some(next) => after = Some(next),
				None => return Ok(found),
			}
		}
	}

	/// Numbers of a client's deals that are not pruned, newest first.
	pub async fn deals_of_client(&self, client: &AccountId) -> Result<Vec<DealId>> {
		let found = self.list::<_, DealId>(Api::Assay, "deals_of_client", client, MOST).await?;
		let deals: BTreeSet<DealId> = found.into_iter().collect();
		Ok(deals.into_iter().rev().collect())
	}

	/// The same, and the bags with open tasks that a provider is a candidate of, in no particular order,
	/// from after a number on: one page.
	pub async fn deals_of_candidate(
		&self,
		provider: &AccountId,
		after: Option<DealId>,
	) -> Result<Page<DealId, DealId>> {
		self.view_of(Api::Assay, "deals_of_candidate", (provider, after, MOST)).await
	}

	/// Numbers of all deals with open tasks that a provider is a candidate of, in the order of opening, from
	/// the number `from` on: one page.
	pub async fn new_deals_of_candidate(
		&self,
		provider: &AccountId,
		from: DealId,
	) -> Result<Page<DealId, DealId>> {
		self.view_of(Api::Assay, "new_deals_of_candidate", (provider, from, MOST)).await
	}

	/// All tasks of a deal that are not pruned; `None` where there is no such deal.
	pub async fn tasks_of_deal(&self, deal: DealId) -> Result<Option<Vec<TaskView>>> {
		let first = self.tasks_from(deal, 0).await?;
		let Some(mut page) = first else { return Ok(None) };
		let mut found = Vec::new();
		loop {
			let next = page.tasks.next;
			found.extend(page.into_views());
			let Some(from) = next else { return Ok(Some(found)) };
			match self.tasks_from(deal, from).await? {
				Some(more) => page = more,
				None => return Ok(Some(found)),
			}
		}
	}

	async fn tasks_from(&self, deal: DealId, from: u32) -> Result<Option<DealTasks>> {
		self.view_of(Api::Assay, "tasks_of_deal", (deal, from, MOST)).await
	}

	/// A deal and its open tasks, from a number on, for which a provider is drawn or may still be: one
	/// page. `None` where there is no such deal.
	pub async fn tasks_of_candidate(
		&self,
		provider: &AccountId,
		deal: DealId,
		from: u32,
	) -> Result<Option<DealTasks>> {
		self.view_of(Api::Assay, "tasks_of_candidate", (provider, deal, from, MOST)).await
	}

	/// Tasks of a client that are not pruned, those of the newest deals first, at most `limit`.
	pub async fn tasks_of_client(&self, client: &AccountId, limit: u32) -> Result<Vec<TaskView>> {
		let limit = limit as usize;
		let mut found = Vec::new();
		for deal in self.deals_of_client(client).await? {
			if found.len() >= limit {
				break;
			}
			found.extend(self.tasks_of_deal(deal).await?.unwrap_or_default());
		}
		found.truncate(limit);
		Ok(found)
	}

	/// Open tasks for which a provider is drawn, or may still be, oldest first. Who follows the chain asks
	/// for the new ones only.
	pub async fn tasks_of_provider(&self, provider: &AccountId) -> Result<Vec<TaskView>> {
		let deals =
			self.list::<_, DealId>(Api::Assay, "deals_of_candidate", provider, MOST).await?;
		let mut found = Vec::new();
		for deal in deals.into_iter().collect::<BTreeSet<_>>() {
			let mut from = Some(0);
			while let Some(at) = from {
				let page = self.tasks_of_candidate(provider, deal, at).await?;
				from = page.as_ref().and_then(|page| page.tasks.next);
				found.extend(page.into_iter().flat_map(DealTasks::into_views));
			}
		}
		Ok(found)
	}

	/// Resting offers by their numbers, at most `limit` of all.
	pub async fn offers(&self, limit: u32) -> Result<Vec<OfferView>> {
		let mut found: Vec<OfferView> =
			self.list::<_, OfferId>(Api::Assay, "offers", (), limit).await?;
		found.sort_unstable_by_key(|offer| offer.id);
		Ok(found)
	}

	/// Apps and datasets by their numbers, at most `limit` of all.
	pub async fn assets(&self, limit: u32) -> Result<Vec<(AssetId, Asset)>> {
		let mut found: Vec<(AssetId, Asset)> =
			self.list::<_, AssetId>(Api::Assay, "assets", (), limit).await?;
		found.sort_unstable_by_key(|(id, _)| *id);
		Ok(found)
	}

	/// Providers, at most `limit`.
	pub async fn providers(&self, limit: u32) -> Result<Vec<ProviderView>> {
		self.list::<_, AccountId>(Api::Assay, "providers", (), limit).await
	}

	/// Cases that are kept, open or closed, newest first, at most `limit`.
	pub async fn cases(&self, limit: u32) -> Result<Vec<CaseView>> {
		self.list::<_, CaseId>(Api::Case, "cases", (), limit).await
	}

	/// Open cases that a mediator sits in.
	pub async fn cases_of_mediator(&self, stash: &AccountId) -> Result<Vec<CaseView>> {
		self.list::<_, CaseId>(Api::Case, "cases_of_mediator", stash, MOST).await
	}

	/// Pools that are not settled, newest first, at most `limit`.
	pub async fn pools(&self, limit: u32) -> Result<Vec<ListedPool>> {
		self.list::<_, PoolId>(Api::Pool, "pools", (), limit).await
	}

	/// The newest cases that a mediator has sat in and that hold no stake of it any more, newest first, at most
	/// `limit`. The chain remembers its last 64.
	pub async fn past_cases_of_mediator(
		&self,
		stash: &AccountId,
		limit: u32,
	) -> Result<Vec<CaseView>> {
		self.list::<_, CaseId>(Api::Case, "past_cases_of_mediator", stash, limit).await
	}

	/// Mediators, at most `limit`.
	pub async fn mediators(&self, limit: u32) -> Result<Vec<MediatorView>> {
		self.list::<_, AccountId>(Api::Case, "mediators", (), limit).await
	}
}

views! {
	Assay

	/// Numbers of the deals that a provider has slots in use for, in their order: because it was drawn, or
	/// may still be in the first draw.
	deals_of_provider(provider: &AccountId) -> Vec<DealId>;

	/// Offers of a provider by their numbers.
	offers_of_provider(provider: &AccountId) -> Vec<OfferView>;
}
