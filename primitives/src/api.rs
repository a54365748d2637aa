//! Runtime APIs: what clients and daemons read, typed in the metadata.

use crate::{
	AccountId, Balance, BlockNumber,
	case::{CaseView, CommitteeDraw, MediatorView},
	deal::{DrawView, TaskView},
	order::{Asset, AssetId, Flaw, GroupId, Match, OrderId, OrderRecord, Publisher},
	profile::{Profile, ProfileId},
	provider::ProviderView,
	request::{OfferId, Quote, Request, Terms},
	task::{DealId, TaskId},
	traits::CaseId,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use polkadot_sdk::sp_api;
use scale_info::TypeInfo;

/// Constants of the protocol that clients need.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Parameters {
	/// Milliseconds between blocks.
	pub block_millis: u64,
	/// Profiles that new deals may name.
	pub profiles: Vec<ProfileId>,
	/// Longest run time, in blocks.
	pub max_run_blocks: BlockNumber,
	/// Largest gas limit.
	pub max_gas: u64,
	/// Largest memory, in pages.
	pub max_memory_pages: u32,
	/// Largest output, in bytes.
	pub max_output_bytes: u64,
	/// Largest blob that a transaction may publish.
	pub max_blob_bytes: u32,
	/// Least bond of a provider.
	pub min_provider_bond: Balance,
}

/// A resting offer with its number.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct OfferView {
	/// Number.
	pub id: OfferId,
	/// Whose.
	pub provider: AccountId,
	/// What.
	pub terms: Terms,
}

sp_api::decl_runtime_apis! {
	/// Tasks, offers and providers.
	pub trait AssayApi {
		/// Constants.
		fn parameters() -> Parameters;
		/// A profile by its id.
		fn profile(id: ProfileId) -> Option<Profile>;
		/// A task, open or ended and not pruned yet.
		fn task(id: TaskId) -> Option<TaskView>;
		/// Tasks of a client that are not pruned, newest first, at most `limit`.
		fn tasks_of_client(client: AccountId, limit: u32) -> Vec<TaskView>;
		/// Open tasks for which a provider is a candidate or drawn.
		fn tasks_of_provider(provider: AccountId) -> Vec<TaskView>;
		/// How the replicas of a task were drawn.
		fn draw(id: TaskId) -> Option<DrawView>;
		/// Which offers serve a request, and why the others don't.
		fn quote(client: AccountId, request: Request) -> Quote;
		/// Resting offers from a number on, at most `limit`.
		fn offers(from: OfferId, limit: u32) -> Vec<OfferView>;
		/// Every reason why orders would not make a deal if `solver` submitted them now, in the order
		/// of checking. What the payer has free, and what the ledger checks of content, is not part of
		/// it.
		fn why_not(solver: AccountId, orders: Match) -> Vec<Flaw>;
		/// What the chain remembers of an order.
		fn order(id: OrderId) -> Option<OrderRecord>;
		/// A registered app or dataset.
		fn asset(id: AssetId) -> Option<Asset>;
		/// Apps and datasets from a number on, at most `limit`.
		fn assets(from: AssetId, limit: u32) -> Vec<(AssetId, Asset)>;
		/// A publisher's bond.
		fn publisher(owner: AccountId) -> Option<Publisher>;
		/// Whether an account is a member of a group.
		fn is_member(group: GroupId, account: AccountId) -> bool;
		/// A provider.
		fn provider(stash: AccountId) -> Option<ProviderView>;
		/// Providers, at most `limit`.
		fn providers(limit: u32) -> Vec<ProviderView>;
		/// The provider that an operator key signs for.
		fn provider_of(operator: AccountId) -> Option<AccountId>;
		/// Number of the next deal.
		fn next_deal() -> DealId;
		/// Block until which a published blob is kept, and its size.
		fn content(hash: crate::Hash) -> Option<(u32, BlockNumber)>;
	}

	/// Disputes.
	pub trait CaseApi {
		/// A case with its rounds, until it is removed.
		fn case(id: CaseId) -> Option<CaseView>;
		/// Cases that are kept, open or closed, newest first, at most `limit`.
		fn cases(limit: u32) -> Vec<CaseView>;
		/// Open cases that a mediator sits in.
		fn cases_of_mediator(stash: AccountId) -> Vec<CaseView>;
		/// The open case over a task.
		fn case_of_task(task: TaskId) -> Option<CaseId>;
		/// A mediator.
		fn mediator(stash: AccountId) -> Option<MediatorView>;
		/// Mediators, at most `limit`.
		fn mediators(limit: u32) -> Vec<MediatorView>;
		/// The mediator that an operator key signs for.
		fn mediator_of(operator: AccountId) -> Option<AccountId>;
		/// How the committee of a round was drawn, or will be in the next block.
		fn committee_draw(case: CaseId, round: u8) -> Option<CommitteeDraw>;
		/// Funds that a case needs where each seat earns `wage`.
		fn case_cost(wage: Balance) -> Balance;
	}
}
