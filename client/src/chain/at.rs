//! State at one block: views, balances, events.

use super::{
	abi::{self, Api},
	blocks::BlockInfo,
	connect::Chain,
	events::{self, EventRecord},
};
use crate::error::{Error, Result};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, Nonce,
	api::Parameters,
	deal::{DrawView, TaskView},
	order::{Asset, AssetId, GroupId, Match, OrderId, OrderRecord, Publisher, Refusal},
	profile::{Profile, ProfileId},
	provider::ProviderView,
	request::{Quote, Request},
	task::{DealId, TaskId},
};
use codec::{Decode, DecodeAll, Encode};
use subxt::{OnlineClientAtBlock, SubstrateConfig, backend::BlockRef, dynamic, dynamic::Value};

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

/// An account as pallet-balances keeps it, in the order of its fields.
#[derive(Decode)]
struct AccountInfo {
	nonce: Nonce,
	_consumers: u32,
	_providers: u32,
	_sufficients: u32,
	free: Balance,
	reserved: Balance,
	frozen: Balance,
	_flags: u128,
}

impl At {
	pub(super) async fn new(chain: Chain, block: BlockInfo) -> Result<Self> {
		let client = chain
			.inner
			.client
			.at_block_hash_and_number(BlockRef::from_hash(block.hash), block.number.into())
			.await
			.map_err(|error| chain.subxt_error("the state of a block", error))?;
		Ok(Self { chain, client, block })
	}

	/// The block.
	pub fn block(&self) -> BlockInfo {
		self.block
	}

	/// Version of the runtime.
	pub fn spec_version(&self) -> u32 {
		self.client.spec_version()
	}

	async fn view<T: Decode>(&self, method: &str, arguments: impl Encode) -> Result<T> {
		self.view_of(Api::Assay, method, arguments).await
	}

	pub(crate) async fn view_of<T: Decode>(
		&self,
		api: Api,
		method: &str,
		arguments: impl Encode,
	) -> Result<T> {
		abi::check_view(self.client.metadata_ref(), api, method)?;
		let name = abi::view_name(api, method);
		let bytes = self
			.client
			.runtime_apis()
			.call_raw(&name, Some(&arguments.encode()))
			.await
			.map_err(|error| self.chain.subxt_error(&name, error))?;
		T::decode_all(&mut &bytes[..]).map_err(|error| Error::decode(name, error))
	}

	/// Constants of the protocol.
	pub async fn parameters(&self) -> Result<Parameters> {
		self.view("parameters", ()).await
	}

	/// Most blocks that an order which is matched now may still be valid for.
	pub fn max_order_life(&self) -> Result<BlockNumber> {
		let life = self.constant("Market", "MaxOrderLife")?;
		Ok(BlockNumber::try_from(life).unwrap_or(BlockNumber::MAX))
	}

	/// A profile by its id.
	pub async fn profile(&self, id: &ProfileId) -> Result<Option<Profile>> {
		self.view("profile", id).await
	}

	/// A task, open or ended and not pruned yet.
	pub async fn task(&self, id: TaskId) -> Result<Option<TaskView>> {
		self.view("task", id).await
	}

	/// How the replicas of a task were drawn.
	pub async fn draw(&self, id: TaskId) -> Result<Option<DrawView>> {
		self.view("draw", id).await
	}

	/// Which offers serve a request, and why the others don't.
	pub async fn quote(&self, client: &AccountId, request: &Request) -> Result<Quote> {
		self.view("quote", (client, request)).await
	}

	/// Every reason why orders would not make a deal if `solver` submitted them now, in the order of
	/// checking.
	pub async fn why_not(&self, solver: &AccountId, orders: &Match) -> Result<Vec<Refusal>> {
		self.view("why_not", (solver, orders)).await
	}

	/// What the chain remembers of an order.
	pub async fn order(&self, id: &OrderId) -> Result<Option<OrderRecord>> {
		self.view("order", id).await
	}

	/// A registered app or dataset.
	pub async fn asset(&self, id: AssetId) -> Result<Option<Asset>> {
		self.view("asset", id).await
	}

	/// A publisher's bond.
	pub async fn publisher(&self, owner: &AccountId) -> Result<Option<Publisher>> {
		self.view("publisher", owner).await
	}

	/// Whether an account is a member of a group.
	pub async fn is_member(&self, group: GroupId, account: &AccountId) -> Result<bool> {
		self.view("is_member", (group, account)).await
	}

	/// A provider.
	pub async fn provider(&self, stash: &AccountId) -> Result<Option<ProviderView>> {
		self.view("provider", stash).await
	}

	/// The provider that an operator key signs for.
	pub async fn provider_of(&self, operator: &AccountId) -> Result<Option<AccountId>> {
		self.view("provider_of", operator).await
	}

