//! Calls with their types. Each function gives a [`Call`] for [`super::Chain::submit`].
//!
//! What a call does, and its errors, is documented at the pallet; names and arguments are the same.

use codec::Encode;
use subxt::ext::{
	scale_encode::{
		self, Composite, CompositeField, EncodeAsFields, EncodeAsType, FieldIter, Variant,
	},
	scale_type_resolver::TypeResolver,
};

/// A call with its arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
	pub(super) pallet: &'static str,
	pub(super) name: &'static str,
	pub(super) arguments: Arguments,
}

/// Arguments by name; the metadata decides on their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Arguments(Vec<(&'static str, Argument)>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Argument {
	/// Encoded as the metadata says: of whatever width, compact or not.
	Number(u128),
	/// Encoded already.
	Encoded(Vec<u8>),
	/// Other calls.
	Calls(Vec<Call>),
}

impl EncodeAsType for Argument {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		match self {
			Self::Number(number) => number.encode_as_type_to(type_id, types, out),
			Self::Encoded(bytes) => {
				out.extend_from_slice(bytes);
				Ok(())
			},
			Self::Calls(calls) => {
				let calls: Vec<OfRuntime> = calls.iter().map(OfRuntime).collect();
				calls.encode_as_type_to(type_id, types, out)
			},
		}
	}
}

/// A call as a variant of the runtime's calls.
struct OfRuntime<'a>(&'a Call);

impl EncodeAsType for OfRuntime<'_> {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		let call = OfPallet(self.0);
		let fields = Composite::new([(None, CompositeField::new(&call))].into_iter());
		Variant { name: self.0.pallet, fields }.encode_variant_as_type_to(type_id, types, out)
	}
}

/// A call as a variant of its pallet's calls.
struct OfPallet<'a>(&'a Call);

impl EncodeAsType for OfPallet<'_> {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		let arguments = self.0.arguments.0.iter();
		let fields = arguments.map(|(name, value)| (Some(*name), CompositeField::new(value)));
		let fields = Composite::new(fields);
		Variant { name: self.0.name, fields }.encode_variant_as_type_to(type_id, types, out)
	}
}

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		fields: &mut dyn FieldIter<'_, R::TypeId>,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		let mut used = 0;
		for field in fields {
			let name = field.name.unwrap_or_default();
			let argument = self.0.iter().find(|(own, _)| *own == name);
			let (_, argument) = argument.ok_or_else(|| {
				scale_encode::Error::custom_string(format!("the argument {name} is new"))
			})?;
			argument.encode_as_type_to(field.id, types, out)?;
			used += 1;
		}
		if used != self.0.len() {
			return Err(scale_encode::Error::custom_str("the call has fewer arguments now"));
		}
		Ok(())
	}
}

impl Call {
	fn new(pallet: &'static str, name: &'static str) -> Self {
		Self { pallet, name, arguments: Arguments(Vec::new()) }
	}

	fn number(self, name: &'static str, value: impl Into<u128>) -> Self {
		self.push(name, Argument::Number(value.into()))
	}

	fn encoded(self, name: &'static str, value: impl Encode) -> Self {
		self.push(name, Argument::Encoded(value.encode()))
	}

	fn calls(self, name: &'static str, calls: Vec<Self>) -> Self {
		self.push(name, Argument::Calls(calls))
	}

	fn push(mut self, name: &'static str, argument: Argument) -> Self {
		self.arguments.0.push((name, argument));
		self
	}

	/// The calls that this one consists of: itself, or those in it, whatever their depth. One that
	/// only holds others is encoded by their names, and its type has all calls of the runtime in it.
	pub(super) fn parts(&self) -> Vec<&Self> {
		let inner = self.arguments.0.iter().filter_map(|(_, argument)| match argument {
			Argument::Calls(calls) => Some(calls),
			Argument::Number(_) | Argument::Encoded(_) => None,
		});
		let inner: Vec<&Self> = inner.flatten().flat_map(Self::parts).collect();
		if inner.is_empty() { vec![self] } else { inner }
	}

	/// Pallet, as the runtime names it.
	pub fn pallet(&self) -> &'static str {
		self.pallet
	}

	/// Name of the call.
	pub fn name(&self) -> &'static str {
		self.name
	}
}

