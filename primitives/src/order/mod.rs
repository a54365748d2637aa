//! Orders: what the parties of a deal sign off chain, and anybody may match.
//!
//! An order is identified by a hash over its kind, the network's genesis and all its fields. What is
//! signed is a text that a wallet can show, with that hash as its last line.

mod asset;
mod authorization;
mod file;
mod refusal;
mod standing;
#[cfg(test)]
mod tests;
mod text;

use crate::apply;
pub use asset::{AppOrder, AssetOrder, DatasetOrder, Sale};
pub use authorization::{
	Authorization, MAX_SIGNATURE_BYTES, SignatureFault, Signed, verify_text, wrapped,
};
pub use file::OrderFile;
pub use refusal::{AssetFault, OrderFault, Refusal};
pub use standing::{consent, in_time, left, owned, suffices, unsponsored};
pub use text::{close_text, sponsorship_text};

use crate::{
	AccountId, Balance, BlockNumber, Hash, Permill,
	bond::Bond,
	content::ContentRef,
	hashing::tagged_hash,
	judges::Mediators,
	money,
	policy::MAX_CANDIDATES,
	profile::{Profile, ProfileId},
	request::{OfferId, Request, RequestBounds, Terms},
	task::{Input, TaskSpec},
};
use alloc::{boxed::Box, string::String};
use codec::Encode;
use core::{fmt, ops::RangeInclusive};
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};

/// Number of a registered app or dataset.
pub type AssetId = u32;
/// Names a group of accounts, and no other on any fork: whose it is, and by which number of its owner's choice.
#[apply(stored)]
#[derive(Ord, PartialOrd)]
pub struct GroupId {
	/// Who decides on its members.
	pub owner: AccountId,
	/// Tells an owner's groups apart.
	pub number: u32,
}

/// Hash that identifies an order.
pub type OrderId = Hash;

/// Most accounts or assets that a restriction lists. Larger sets are groups.
pub const MAX_LISTED: u32 = 16;
/// Most orders that one call prunes.
pub const MAX_PRUNED: u32 = 64;
/// Most accounts that one call adds to a group or removes.
pub const MAX_MEMBERS_CHANGED: u32 = 64;

/// Bytes of statements that one place on the nodes' board is for, the board being where nodes store
/// and hand on what accounts have signed. Most orders have fewer.
pub const PLACE_BYTES: u32 = 4 * 1024;

/// Tags that say what the program itself supports, such as running in an enclave. Where any order of
/// a match asks for one of them, the app must have it. All others are about the provider alone.
pub const PROGRAM_TAGS: u32 = 0xff00_0000;

/// Which accounts an order is meant for.
#[apply(stored)]
#[derive(Default)]
pub enum Accounts {
	/// All.
	#[default]
	#[codec(index = 0)]
	Any,
	/// These; nobody where the list is empty.
	#[codec(index = 1)]
	Listed(BoundedVec<AccountId, ConstU32<MAX_LISTED>>),
	/// Members of a group, as it is at the match; nobody where there is no such group.
	#[codec(index = 2)]
	Group(GroupId),
}

/// Which apps or datasets an order is meant for.
#[apply(stored)]
#[derive(Default)]
pub enum Assets {
	/// All, and programs and inputs that are not registered.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Those with these [hashes](Asset::hash), and nothing that is not registered.
	#[codec(index = 1)]
	Listed(BoundedVec<Hash, ConstU32<MAX_LISTED>>),
	/// Those whose owner is a member of a group at the match, and nothing that is not registered.
	#[codec(index = 2)]
	OwnedByGroup(GroupId),
}

/// What an order is about.
#[apply(stored)]
#[derive(Copy, Ord, PartialOrd)]
pub enum Kind {
	/// Somebody wants tasks to be run.
	#[codec(index = 0)]
	Request,
	/// A provider runs tasks.
	#[codec(index = 1)]
	Resource,
	/// A publisher lets its program be run.
	#[codec(index = 2)]
	App,
	/// A publisher lets its data be read.
	#[codec(index = 3)]
	Dataset,
}

impl fmt::Display for Kind {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Request => "request",
			Self::Resource => "resource",
			Self::App => "app",
			Self::Dataset => "dataset",
		})
	}
}

/// As what a request uses an asset.
#[apply(stored)]
#[derive(Copy, Ord, PartialOrd)]
pub enum Part {
	/// As its program.
	#[codec(index = 0)]
	App,
	/// As its input.
	#[codec(index = 1)]
	Dataset,
}

