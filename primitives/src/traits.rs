//! How pallets know each other. Calls go one way: front ends to deals, deals to providers
//! and beacon.

pub use crate::{
	case::{CaseId, CaseReason, CourtBill, Ruling},
	deal::AssetSale,
};

use crate::{
	AccountId, Balance, BlockNumber, Hash, apply,
	beacon::{Fold, NoSeed, Ticket},
	case::{Pace, Subject},
	content::ContentRef,
	deal::{Instance, Via},
	judges::Judges,
	matching::Spread,
	money::{Economics, EconomicsVersion, case_cost},
	order::{Asset, AssetId, GroupId},
	outcome::Digest,
	profile::ProfileId,
	provider::{Capacity as Declared, Conduct},
	request::{Candidate, Request},
	takers::Question,
	task::{DealId, Input, TaskSpec},
};
use alloc::vec::Vec;
use polkadot_sdk::sp_runtime::{DispatchError, DispatchResult, Weight};

/// Randomness after the fact.
pub trait Beacon {
	/// A ticket for the fold of at least `window` VRF outputs after the current block, by at least
	/// `authors` distinct authors (fewer where the chain is configured so).
	fn request(window: u8, authors: u8) -> Ticket;
	/// The fold, as soon as it is known.
	fn fold(ticket: &Ticket) -> Result<Fold, NoSeed>;
}

/// The amounts and shares that the chain may change.
pub trait Economy {
	/// What holds for deals and cases that are opened now, and its version.
	fn current() -> (EconomicsVersion, Economics);
	/// What holds for those that were opened under a version.
	fn of(version: EconomicsVersion) -> Economics;
}