/// A call as subxt wants it, without showing subxt to the users of this crate.
pub(super) struct Payload<'a>(pub &'a Call);

impl subxt::transactions::Payload for Payload<'_> {
	type CallData = Arguments;

	fn pallet_name(&self) -> &str {
		self.0.pallet
	}

	fn call_name(&self) -> &str {
		self.0.name
	}

	fn call_data(&self) -> &Arguments {
		&self.0.arguments
	}
}

/// What every chain of this kind has.
pub mod system {
	use super::Call;

	/// Puts bytes into a block, and their hash into an event.
	pub fn remark_with_event(remark: &[u8]) -> Call {
		Call::new("System", "remark_with_event").encoded("remark", remark)
	}
}

/// Bonds and declarations of providers.
pub mod providers {
	use super::Call;
	use assay_primitives::{AccountId, Balance, BlockNumber, provider::Declaration};

	const PALLET: &str = "Providers";

	/// Registers the signer as a provider with a bond.
	pub fn register(declaration: &Declaration, bond: Balance) -> Call {
		Call::new(PALLET, "register").encoded("declaration", declaration).number("bond", bond)
	}

	/// Replaces the declaration.
	pub fn update(declaration: &Declaration) -> Call {
		Call::new(PALLET, "update").encoded("declaration", declaration)
	}

	/// Adds to the bond.
	pub fn bond_more(amount: Balance) -> Call {
		Call::new(PALLET, "bond_more").number("amount", amount)
	}

	/// Starts taking free bond out; it stays slashable until it can be withdrawn.
	pub fn unbond(amount: Balance) -> Call {
		Call::new(PALLET, "unbond").number("amount", amount)
	}

	/// Takes out what has waited long enough.
	pub fn withdraw() -> Call {
		Call::new(PALLET, "withdraw")
	}

	/// Takes on at most so much unpaid work for one client, in blocks of run time; `None` for no limit.
	pub fn limit_exposure(limit: Option<BlockNumber>) -> Call {
		Call::new(PALLET, "limit_exposure").encoded("limit", limit)
	}

	/// Leaves; only while nothing is locked.
	pub fn leave() -> Call {
		Call::new(PALLET, "leave")
	}

	/// Agrees to be the operator key of `stash`; signed by the operator key.
	pub fn accept_operator(stash: &AccountId) -> Call {
		Call::new(PALLET, "accept_operator").encoded("stash", stash)
	}

	/// Stops being an operator key; signed by the operator key.
	pub fn resign_operator() -> Call {
		Call::new(PALLET, "resign_operator")
	}
}

/// Offers and requests.
pub mod market {
	use super::Call;
	use assay_primitives::{
		AccountId,
		order::{AnyOrder, Authorization, Match, OrderId},
		request::{OfferId, Request, Terms},
	};

	const PALLET: &str = "Market";

	/// Most orders that one call prunes.
	pub const MAX_PRUNED: usize = assay_primitives::order::MAX_PRUNED as usize;

	/// Places a resting offer.
	pub fn place_offer(terms: &Terms) -> Call {
		Call::new(PALLET, "place_offer").encoded("terms", terms)
	}

	/// Replaces the terms `old` of an offer.
	pub fn update_offer(id: OfferId, old: &Terms, terms: &Terms) -> Call {
		of_offer("update_offer", id, old).encoded("terms", terms)
	}

	/// Withdraws an offer that has these terms.
	pub fn withdraw_offer(id: OfferId, terms: &Terms) -> Call {
		of_offer("withdraw_offer", id, terms)
	}

	/// A call about an offer. Its number may be another's on another fork of the chain, so it is named
	/// by its terms as well.
	fn of_offer(name: &'static str, id: OfferId, terms: &Terms) -> Call {
		Call::new(PALLET, name).number("offer", id).encoded("terms_hash", terms.hash())
	}

	/// Removes an expired offer of anybody.
	pub fn prune_offer(id: OfferId) -> Call {
		Call::new(PALLET, "prune_offer").number("offer", id)
	}

	/// Submits a request against the named offers of these providers, which opens a deal.
	pub fn submit(request: &Request, offers: &[(OfferId, AccountId)]) -> Call {
		Call::new(PALLET, "submit").encoded("request", request).encoded("offers", offers)
	}