impl fmt::Display for Part {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(&Kind::from(*self), f)
	}
}

/// The orders that let assets be used as this.
impl From<Part> for Kind {
	fn from(part: Part) -> Self {
		match part {
			Part::App => Self::App,
			Part::Dataset => Self::Dataset,
		}
	}
}

/// A client wants tasks to be run.
#[apply(shown)]
pub struct RequestOrder {
	/// Who buys, and signs.
	pub client: AccountId,
	/// What is to be run and how it is verified. Its `valid_until` is that of the order.
	pub request: Request,
	/// Registered app whose content is the module; `None` for a program of the client's own.
	pub app: Option<AssetId>,
	/// Registered dataset whose content is the input; `None` for an input of the client's own.
	pub dataset: Option<AssetId>,
	/// Most that the app may cost for each task.
	pub max_app_price: Balance,
	/// Most that the dataset may cost for each task.
	pub max_dataset_price: Balance,
	/// Least bond of every publisher whose app or dataset is used.
	pub min_publisher_bond: Balance,
	/// Number of tasks. Of a list of inputs a match takes all of them, of a single input one.
	pub volume: u32,
	/// Fewest candidates among whom replicas are drawn. At least the policy's first wave anyway.
	pub min_candidates: u32,
	/// Providers that may be candidates.
	pub providers: Accounts,
	/// Whom it lets judge.
	pub mediators: Mediators,
	/// Who pays in the client's place. It has to sign as well, so nobody else can be made to pay, and
	/// a match without it can't debit the client.
	pub sponsor: Option<AccountId>,
	/// For whom the result is, where it is not the client.
	pub beneficiary: Option<AccountId>,
	/// For each task, to whoever matches.
	pub tip: Balance,
	/// Makes equal orders distinct.
	pub salt: u64,
}

/// A provider runs tasks.
#[apply(shown)]
pub struct ResourceOrder {
	/// Stash whose bond is at risk.
	pub provider: AccountId,
	/// Who signs: the stash, or its operator at the time of the match.
	pub signer: AccountId,
	/// Price, bounds and expiry.
	pub terms: Terms,
	/// Number of tasks for which it may become a candidate, drawn or not.
	pub volume: u32,
	/// Clients that it works for.
	pub clients: Accounts,
	/// Apps that it runs.
	pub apps: Assets,
	/// Datasets that it reads.
	pub datasets: Assets,
	/// Whom it lets judge.
	pub mediators: Mediators,
	/// Makes equal orders distinct.
	pub salt: u64,
}

/// What the four kinds have in common.
pub trait Order: Encode {
	/// What it is about.
	const KIND: Kind;

	/// Last block in which it may be matched.
	fn valid_until(&self) -> BlockNumber;

	/// Number of tasks.
	fn volume(&self) -> u32;

	/// The lines of the signed text that are about this kind of order.
	fn describe(&self, text: &mut String);

	/// What identifies the order on the network with this genesis.
	fn id(&self, genesis: &Hash) -> OrderId {
		tagged_hash(b"assay/order/2", &(Self::KIND, genesis, self))
	}

	/// What its owner signs.
	fn text(&self, genesis: &Hash) -> String {
		text::order_text(self, genesis)
	}
}

/// An order of any kind.
#[apply(shown)]
pub enum AnyOrder {
	/// A client wants tasks to be run.
	#[codec(index = 0)]
	Request(Box<RequestOrder>),
	/// A provider runs tasks.
	#[codec(index = 1)]
	Resource(Box<ResourceOrder>),
	/// A publisher lets its program be run.
	#[codec(index = 2)]
	App(Box<AppOrder>),
	/// A publisher lets its data be read.
	#[codec(index = 3)]
	Dataset(Box<DatasetOrder>),
}

