//! State at one block: views, balances, events.

use super::{
	blocks::BlockInfo,
	connect::Chain,
	events::{self, EventRecord},
	view::{Api, View},
};
use crate::error::{Error, Result};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, Nonce,
	api::Parameters,
	content::ContentRef,
	deal::{DrawView, TaskView},
	order::{
		Asset, AssetId, GroupId, Match, OrderId, OrderRecord, Publisher, Refusal, RequestOrder,
	},
	profile::{Profile, ProfileId},
	provider::ProviderView,
	request::{OfferId, Quote, Request},
	task::{DealId, TaskId},
};
use codec::{Decode, DecodeAll, Encode};
use std::{
	collections::HashMap,
	sync::{Mutex, PoisonError},
};
use subxt::{
	ArcMetadata, OnlineClientAtBlock, SubstrateConfig,
	backend::BlockRef,
	dynamic::{self, At as _, Value},
	events::Events,
};

/// The chain's state after one block.
pub struct At {
	pub(super) chain: Chain,
	pub(super) client: OnlineClientAtBlock<SubstrateConfig>,
	block: BlockInfo,
}

/// What an account has.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AccountBalance {
	/// Free to be spent or held, existential deposit included.
	pub free: Balance,
	/// Held for all reasons together.
	pub held: Balance,
	/// Part of the rest that can't be transferred.
	pub frozen: Balance,
	/// What is held for which reason.
	pub holds: Vec<HeldBalance>,
	/// Transactions sent.
	pub nonce: Nonce,
}

/// An amount held for one reason.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeldBalance {
	/// Pallet that holds it.
	pub pallet: String,
	/// Its reason.
	pub reason: String,
	/// How much.
	pub amount: Balance,
}

/// Versions of the runtime after blocks that were looked at.
#[derive(Default)]
pub(super) struct Versions(Mutex<HashMap<Hash, u32>>);

impl Versions {
	/// Blocks that are remembered.
	const MOST: usize = 1_024;

	fn note(&self, block: Hash, version: u32) {
		let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		if known.len() >= Self::MOST {
			known.clear();
		}
		known.insert(block, version);
	}

	fn after(&self, block: &Hash) -> Option<u32> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner).get(block).copied()
	}
}

impl At {
	pub(super) async fn new(chain: Chain, block: BlockInfo) -> Result<Self> {
		let client = Self::client_at(&chain, block.hash, block.number).await?;
		Ok(Self { chain, client, block })
	}

	/// With the metadata of the runtime after the block, which is read once for each version of it.
	async fn client_at(
		chain: &Chain,
		hash: Hash,
		number: BlockNumber,
	) -> Result<OnlineClientAtBlock<SubstrateConfig>> {
		let client = &chain.inner.client;
		let client =
			client.at_block_hash_and_number(BlockRef::from_hash(hash), number.into()).await;
		let client = client.map_err(|error| chain.subxt_error("the state of a block", error))?;
		chain.inner.versions.note(hash, client.spec_version());
		Ok(client)
	}

	/// The block.
	pub fn block(&self) -> BlockInfo {
		self.block
	}

	/// Version of the runtime.
	pub fn spec_version(&self) -> u32 {
		self.client.spec_version()
	}

	pub(crate) async fn view_of<T: Decode>(
		&self,
		api: Api,
		method: &str,
		arguments: impl Encode,
	) -> Result<T> {
		let view = View::find(self.client.metadata_ref(), api, method)?;
		let (name, question) = (view.name(), view.question(arguments.encode())?);
		let answer = self.client.runtime_apis().call_raw(&name, Some(&question)).await;
		let answer = answer.map_err(|error| self.chain.subxt_error(&name, error))?;
		let answer = view.answer(answer)?;
		T::decode_all(&mut &answer[..]).map_err(|error| Error::decode(name, error))
	}

	/// What an account has; all zero where it does not exist.
	pub async fn balance(&self, account: &AccountId) -> Result<AccountBalance> {
		let Some(info) = self.of_account("System", "Account", account).await? else {
			return Ok(AccountBalance::default());
		};
		let holds = self.of_account("Balances", "Holds", account).await?;
		account_balance(&info, holds.as_ref())
			.ok_or_else(|| Error::decode("an account", "unknown shape"))
	}