	/// Authorises an order on chain.
	pub fn presign(order: &AnyOrder, authorization: &Authorization) -> Call {
		Call::new(PALLET, "presign").encoded("order", order).encoded("authorization", authorization)
	}

	/// Closes an order for good.
	pub fn close_order(order: &AnyOrder, authorization: &Authorization) -> Call {
		Call::new(PALLET, "close_order")
			.encoded("order", order)
			.encoded("authorization", authorization)
	}

	/// Removes the records of orders that are past their last block, at most [`MAX_PRUNED`].
	pub fn prune_orders(orders: &[OrderId]) -> Call {
		Call::new(PALLET, "prune_orders").encoded("orders", orders)
	}

	/// Matches signed orders, which opens a deal.
	pub fn match_orders(orders: &Match) -> Call {
		Call::new(PALLET, "match_orders").encoded("orders", orders)
	}
}

/// Apps, datasets and the bonds of those who publish them.
pub mod register {
	use super::Call;
	use assay_primitives::{
		AccountId, Balance,
		content::ContentRef,
		order::{Asset, AssetId, AssetTerms},
		profile::ProfileId,
	};

	const PALLET: &str = "Register";

	/// Adds to the publisher's bond.
	pub fn bond_more(amount: Balance) -> Call {
		Call::new(PALLET, "bond_more").number("amount", amount)
	}

	/// Lets part of the publisher's bond leave.
	pub fn unbond(amount: Balance) -> Call {
		Call::new(PALLET, "unbond").number("amount", amount)
	}

	/// Returns what has left the publisher's bond.
	pub fn withdraw() -> Call {
		Call::new(PALLET, "withdraw")
	}

	/// Registers an app.
	pub fn register_app(
		content: &ContentRef,
		profile: &ProfileId,
		tags: u32,
		terms: &Option<AssetTerms>,
	) -> Call {
		Call::new(PALLET, "register_app")
			.encoded("content", content)
			.encoded("profile", profile)
			.number("tags", tags)
			.encoded("terms", terms)
	}

	/// Registers a dataset.
	pub fn register_dataset(content: &ContentRef, tags: u32, terms: &Option<AssetTerms>) -> Call {
		Call::new(PALLET, "register_dataset")
			.encoded("content", content)
			.number("tags", tags)
			.encoded("terms", terms)
	}

	/// Replaces the terms at which an asset may be used without an order.
	pub fn set_asset_terms(id: AssetId, asset: &Asset, terms: &Option<AssetTerms>) -> Call {
		of_asset("set_asset_terms", id, asset).encoded("terms", terms)
	}

	/// Offers an asset to another account.
	pub fn offer_asset(id: AssetId, asset: &Asset, heir: &Option<AccountId>) -> Call {
		of_asset("offer_asset", id, asset).encoded("heir", heir)
	}

	/// Takes over an asset that was offered.
	pub fn accept_asset(id: AssetId, asset: &Asset) -> Call {
		of_asset("accept_asset", id, asset)
	}

	/// Keeps an asset from being used.
	pub fn suspend_asset(id: AssetId, asset: &Asset) -> Call {
		of_asset("suspend_asset", id, asset)
	}

	/// Lets an asset be used again.
	pub fn resume_asset(id: AssetId, asset: &Asset) -> Call {
		of_asset("resume_asset", id, asset)
	}

	/// Takes an asset off the register.
	pub fn deregister_asset(id: AssetId, asset: &Asset) -> Call {
		of_asset("deregister_asset", id, asset)
	}

	/// A call about an asset. Its number may be another's on another fork of the chain, so it is named by
	/// what it is as well.
	fn of_asset(name: &'static str, id: AssetId, asset: &Asset) -> Call {
		Call::new(PALLET, name).number("asset", id).encoded("asset_hash", asset.hash())
	}
}

/// Groups of accounts.
pub mod groups {
	use super::Call;
	use assay_primitives::{AccountId, order::GroupId};

	const PALLET: &str = "Groups";

	/// Most accounts that one call adds to a group or removes.
	pub const MAX_MEMBERS_CHANGED: usize = assay_primitives::order::MAX_MEMBERS_CHANGED as usize;