/// Where a candidate of a match comes from.
#[apply(shown)]
pub enum Resource {
	/// A signed order.
	#[codec(index = 0)]
	Order(Box<Signed<ResourceOrder>>),
	/// An offer that rests on chain. It needs no signature, has no volume and restricts nothing but who
	/// judges.
	#[codec(index = 1)]
	Offer(#[codec(compact)] OfferId),
}

/// Orders that are to become a deal.
#[apply(shown)]
pub struct Match {
	/// What is wanted.
	pub request: Signed<RequestOrder>,
	/// The sponsor's consent, where the request names one.
	pub sponsor: Option<Authorization>,
	/// Who may be drawn.
	pub resources: BoundedVec<Resource, ConstU32<MAX_CANDIDATES>>,
	/// Terms of the app that the request names. Without it, those that the register shows. Ignored
	/// where the request names none.
	pub app: Option<Signed<AppOrder>>,
	/// Terms of the dataset that the request names, likewise.
	pub dataset: Option<Signed<DatasetOrder>>,
}

/// What the chain remembers of an order.
#[apply(stored)]
pub struct OrderRecord {
	/// Tasks that were matched.
	pub consumed: u32,
	/// Whether its owner has closed it, for good.
	pub closed: bool,
	/// Who has authorised it on chain. It counts only while that account owns the order.
	pub presigned_by: Option<AccountId>,
	/// Whether the sponsor that it names has withdrawn its consent, for good.
	pub sponsor_withdrew: bool,
	/// Last block in which the order may be matched. The record may be removed after it.
	pub until: BlockNumber,
	/// Who paid the deposit.
	pub depositor: AccountId,
	/// How much.
	pub deposit: Balance,
}

/// What an asset is.
#[apply(stored)]
#[derive(Copy)]
pub enum AssetKind {
	/// A program, executed under the rules of a profile.
	#[codec(index = 0)]
	App(ProfileId),
	/// Data.
	#[codec(index = 1)]
	Dataset,
}

/// What an app needs for its program to begin. Its owner answers for a program that can't be run with as much.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct Needs {
	/// Memory, in pages of 64 KiB.
	pub memory_pages: u32,
	/// Gas.
	pub gas: u64,
	/// Slots of the stack.
	pub stack: u32,
}

impl Needs {
	/// Whether a task grants as much. The stack is the profile's.
	pub fn are_met(&self, task: &TaskSpec) -> bool {
		let stack = Profile::by_id(&task.profile).map_or(0, |profile| profile.stack.slots);
		self.memory_pages <= task.limits.memory_pages
			&& self.gas <= task.limits.gas
			&& self.stack <= stack
	}
}

/// Whether an asset may be used in new deals.
#[apply(stored)]
#[derive(Copy)]
pub enum AssetState {
	/// It may.
	#[codec(index = 0)]
	Active,
	/// Its owner has suspended it, and may resume it.
	#[codec(index = 1)]
	Suspended,
	/// Governance has suspended it, and alone may resume it.
	#[codec(index = 2)]
	Banned,
}

/// Terms at which an asset may be used by anyone they allow, without an order.
#[apply(stored)]
pub struct AssetTerms {
	/// For each task.
	pub price: Balance,
	/// Most that the owner's bond answers with for each task.
	pub liability: Balance,
	/// Clients that may use it.
	pub clients: Accounts,
	/// Providers that may use it.
	pub providers: Accounts,
	/// Whom its owner, whose bond answers for it, lets judge.
	pub mediators: Mediators,
}

/// A registered app or dataset. Its content never changes; another content is another asset.
#[apply(stored)]
pub struct Asset {
	/// What it is.
	pub kind: AssetKind,
	/// Who is paid, and signs its orders.
	pub owner: AccountId,
	/// To whom it was offered.
	pub heir: Option<AccountId>,
	/// The bytes.
	pub content: ContentRef,
	/// Tags that a provider must have, and of [`PROGRAM_TAGS`] those that the program supports.
	pub tags: u32,
	/// What a program needs; nothing for data.
	pub needs: Needs,
	/// Terms that need no order; `None` where every use takes one.
	pub terms: Option<AssetTerms>,
	/// Whether it may be used.
	pub state: AssetState,
	/// Whether governance has freed work with it from the protocol fee.
	pub public_good: bool,
	/// On hold on the owner's account for the state that it occupies.
	pub deposit: Balance,
}

impl Asset {
	/// Hash that names an asset by what it is for good: its kind, its content and what it needs.
	pub fn hash(&self) -> Hash {
		tagged_hash(b"assay/asset/2", &(self.kind, self.content, self.needs))
	}
}

/// A publisher's bond.
#[apply(stored)]
#[derive(Default)]
pub struct Publisher {
	/// What answers for content that can't be had or run, also where it is unbonding.
	pub bond: Bond,
	/// Number of assets that it owns.
	pub assets: u32,
}

