//! The state after a block, as a provider asks it.

use assay_client::{At, BlockInfo, Error};
use assay_primitives::{
	AccountId,
	api::{DealTasks, Page},
	task::DealId,
};

/// The state after a block, as a provider asks it.
pub trait State: Sync {
	/// The block.
	fn block(&self) -> BlockInfo;
	/// Number of the next deal.
	fn next_deal(&self) -> impl Future<Output = Result<DealId, Error>> + Send;
	/// Deals that have a slot of the provider.
	fn work(&self) -> impl Future<Output = Result<Vec<DealId>, Error>> + Send;
	/// The same, and bags with open tasks that it is a candidate of, in no particular order.
	fn deals(
		&self,
		after: Option<DealId>,
	) -> impl Future<Output = Result<Page<DealId, DealId>, Error>> + Send;
	/// All deals with open tasks that it is a candidate of, by their numbers.
	fn new_deals(
		&self,
		from: DealId,
	) -> impl Future<Output = Result<Page<DealId, DealId>, Error>> + Send;
	/// Tasks of a deal that concern the provider.
	fn tasks(
		&self,
		deal: DealId,
		from: u32,
	) -> impl Future<Output = Result<Option<DealTasks>, Error>> + Send;
}

/// The state of the real chain.
pub struct Seen<'a> {
	pub at: At,
	pub provider: &'a AccountId,
}

impl State for Seen<'_> {
	fn block(&self) -> BlockInfo {
		self.at.block()
	}

	async fn next_deal(&self) -> Result<DealId, Error> {
		self.at.next_deal().await
	}

	async fn work(&self) -> Result<Vec<DealId>, Error> {
		self.at.deals_of_provider(self.provider).await
	}

	async fn deals(&self, after: Option<DealId>) -> Result<Page<DealId, DealId>, Error> {
		self.at.deals_of_candidate(self.provider, after).await
	}

	async fn new_deals(&self, from: DealId) -> Result<Page<DealId, DealId>, Error> {
		self.at.new_deals_of_candidate(self.provider, from).await
	}

	async fn tasks(&self, deal: DealId, from: u32) -> Result<Option<DealTasks>, Error> {
		self.at.tasks_of_candidate(self.provider, deal, from).await
	}
}