	/// Creates a group of accounts.
	pub fn create_group() -> Call {
		Call::new(PALLET, "create_group")
	}

	/// Adds accounts to a group, at most [`MAX_MEMBERS_CHANGED`].
	pub fn add_members(group: GroupId, members: &[AccountId]) -> Call {
		Call::new(PALLET, "add_members").number("group", group).encoded("members", members)
	}

	/// Removes accounts from a group, at most [`MAX_MEMBERS_CHANGED`].
	pub fn remove_members(group: GroupId, members: &[AccountId]) -> Call {
		Call::new(PALLET, "remove_members").number("group", group).encoded("members", members)
	}

	/// Removes a group without members.
	pub fn dissolve_group(group: GroupId) -> Call {
		Call::new(PALLET, "dissolve_group").number("group", group)
	}
}

/// Room on the nodes' board.
pub mod board {
	use super::Call;

	const PALLET: &str = "Board";

	/// Sets how many orders of the signer nodes store and hand on.
	pub fn set_board_places(places: u32) -> Call {
		Call::new(PALLET, "set_board_places").number("places", places)
	}
}

/// The life of tasks.
pub mod deals {
	use super::Call;
	use assay_primitives::{
		AccountId, Balance, Hash,
		deal::{Exhibits, Opening},
		outcome::{Digest, Outcome},
		seal::{Salt, Seal},
		task::{DealId, TaskId},
	};

	const PALLET: &str = "Deals";

	/// Most items of a batch.
	pub const MAX_BATCH: usize = assay_primitives::deal::MAX_BATCH as usize;

	/// Seals an outcome of the task whose hash this is: on another fork of the chain the number may be
	/// another task's.
	pub fn commit(task: TaskId, task_hash: &Hash, seal: &Seal) -> Call {
		Call::new(PALLET, "commit")
			.encoded("task", task)
			.encoded("task_hash", task_hash)
			.encoded("seal", seal)
	}

	/// Seals several outcomes; an item that fails does not stop the others. At most [`MAX_BATCH`].
	pub fn commit_many(items: &[(TaskId, Hash, Seal)]) -> Call {
		Call::new(PALLET, "commit_many").encoded("items", items)
	}

	/// Gives a replica of the task whose hash this is up because content can't be had.
	pub fn decline(task: TaskId, task_hash: &Hash) -> Call {
		Call::new(PALLET, "decline").encoded("task", task).encoded("task_hash", task_hash)
	}

	/// Opens a seal.
	pub fn reveal(task: TaskId, opening: &Opening) -> Call {
		Call::new(PALLET, "reveal").encoded("task", task).encoded("opening", opening)
	}

	/// Opens several seals; an item that fails does not stop the others. At most [`MAX_BATCH`].
	pub fn reveal_many(items: &[(TaskId, Opening)]) -> Call {
		Call::new(PALLET, "reveal_many").encoded("items", items)
	}

	/// Opens somebody else's seal before it is time.
	pub fn denounce(task: TaskId, provider: &AccountId, digest: &Digest, salt: &Salt) -> Call {
		Call::new(PALLET, "denounce")
			.encoded("task", task)
			.encoded("provider", provider)
			.encoded("digest", digest)
			.encoded("salt", salt)
	}

	/// Applies whatever deadline is due.
	pub fn poke(task: TaskId) -> Call {
		Call::new(PALLET, "poke").encoded("task", task)
	}

	/// Applies the deadlines of several tasks, at most 64.
	pub fn poke_many(tasks: &[TaskId]) -> Call {
		Call::new(PALLET, "poke_many").encoded("tasks", tasks)
	}

	/// Accepts the agreed result `digest`, and so shortens its challenge window.
	pub fn accept(task: TaskId, digest: &Digest) -> Call {
		of_result("accept", task, digest)
	}

	/// Has the agreed result `digest` judged, at the client's cost as long as it is not false.
	pub fn check(task: TaskId, digest: &Digest) -> Call {
		of_result("check", task, digest)
	}

	/// Says with a bond that the agreed result `digest` is false.
	pub fn challenge(task: TaskId, digest: &Digest) -> Call {
		of_result("challenge", task, digest)
	}