	/// Number of the account's next transaction, those in the pool aside.
	pub(super) async fn nonce(&self, account: &AccountId) -> Result<Nonce> {
		self.view_of(Api::AccountNonce, "account_nonce", account).await
	}

	/// Everything that our pallets reported in this block, in order.
	pub async fn events(&self) -> Result<Vec<EventRecord>> {
		let (events, metadata) = self.raw_events().await?;
		events::decode_all(&events, &metadata)
	}

	/// All that was reported in this block, and the metadata that it is encoded by: of the runtime that
	/// has executed the block. An upgrade in it has taken its place since.
	pub(super) async fn raw_events(&self) -> Result<(Events<SubstrateConfig>, ArcMetadata)> {
		let events = self.client.events().fetch().await;
		let events = events.map_err(|error| self.chain.subxt_error("the events", error))?;
		let BlockInfo { number, parent, .. } = self.block;
		let before = self.chain.inner.versions.after(&parent);
		if number == 0 || before == Some(self.spec_version()) {
			return Ok((events, self.client.metadata()));
		}
		let executed = Self::client_at(&self.chain, parent, number.saturating_sub(1)).await?;
		let events = executed.events().from_bytes(events.bytes().to_vec());
		Ok((events, executed.metadata()))
	}

	/// What a map of the SDK's pallets has for an account. They have no runtime API for it; its fields
	/// are found by their names.
	async fn of_account(
		&self,
		pallet: &str,
		name: &str,
		account: &AccountId,
	) -> Result<Option<Value>> {
		let what = || format!("{pallet}.{name}");
		let bytes: &[u8; 32] = account.as_ref();
		let address = dynamic::storage::<(Value,), Value>(pallet, name);
		let value = self.client.storage().try_fetch(address, (Value::from_bytes(bytes),)).await;
		let value = value.map_err(|error| self.chain.subxt_error(&what(), error))?;
		let decoded = value.map(|value| value.decode()).transpose();
		decoded.map_err(|error| Error::decode(what(), error))
	}

	/// A constant of a pallet that is a number.
	pub(crate) fn constant(&self, pallet: &str, name: &str) -> Result<u128> {
		let what = || format!("the constant {pallet}.{name}");
		let address = dynamic::constant::<u128>(pallet, name);
		let value = self.client.constants().entry(address);
		value.map_err(|error| Error::decode(what(), error))
	}
}

views! {
	Assay

	/// Constants of the protocol.
	parameters() -> Parameters;

	/// A profile by its id.
	profile(id: &ProfileId) -> Option<Profile>;

	/// A task, open or ended and not pruned yet.
	task(id: TaskId) -> Option<TaskView>;

	/// How the replicas of a task were drawn.
	draw(id: TaskId) -> Option<DrawView>;

	/// Which offers serve a request, and why the others don't.
	quote(client: &AccountId, request: &Request) -> Quote;

	/// The same for a request order, of the offers `among` where any are named.
	quote_order(order: &RequestOrder, among: &Vec<OfferId>) -> Quote;

	/// Every reason why orders would not make a deal if `solver` submitted them now, in the order of
	/// checking.
	why_not(solver: &AccountId, orders: &Match) -> Vec<Refusal>;

	/// What the chain remembers of an order.
	order(id: &OrderId) -> Option<OrderRecord>;

	/// A registered app or dataset.
	asset(id: AssetId) -> Option<Asset>;

	/// A publisher's bond.
	publisher(owner: &AccountId) -> Option<Publisher>;

	/// Whether an account is a member of a group.
	is_member(group: &GroupId, account: &AccountId) -> bool;

	/// A provider.
	provider(stash: &AccountId) -> Option<ProviderView>;

	/// The provider that an operator key signs for.
	provider_of(operator: &AccountId) -> Option<AccountId>;

	/// Blocks of unpaid run time that a provider has taken on for a client; counted only where it has a
	/// limit.
	exposure(stash: &AccountId, client: &AccountId) -> BlockNumber;

	/// Number of the next deal.
	next_deal() -> DealId;

	/// Size of a published blob, and the block until which it is kept.
	content(hash: &Hash) -> Option<(u32, BlockNumber)>;
	/// Last block through which all of some content is kept, leaves included; `None` where the chain does
	/// not promise all of it.
	promised_until(content: &ContentRef) -> Option<BlockNumber>;

	/// How many orders an account may have on the nodes' board.
	board_places(account: &AccountId) -> u32;

	/// Output of the VRF with which the block was authored; `None` where its author gave none.
	block_vrf() -> Option<[u8; 32]>;
}