impl Order for RequestOrder {
	const KIND: Kind = Kind::Request;

	fn valid_until(&self) -> BlockNumber {
		self.request.valid_until
	}

	fn volume(&self) -> u32 {
		self.volume
	}

	fn describe(&self, text: &mut String) {
		text::describe_request(self, text);
	}
}

impl Order for ResourceOrder {
	const KIND: Kind = Kind::Resource;

	fn valid_until(&self) -> BlockNumber {
		self.terms.valid_until
	}

	fn volume(&self) -> u32 {
		self.volume
	}

	fn describe(&self, text: &mut String) {
		text::describe_resource(self, text);
	}
}

impl AnyOrder {
	/// What it is about.
	pub fn kind(&self) -> Kind {
		match self {
			Self::Request(_) => Kind::Request,
			Self::Resource(_) => Kind::Resource,
			Self::App(_) => Kind::App,
			Self::Dataset(_) => Kind::Dataset,
		}
	}

	/// What identifies the order on the network with this genesis.
	pub fn id(&self, genesis: &Hash) -> OrderId {
		match self {
			Self::Request(order) => order.id(genesis),
			Self::Resource(order) => order.id(genesis),
			Self::App(order) => order.id(genesis),
			Self::Dataset(order) => order.id(genesis),
		}
	}

	/// What its owner signs.
	pub fn text(&self, genesis: &Hash) -> String {
		match self {
			Self::Request(order) => order.text(genesis),
			Self::Resource(order) => order.text(genesis),
			Self::App(order) => order.text(genesis),
			Self::Dataset(order) => order.text(genesis),
		}
	}

	/// Last block in which it may be matched.
	pub fn valid_until(&self) -> BlockNumber {
		match self {
			Self::Request(order) => order.valid_until(),
			Self::Resource(order) => order.valid_until(),
			Self::App(order) => order.valid_until(),
			Self::Dataset(order) => order.valid_until(),
		}
	}

	/// Number of tasks.
	pub fn volume(&self) -> u32 {
		match self {
			Self::Request(order) => order.volume(),
			Self::Resource(order) => order.volume(),
			Self::App(order) => order.volume(),
			Self::Dataset(order) => order.volume(),
		}
	}
}

impl RequestOrder {
	/// An order for all tasks of a request, once, with nothing of anybody else's and no restrictions.
	pub fn plain(client: AccountId, request: Request) -> Self {
		Self {
			client,
			app: None,
			dataset: None,
			max_app_price: 0,
			max_dataset_price: 0,
			min_publisher_bond: 0,
			volume: request.task.input.tasks(),
			min_candidates: request.policy.first_wave(),
			request,
			providers: Accounts::Any,
			mediators: Mediators::default(),
			sponsor: None,
			beneficiary: None,
			tip: 0,
			salt: 0,
		}
	}

	/// Candidates that a match of it names: at least, and at most where somebody else chooses them.
	pub fn candidates(&self) -> RangeInclusive<u32> {
		self.request.policy.candidates(self.min_candidates)
	}

	/// Everything by which it is impossible in a block, whoever serves it, in the order of checking; `tip` is the
	/// largest share of its highest wage that a tip may be.
	pub fn faults(
		&self,
		now: BlockNumber,
		bounds: &RequestBounds,
		tip: Permill,
	) -> impl Iterator<Item = Refusal> {
		let whole = match self.request.task.input {
			Input::List(_) => self.volume == self.request.task.input.tasks(),
			Input::None | Input::Blob(_) => true,
		};
		let own = [
			(self.volume > 0 && whole, Refusal::RequestVolumeOutOfRange),
			(self.highest_tip(tip).is_some_and(|most| self.tip <= most), Refusal::TipTooHigh),
		];
		let own = own.into_iter().filter(|(holds, _)| !holds).map(|(_, why)| why);
		self.request.faults(now, bounds).map(Refusal::from).chain(own)
	}

	/// The largest tip: a share of the most that the replicas of one task's first wave can cost at the request's
	/// ceiling. `None` where that exceeds the type.
	pub fn highest_tip(&self, share: Permill) -> Option<Balance> {
		let maximum = self.request.max_price.maximum(self.request.task.limits.gas)?;
		let first_wave = maximum.checked_mul(self.request.policy.first_wave().into())?;
		Some(money::highest_tip(first_wave, share))
	}
}