	/// A call about a result. The task may have another, or the number be another task's, on another
	/// fork of the chain.
	fn of_result(name: &'static str, task: TaskId, digest: &Digest) -> Call {
		Call::new(PALLET, name).encoded("task", task).encoded("digest", digest)
	}

	/// Opens a sealed report: the result `digest` that was agreed on is false, this outcome is true.
	pub fn open_report(task: TaskId, digest: &Digest, outcome: Outcome, salt: Salt) -> Call {
		of_result("open_report", task, digest).encoded("outcome", outcome).encoded("salt", salt)
	}

	/// Removes an ended task whose time has come.
	pub fn prune(task: TaskId) -> Call {
		Call::new(PALLET, "prune").encoded("task", task)
	}

	/// Shows content that replicas say is missing.
	pub fn refute(task: TaskId, exhibits: &Exhibits) -> Call {
		Call::new(PALLET, "refute").encoded("task", task).encoded("exhibits", exhibits)
	}

	/// Has a call sent for each task of a deal that ends, by whoever wants `reward`. The hash is that of
	/// the deal's first task.
	pub fn set_callback(deal: DealId, task_hash: &Hash, call: &[u8], reward: Balance) -> Call {
		Call::new(PALLET, "set_callback")
			.encoded("deal", deal)
			.encoded("task_hash", task_hash)
			.encoded("call", call)
			.number("reward", reward)
	}

	/// Sends the callback of a task that has ended.
	pub fn call_back(task: TaskId) -> Call {
		Call::new(PALLET, "call_back").encoded("task", task)
	}
}

/// Mediators and their cases.
pub mod mediation {
	use super::Call;
	use assay_primitives::{
		AccountId, Balance, Hash, case::MediatorTerms, outcome::Digest, seal::Salt, traits::CaseId,
	};

	const PALLET: &str = "Mediation";

	/// Registers the signer as a mediator with a bond.
	pub fn register(operator: &AccountId, terms: &MediatorTerms, bond: Balance) -> Call {
		Call::new(PALLET, "register")
			.encoded("operator", operator)
			.encoded("terms", terms)
			.number("bond", bond)
	}

	/// Agrees to be the operator key of `stash`; signed by the operator key.
	pub fn accept_operator(stash: &AccountId) -> Call {
		Call::new(PALLET, "accept_operator").encoded("stash", stash)
	}

	/// Stops being an operator key; signed by the operator key.
	pub fn resign_operator() -> Call {
		Call::new(PALLET, "resign_operator")
	}

	/// Names another operator key.
	pub fn set_operator(operator: &AccountId) -> Call {
		Call::new(PALLET, "set_operator").encoded("operator", operator)
	}

	/// Changes what the mediator takes on, from the second era after this one.
	pub fn update(terms: &MediatorTerms) -> Call {
		Call::new(PALLET, "update").encoded("terms", terms)
	}

	/// Adds to the bond.
	pub fn bond_more(amount: Balance) -> Call {
		Call::new(PALLET, "bond_more").number("amount", amount)
	}

	/// Starts taking a part of the bond out.
	pub fn unbond(amount: Balance) -> Call {
		Call::new(PALLET, "unbond").number("amount", amount)
	}

	/// Leaves the pool.
	pub fn leave() -> Call {
		Call::new(PALLET, "leave")
	}

	/// Takes out what has waited long enough.
	pub fn withdraw() -> Call {
		Call::new(PALLET, "withdraw")
	}

	/// Hands in the seal of a verdict about the task whose hash this is, for a round: on another fork of
	/// the chain the number may be another case's.
	pub fn seal(case: CaseId, task_hash: &Hash, round: u8, seal: &Hash) -> Call {
		Call::new(PALLET, "seal")
			.number("case", case)
			.encoded("task_hash", task_hash)
			.number("round", round)
			.encoded("seal", seal)
	}

	/// Opens the own seal.
	pub fn reveal(case: CaseId, digest: &Digest, salt: &Salt) -> Call {
		Call::new(PALLET, "reveal")
			.number("case", case)
			.encoded("digest", digest)
			.encoded("salt", salt)
	}