	/// Blocks of unpaid run time that a provider has taken on for a client; counted only where it has a
	/// limit.
	pub async fn exposure(&self, stash: &AccountId, client: &AccountId) -> Result<BlockNumber> {
		let key = |account: &AccountId| {
			let bytes: &[u8; 32] = account.as_ref();
			Value::from_bytes(bytes)
		};
		let address = dynamic::storage::<(Value, Value), Value>("Providers", "Exposed");
		let value = self.client.storage().try_fetch(address, (key(stash), key(client))).await;
		let value = value.map_err(|error| self.chain.subxt_error("Providers.Exposed", error))?;
		let Some(value) = value else { return Ok(0) };
		BlockNumber::decode_all(&mut &value.into_bytes()[..])
			.map_err(|error| Error::decode("Providers.Exposed", error))
	}

	/// Number of the next deal.
	pub async fn next_deal(&self) -> Result<DealId> {
		self.view("next_deal", ()).await
	}

	/// Size of a published blob, and the block until which it is kept.
	pub async fn content(&self, hash: &Hash) -> Result<Option<(u32, BlockNumber)>> {
		self.view("content", hash).await
	}

	/// What an account has; all zero where it does not exist.
	pub async fn balance(&self, account: &AccountId) -> Result<AccountBalance> {
		let Some(bytes) = self.entry("System", "Account", account).await? else {
			return Ok(AccountBalance::default());
		};
		let info = AccountInfo::decode_all(&mut &bytes[..])
			.map_err(|error| Error::decode("System.Account", error))?;
		Ok(AccountBalance {
			free: info.free,
			held: info.reserved,
			frozen: info.frozen,
			holds: self.holds(account).await?,
			nonce: info.nonce,
		})
	}

	/// Number of the account's next transaction, those in the pool aside.
	pub(super) async fn nonce(&self, account: &AccountId) -> Result<Nonce> {
		let bytes = self.entry("System", "Account", account).await?;
		let info = bytes.map(|bytes| AccountInfo::decode_all(&mut &bytes[..])).transpose();
		let info = info.map_err(|error| Error::decode("System.Account", error))?;
		Ok(info.map_or(0, |info| info.nonce))
	}

	/// How many orders an account may have on the nodes' board.
	pub async fn board_places(&self, account: &AccountId) -> Result<u32> {
		let bytes = self.entry("Board", "BoardPlaces", account).await?;
		let Some(bytes) = bytes else { return Ok(0) };
		let places = <(u32, Balance, BlockNumber)>::decode_all(&mut &bytes[..]);
		let (count, ..) = places.map_err(|error| Error::decode("Board.BoardPlaces", error))?;
		Ok(count)
	}

	/// Everything that our pallets reported in this block, in order.
	pub async fn events(&self) -> Result<Vec<EventRecord>> {
		let events = self.client.events().fetch().await;
		let events = events.map_err(|error| self.chain.subxt_error("the events", error))?;
		events::decode_all(&events, &self.client.metadata())
	}

	/// Raw value of a map keyed by an account.
	async fn entry(
		&self,
		pallet: &str,
		name: &str,
		account: &AccountId,
	) -> Result<Option<Vec<u8>>> {
		let bytes: &[u8; 32] = account.as_ref();
		self.map_entry(pallet, name, Value::from_bytes(bytes)).await
	}

	/// Raw value of a map.
	pub(super) async fn map_entry(
		&self,
		pallet: &str,
		name: &str,
		key: Value,
	) -> Result<Option<Vec<u8>>> {
		let address = dynamic::storage::<(Value,), Value>(pallet, name);
		let value = self.client.storage().try_fetch(address, (key,)).await;
		let value = value.map_err(|error| self.chain.subxt_error(name, error))?;
		Ok(value.map(|value| value.into_bytes()))
	}

	/// Raw value of a storage item without keys.
	pub(crate) async fn plain(&self, pallet: &str, name: &str) -> Result<Option<Vec<u8>>> {
		let address = dynamic::storage::<(), Value>(pallet, name);
		let value = self.client.storage().try_fetch(address, ()).await;
		let value = value.map_err(|error| self.chain.subxt_error(name, error))?;
		Ok(value.map(|value| value.into_bytes()))
	}

	/// A constant of a pallet that is a number.
	pub(crate) fn constant(&self, pallet: &str, name: &str) -> Result<u128> {
		let what = || format!("the constant {pallet}.{name}");
		let address = dynamic::constant::<u128>(pallet, name);
		let value = self.client.constants().entry(address);
		value.map_err(|error| Error::decode(what(), error))
	}

	async fn holds(&self, account: &AccountId) -> Result<Vec<HeldBalance>> {
		let bytes: &[u8; 32] = account.as_ref();
		let address = dynamic::storage::<(Value,), Value>("Balances", "Holds");
		let value = self.client.storage().try_fetch(address, (Value::from_bytes(bytes),)).await;
		let value = value.map_err(|error| self.chain.subxt_error("Balances.Holds", error))?;
		let Some(value) = value else { return Ok(Vec::new()) };
		let value = value.decode().map_err(|error| Error::decode("Balances.Holds", error))?;
		held_balances(&value).ok_or_else(|| Error::decode("Balances.Holds", "unknown shape"))
	}
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
		use subxt::dynamic::At as _;
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