/// Bonds of providers. Given only to the pallets that put them at risk.
pub trait Stakes {
	/// Bond that is not locked.
	fn free(provider: &AccountId) -> Balance;
	/// Deals that a provider has slots in use for, in the order of their numbers, each with how many.
	fn work(provider: &AccountId) -> Vec<(DealId, u16)>;
	/// Puts `amount` of the free bond at risk and takes one slot for a deal.
	fn lock(provider: &AccountId, deal: DealId, amount: Balance) -> DispatchResult;
	/// Undoes [`Self::lock`] for one replica.
	fn release(provider: &AccountId, deal: DealId, amount: Balance);
	/// Of `wanted`, what may be paid to others for a slash of a provider's stake: within a day no more than
	/// [`most_of_falls`](crate::money::most_of_falls). It counts as paid from then on.
	fn allow(provider: &AccountId, stake: Balance, wanted: Balance) -> Balance {
		let _ = (provider, stake);
		wanted
	}
	/// Takes `amount` out of what is locked and gives the deal's slot back. `shares` are paid in their
	/// order as far as the amount goes; the rest is burnt. `released` is unlocked beside it.
	fn slash(
		provider: &AccountId,
		deal: DealId,
		amount: Balance,
		released: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected;
}

/// Parts of bonds that front ends put at risk without a task, and so without a slot. One for each provider and instance.
pub trait Holds {
	/// What of a provider's bond is at risk for an instance.
	fn held(provider: &AccountId, by: &Instance) -> Balance;
	/// Puts `amount` of the free bond at risk. Fails where something is for the same instance, or the provider can't work.
	fn hold(provider: &AccountId, by: &Instance, amount: Balance) -> DispatchResult;
	/// Ends it, all that is left of it. Returns how much that was.
	fn unhold(provider: &AccountId, by: &Instance) -> Balance;
	/// Takes `amount` of what is at risk, as far as there is any; the rest stays there. `shares` are paid as by
	/// [`Stakes::slash`].
	fn forfeit(
		provider: &AccountId,
		by: &Instance,
		amount: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected;
}

/// What a slash took of a bond.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Collected {
	/// All of it.
	pub amount: Balance,
	/// What each share got of that, in their order: nothing where it would come back to who is slashed, or
	/// can't be paid. What is left was burnt.
	pub paid: Vec<Balance>,
}

/// What providers can do.
pub trait Capacity {
	/// The provider for which `operator` signs.
	fn provider_of(operator: &AccountId) -> Option<AccountId>;
	/// The operator key of a provider.
	fn operator_of(provider: &AccountId) -> Option<AccountId>;
	/// What a provider declared.
	fn declared(provider: &AccountId) -> Option<Declared>;
	/// Whether a provider executes the profile.
	fn serves(provider: &AccountId, profile: &ProfileId) -> bool;
	/// Slots that are not in use.
	fn free_slots(provider: &AccountId) -> u16;
}

/// Conduct of providers.
pub trait Reputations {
	/// PoCo's score.
	fn score(provider: &AccountId) -> u32;
	/// Notes how a replica ended.
	fn note(provider: &AccountId, conduct: Conduct);
}

/// How much work that is not paid yet providers take on for one client.
pub trait Exposures {
	/// Run time, in blocks, that a provider takes on for a client beyond what it has taken on; `None`
	/// for any.
	fn room(provider: &AccountId, client: &AccountId) -> Option<BlockNumber>;
	/// Counts a replica of `blocks` run time. Fails where that is more than the provider takes on.
	fn begin(provider: &AccountId, client: &AccountId, blocks: BlockNumber) -> DispatchResult;
	/// Undoes [`Self::begin`] for one replica.
	fn end(provider: &AccountId, client: &AccountId, blocks: BlockNumber);
}

/// Content that the chain itself keeps.
pub trait Contents {
	/// Last block in which every node serves all of this content, leaves included. `None` where the chain
	/// does not keep it, or not all of it.
	fn promised_until(content: &ContentRef) -> Option<BlockNumber>;
	/// Whether every node serves all of it now.
	fn is_promised(content: &ContentRef) -> bool {
		Self::promised_until(content).is_some()
	}
	/// Last block in which every node serves all that a task names. Never where it names a list, whose
	/// items the chain does not know.
	fn task_promised_until(spec: &TaskSpec) -> Option<BlockNumber> {
		let module = Self::promised_until(&spec.module)?;
		match &spec.input {
			Input::None => Some(module),
			Input::Blob(input) => Some(Self::promised_until(input)?.min(module)),
			Input::List(_) => None,
		}
	}
}

/// What a front end hands over: matched orders, checked against each other.
#[apply(shown)]
pub struct NewDeal {
	/// Which front end this is.
	pub via: Via,
	/// Who buys.
	pub client: AccountId,
	/// Who pays, and gets what is left over: the client or its sponsor.
	pub payer: AccountId,
	/// For whom the result is, where it is not the client.
	pub beneficiary: Option<AccountId>,
	/// What was asked for.
	pub request: Request,
	/// Tags that every candidate has: those of request, app and dataset together.
	pub tags: u32,
	/// Number of tasks, one for each leaf of an input list.
	pub tasks: u32,
	/// Who may be drawn.
	pub candidates: Vec<Candidate>,
	/// Whose app is run.
	pub app: Option<AssetSale>,
	/// Whose dataset is read.
	pub dataset: Option<AssetSale>,
	/// Who made the match, and what it gets for each task when the deal opens.
	pub tip: Option<(AccountId, Balance)>,
	/// Who judges.
	pub judges: Judges,
	/// Whether the app is a public good, for which no protocol fee is due.
	pub public_good: bool,
}

impl NewDeal {
	/// One task without anything on top, paid by the client.
	pub fn plain(
		via: Via,
		client: AccountId,
		request: Request,
		candidates: Vec<Candidate>,
	) -> Self {
		Self {
			via,
			payer: client.clone(),
			client,
			beneficiary: None,
			tags: request.tags,
			request,
			tasks: 1,
			candidates,
			app: None,
			dataset: None,
			tip: None,
			judges: Judges::Public,
			public_good: false,
		}
	}
}

/// Apps and datasets that are registered.
pub trait Register {
	/// An app or a dataset.
	fn asset(id: AssetId) -> Option<Asset>;
	/// Whether a publisher's bond, without what is leaving, is what the chain wants of everybody, and at
	/// least `least`.
	fn is_bonded(owner: &AccountId, least: Balance) -> bool;
}

/// Who is in the pool of mediators.
pub trait MediatorPool {
	/// Whether an account is a mediator that serves, neither it nor who signs for it being one of
	/// `parties`.
	fn can_judge(stash: &AccountId, parties: &[AccountId]) -> bool;
	/// Whether of those who judge a deal at least two thirds, and enough for a committee, take such a task by what
	/// they have declared. The cost is bounded, whatever that is.
	fn take(judges: &Judges, parties: &[AccountId], question: &Question) -> bool;
}

/// Groups of accounts that restrictions name.
pub trait Groups {
	/// Whether an account is a member of a group.
	fn is_member(group: &GroupId, account: &AccountId) -> bool;
}

/// Bonds of those who publish apps and datasets.
pub trait Publishers {
	/// Takes up to `amount` of the bond that stands for an asset. `shares` are paid in their order as
	/// far as that goes; the rest is burnt. Nothing is taken where there is no bond.
	fn slash_bond(asset: &AssetSale, amount: Balance, shares: &[(AccountId, Balance)])
	-> Collected;
}

/// The ledger. Front ends open deals here and never touch escrow, bonds or capacity.
pub trait DealBook {
	/// Opens a deal: locks the payer's money and every candidate's stake.
	fn open(deal: NewDeal) -> Result<DealId, DispatchError>;
	/// How far apart prices and bonds of candidates may lie whose lowest P_max is `lowest`.
	fn spread(request: &Request, lowest: Balance) -> Spread;
	/// What each seat of a committee earns that judges a task of the deal.
	fn wage(_: &NewDeal) -> Balance {
		0
	}
	/// What the payer must have free for the deal: (escrow, deposit), the tip in the escrow. `None`
	/// where an amount exceeds the type.
	fn cost(deal: &NewDeal) -> Option<(Balance, Balance)>;
}

/// Money that front ends lock where there is no deal yet. It leaves by what is here, and by nothing else.
pub trait Reservations {
	/// Whether deals may run such a task, which is asked before money is locked for it.
	fn examine(task: &TaskSpec) -> DispatchResult;
	/// What is left of the money for an instance.
	fn reserved(by: &Instance) -> Balance;
	/// Locks `amount` of a payer's free money. Fails where something is locked for the same instance.
	fn reserve(by: &Instance, payer: &AccountId, amount: Balance) -> DispatchResult;
	/// Pays somebody, as far as there is money left. Returns what was paid: nothing where it can't be received, or would
	/// come back to the payer.
	fn spend(by: &Instance, to: &AccountId, amount: Balance) -> Balance;
	/// Takes `amount` from the payer, as far as there is money left. `shares` are paid in their order; the rest is burnt.
	fn forfeit(by: &Instance, amount: Balance, shares: &[(AccountId, Balance)]) -> Collected;
	/// Gives the payer all that is left. Returns how much that is.
	fn release(by: &Instance) -> Balance;
}

/// What an arbiter is asked.
#[apply(shown)]
pub struct CaseRequest {
	/// What is in dispute.
	pub subject: Subject,
	/// What is to be run.
	pub spec: TaskSpec,
	/// Hash that digests of the task are bound to.
	pub task_hash: Hash,
	/// Whether only those can read its input whom the client gives its key.
	pub sealed: bool,
	/// Why.
	pub reason: CaseReason,
	/// Digests that were revealed, each once, the most frequent first.
	pub digests: Vec<Digest>,
	/// Stashes, clients and owners that may not judge, and accounts that sign for them.
	pub excluded: Vec<AccountId>,
	/// Who judges.
	pub judges: Judges,
	/// Blocks that a run was granted.
	pub run_blocks: BlockNumber,
	/// What each seat of a committee earns.
	pub wage: Balance,
	/// Moved to the arbiter's account beforehand: at least [`Arbiter::cost`] of `wage`.
	pub funds: Balance,
	/// Who gets what is not needed of `funds`.
	pub refund: AccountId,
}

/// Where disputes go. A verdict comes back through [`Verdicts`], once and for good.
pub trait Arbiter {
	/// Blocks during which an agreed result of a task may be challenged: time to run it again, whatever
	/// those who ran it have declared.
	fn challenge_window(run_blocks: BlockNumber, spec: &TaskSpec) -> BlockNumber;
	/// Wages that a case costs at most; `None` where nobody judges.
	fn case_wages() -> Option<u32>;
	/// How long those who judge are bound.
	fn pace() -> Pace {
		Pace::GRANTED
	}
	/// Funds that a case needs where each seat earns `wage`.
	fn cost(wage: Balance) -> Balance {
		case_cost(Self::case_wages(), wage)
	}
	/// Account that the funds of a case are moved to before it is opened.
	fn account() -> Option<AccountId>;
	/// Whether somebody may ask for a case more. So many may not wait that those have no room which open by
	/// themselves.
	fn has_room(_: &Judges) -> bool {
		true
	}
	/// Opens a case. Where it fails, the caller takes the funds back itself.
	fn open_case(request: CaseRequest) -> Result<CaseId, NoArbiter>;
	/// Whether nobody can know yet from an open case what is true: none of its judges has said what it found.
	fn is_silent(_: CaseId) -> bool {
		false
	}
	/// Who of the first committee of a decided case said what was ruled in the end, at most
	/// [`MAX_FINDERS`].
	fn finders(_: CaseId) -> Vec<AccountId> {
		Vec::new()
	}
}

/// Most members of a first committee.
pub const MAX_FINDERS: u32 = 3;

/// Nobody can decide the case.
#[apply(shown)]
#[derive(Copy)]
pub struct NoArbiter;

/// What an arbiter calls back, of cases over an `S`: the arbiter itself tells of a
/// [`Subject`], whatever it is, and a pallet is told of what is its own.
pub trait Verdicts<S> {
	/// The case is decided for good, after all appeals. In `bill` is what the court has cost and the case could not
	/// give back, where that is owed to anybody.
	fn decided(
		subject: &S,
		case: CaseId,
		ruling: Ruling,
		bill: Option<CourtBill>,
	) -> DispatchResult;
}

/// What an open case is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CaseTask {
	/// What is to be run.
	pub spec: TaskSpec,
	/// Which item, where the input is a list.
	pub index: u32,
	/// Hash that digests are bound to.
	pub task_hash: Hash,
}

/// Cases that the court may decide by running their task inside the runtime.
pub trait Cases {
	/// The task of an open case.
	fn open_task(case: CaseId) -> Option<CaseTask>;
	/// The court found the true digest. Final. Returns the weight of what follows from it.
	fn court_ruled(case: CaseId, call: CourtCall, truth: Digest) -> Result<Weight, DispatchError>;
}

/// A call that has had the court rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CourtCall<'a> {
	/// Who brought the content.
	pub by: &'a AccountId,
	/// What the run has weighed, as far as the task needs it, without what follows from the ruling.
	pub weight: Weight,
	/// Bytes that it had to bring, of all that it brought.
	pub bytes: u64,
}

/// What calls of the court cost.
pub trait CourtFees {
	/// What is paid for so much weight and so many bytes in this block. Never more than whoever sends a call of that kind has
	/// paid, however it was sent, and nothing of what he gave beside.
	fn of(weight: Weight, bytes: u64) -> Balance;
}