	/// Opens somebody else's seal before it is time.
	pub fn denounce(case: CaseId, mediator: &AccountId, digest: &Digest, salt: &Salt) -> Call {
		Call::new(PALLET, "denounce")
			.number("case", case)
			.encoded("mediator", mediator)
			.encoded("digest", digest)
			.encoded("salt", salt)
	}

	/// Appeals against the verdict `digest` of a round, with a bond.
	pub fn appeal(case: CaseId, digest: &Digest, round: u8) -> Call {
		Call::new(PALLET, "appeal")
			.number("case", case)
			.encoded("digest", digest)
			.number("round", round)
	}

	/// Applies whatever deadline is due.
	pub fn poke(case: CaseId) -> Call {
		Call::new(PALLET, "poke").number("case", case)
	}

	/// Removes a closed case whose time has come.
	pub fn prune(case: CaseId) -> Call {
		Call::new(PALLET, "prune").number("case", case)
	}
}

/// The chain's own judgement.
pub mod court {
	use super::Call;
	use assay_primitives::{Hash, traits::CaseId};

	/// Has the chain run the task of a case, whose hash this is, and rule. `max_gas` is at least the
	/// task's limit; [`crate::case::court_call`] assembles and checks all of it.
	pub fn adjudicate(
		case: CaseId,
		task_hash: &Hash,
		max_gas: u64,
		module: &[u8],
		input: Option<&[u8]>,
	) -> Call {
		Call::new("Court", "adjudicate")
			.number("case", case)
			.encoded("task_hash", task_hash)
			.number("max_gas", max_gas)
			.encoded("module", module)
			.encoded("input", input)
	}
}

/// Blobs in transactions.
pub mod content {
	use super::Call;
	use assay_primitives::Hash;

	const PALLET: &str = "Content";

	/// Publishes a blob of at most 1 MiB.
	pub fn publish(data: &[u8]) -> Call {
		Call::new(PALLET, "publish").encoded("data", data)
	}

	/// Keeps a published blob for longer. It carries the bytes again, so that nodes which dropped
	/// them have them anew.
	pub fn extend(data: &[u8]) -> Call {
		Call::new(PALLET, "extend").encoded("data", data)
	}

	/// Gives a published blob up.
	pub fn release(hash: &Hash) -> Call {
		Call::new(PALLET, "release").encoded("hash", hash)
	}
}

/// Transfers.
pub mod balances {
	use super::Call;
	use assay_primitives::{AccountId, Balance};

	/// Variant of a `MultiAddress` that holds an account.
	const ID: u8 = 0;

	/// Transfers `amount`, and fails rather than empty the sender's account.
	pub fn transfer_keep_alive(to: &AccountId, amount: Balance) -> Call {
		Call::new("Balances", "transfer_keep_alive")
			.encoded("dest", (ID, to))
			.number("value", amount)
	}
}

/// Several calls in one transaction.
pub mod utility {
	use super::Call;

	/// Makes all calls; one that fails does not stop the others.
	pub fn force_batch(calls: Vec<Call>) -> Call {
		Call::new("Utility", "force_batch").calls("calls", calls)
	}
}

/// Bonds of validators.
pub mod validators {
	use super::Call;
	use assay_primitives::Balance;

	const PALLET: &str = "Validators";

	/// Joins the candidates for the validator set with a bond. Session keys must be set.
	pub fn join(bond: Balance) -> Call {
		Call::new(PALLET, "join").number("bond", bond)
	}

	/// Adds to the bond.
	pub fn bond_more(amount: Balance) -> Call {
		Call::new(PALLET, "bond_more").number("amount", amount)
	}

	/// Leaves the candidates.
	pub fn leave() -> Call {
		Call::new(PALLET, "leave")
	}

	/// Takes the bond out, once it has waited long enough.
	pub fn withdraw() -> Call {
		Call::new(PALLET, "withdraw")
	}
}

/// Keys of validators.
pub mod session {
	use super::{Argument, Call};

	/// Sets the session keys. `keys` is the encoded set as `author_rotateKeysWithOwner` gives it,
	/// `proof` the ownership proof from the same answer.
	pub fn set_keys(keys: &[u8], proof: &[u8]) -> Call {
		Call::new("Session", "set_keys")
			.push("keys", Argument::Encoded(keys.to_vec()))
			.encoded("proof", proof)
	}
}