/// Reads `{nonce, data: {free, reserved, frozen}}`.
fn account_balance(info: &Value, holds: Option<&Value>) -> Option<AccountBalance> {
	let data = info.at("data")?;
	let amount = |name: &str| data.at(name)?.as_u128();
	Some(AccountBalance {
		free: amount("free")?,
		held: amount("reserved")?,
		frozen: amount("frozen")?,
		holds: holds.map_or(Some(Vec::new()), held_balances)?,
		nonce: info.at("nonce")?.as_u128()?.try_into().ok()?,
	})
}

/// Reads `[{id: Pallet(Reason), amount}]`, wrapped in however many tuples of one field.
fn held_balances(value: &Value) -> Option<Vec<HeldBalance>> {
	use subxt::ext::scale_value::{Composite, ValueDef};
	let ValueDef::Composite(list) = &value.value else { return None };
	let items: Vec<&Value> = list.values().collect();
	if let [only] = items[..]
		&& let ValueDef::Composite(Composite::Unnamed(_)) = only.value
	{
		return held_balances(only);
	}
	let name = |value: &Value| match &value.value {
		ValueDef::Variant(variant) => Some(variant.name.clone()),
		_ => None,
	};
	let hold = |item: &&Value| {
		let id = item.at("id")?;
		let amount = item.at("amount")?.as_u128()?;
		Some(HeldBalance { pallet: name(id)?, reason: name(id.at(0)?)?, amount })
	};
	items.iter().map(hold).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::dynamic::Value;

	fn hold(pallet: &str, reason: &str, amount: u128) -> Value {
		let reason = Value::unnamed_variant(reason, []);
		let id = Value::unnamed_variant(pallet, [reason]);
		Value::named_composite([("id", id), ("amount", Value::u128(amount))])
	}

	#[test]
	fn account_should_be_read_by_the_names_of_its_fields() {
		let amounts = [("frozen", 1u128), ("free", 2), ("added", 3), ("reserved", 4)];
		let data = amounts.map(|(name, amount)| (name, Value::u128(amount)));
		let info = |nonce: u128| {
			let data = Value::named_composite(data.clone());
			Value::named_composite([("data", data), ("nonce", Value::u128(nonce))])
		};
		let holds = Value::unnamed_composite([hold("Deals", "Escrow", 4)]);
		let balance = account_balance(&info(5), Some(&holds)).expect("all is there");
		let AccountBalance { free, held, frozen, holds, nonce } = balance;
		assert_eq!((free, held, frozen, holds.len(), nonce), (2, 4, 1, 1, 5));
		assert_eq!(account_balance(&info(u128::MAX), None), None, "no such nonce");
		assert_eq!(account_balance(&Value::u128(1), None), None);
	}

	#[test]
	fn holds_should_be_read_by_pallet_and_reason() {
		let list = Value::unnamed_composite([hold("Deals", "Escrow", 7), hold("Market", "X", 8)]);
		let expected = vec![
			HeldBalance { pallet: "Deals".into(), reason: "Escrow".into(), amount: 7 },
			HeldBalance { pallet: "Market".into(), reason: "X".into(), amount: 8 },
		];
		assert_eq!(held_balances(&list), Some(expected.clone()));
		let wrapped = Value::unnamed_composite([list]);
		assert_eq!(held_balances(&wrapped), Some(expected));
		assert_eq!(held_balances(&Value::unnamed_composite([])), Some(vec![]));
		let odd = Value::unnamed_composite([Value::u128(1)]);
		assert_eq!(held_balances(&odd), None);
	}
}
