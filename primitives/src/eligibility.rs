//! Who may take part in a deal, by what the chain knows.
//!
//! The rules themselves are in [`matching`](crate::matching), which solvers and clients apply as well.
//! Here the chain answers what they ask, for whatever front end makes the deal: the market, and what
//! comes beside it. A front end adds what is its own, such as signatures and what is left of orders.

use crate::{
	AccountId, Balance, BlockNumber, Hash, MILLI,
	content::ContentRef,
	court::Judge,
	judges::{Judges, LEAST_NAMED, Mediators},
	matching::{
		self, Facts, Named, Offered, Provider, Wanted, allows, allows_asset, ineligible, together,
	},
	order::{
		Asset, AssetFault, AssetId, AssetKind, AssetState, GroupId, PROGRAM_TAGS, Part, Refusal,
		RequestOrder, Sale,
	},
	profile::ProfileId,
	request::{Candidate, Ineligible, Request, RequestBounds, Terms},
	takers::Question,
	task::{Input, TaskSpec},
	traits::{Capacity, DealBook, Exposures, Groups, MediatorPool, NewDeal, Register, Stakes},
};
use alloc::vec::Vec;
use core::marker::PhantomData;
use polkadot_sdk::sp_core::Get;

/// What front ends need of the rest of the chain. A runtime says so once, for all of them.
pub trait Chain {
	/// Ledger in which matches become deals.
	type DealBook: DealBook;
	/// What providers can do.
	type Capacity: Capacity;
	/// Bonds of providers.
	type Stakes: Stakes;
	/// Limits of unpaid work.
	type Exposures: Exposures;
	/// Apps and datasets that are registered.
	type Register: Register;
	/// Groups of accounts that restrictions name.
	type Groups: Groups;
	/// Who can judge where all parties name mediators.
	type Mediators: MediatorPool;
	/// What the chain itself can judge; `()` for nothing.
	type Court: Judge;
	/// Highest weight that a candidate has in draws, in thousandths of a token of free bond.
	type WeightCap: Get<u64>;
	/// Time between two blocks, in milliseconds. Tells how much gas a run time is good for.
	type BlockMillis: Get<u64>;

	/// Clock for expiry.
	fn now() -> BlockNumber;

	/// What requests may ask for, as the ledger checks it again.
	fn bounds() -> RequestBounds;

	/// Fails where the constants let nobody be served.
	fn check_constants() {
		assert!(Self::WeightCap::get() > 0, "draws need weights");
		assert!(Self::BlockMillis::get() > 0, "nothing could be run in time");
		let RequestBounds { run_blocks, gas, memory_pages, .. } = Self::bounds();
		assert!(run_blocks > 0 && gas > 0 && memory_pages > 0, "no request could be valid");
	}
}

/// What the state tells.
pub struct State<C>(PhantomData<C>);

/// See [`State`].
pub fn state<C: Chain>() -> State<C> {
	State(PhantomData)
}

impl<C: Chain> Facts for State<C> {
	fn now(&self) -> BlockNumber {
		C::now()
	}
	fn block_millis(&self) -> u64 {
		C::BlockMillis::get()
	}
	fn provider(&self, stash: &AccountId, profile: &ProfileId) -> Option<Provider> {
		Some(Provider {
			capacity: C::Capacity::declared(stash)?,
			free_slots: C::Capacity::free_slots(stash),
			serves: C::Capacity::serves(stash, profile),
		})
	}
	fn room(&self, provider: &AccountId, client: &AccountId) -> Option<BlockNumber> {
		C::Exposures::room(provider, client)
	}
	fn operator(&self, stash: &AccountId) -> Option<AccountId> {
		C::Capacity::operator_of(stash)
	}
	fn is_member(&self, group: &GroupId, account: &AccountId) -> bool {
		C::Groups::is_member(group, account)
	}
	fn asset(&self, id: AssetId) -> Option<Asset> {
		C::Register::asset(id)
	}
	fn is_bonded(&self, publisher: &AccountId, least: Balance) -> bool {
		C::Register::is_bonded(publisher, least)
	}
	fn can_judge(&self, stash: &AccountId, parties: &[AccountId]) -> bool {
		C::Mediators::can_judge(stash, parties)
	}
}

/// Is told of each refusal. Where it returns an error, that ends the examination.
pub type Note<'a> = &'a mut dyn FnMut(Refusal) -> Result<(), Refusal>;

/// Notes `refusal` where something does not hold.
///
/// # Errors
///
/// Those of `note`.
pub fn check(holds: bool, refusal: Refusal, note: Note) -> Result<(), Refusal> {
	if holds { Ok(()) } else { note(refusal) }
}

/// What an examination gives that goes on to its end, and every refusal that it has met.
pub fn noted<T>(examine: impl FnOnce(Note) -> T) -> (T, Vec<Refusal>) {
	let mut refusals = Vec::new();
	let found = examine(&mut |refusal| {
		refusals.push(refusal);
		Ok(())
	});
	(found, refusals)
}

/// Whether a request is possible at all. The ledger checks what concerns content and money.
///
/// # Errors
///
/// Those of `note`.
pub fn examine_request<C: Chain>(request: &Request, note: Note) -> Result<(), Refusal> {
	request.faults(C::now(), &C::bounds()).try_for_each(|fault| note(fault.into()))
}

/// A candidate of a match.
pub struct MatchCandidate {
	/// Position in the match.
	pub at: u8,
	/// As the ledger takes it.
	pub candidate: Candidate,
	/// Bond that can be locked.
	pub free: Balance,
}

impl MatchCandidate {
	/// What a provider is in a match, at these terms.
	pub fn new<C: Chain>(at: u8, provider: &AccountId, terms: &Terms) -> Self {
		let free = C::Stakes::free(provider);
		let millis = u64::try_from(free / MILLI).unwrap_or(u64::MAX);
		let weight = millis.clamp(1, C::WeightCap::get().max(1));
		let candidate = Candidate { provider: provider.clone(), price: terms.price, weight };
		Self { at, candidate, free }
	}
}

/// Why what is offered does not serve what is wanted by itself. Its provider joins `members`.
pub fn examine_offered<C: Chain>(
	wanted: &Wanted,
	at: u8,
	offered: Offered,
	members: &mut Vec<MatchCandidate>,
) -> Vec<Ineligible> {
	members.push(MatchCandidate::new::<C>(at, offered.provider, offered.terms));
	ineligible(&state::<C>(), wanted, offered)
}

/// Whether candidates make a deal together, of whom each has its `own` reasons by itself. What is told first does not
/// depend on the order in which they are named.
///
/// # Errors
///
/// Those of `note`.
pub fn examine_together<C: Chain>(
	request: &Request,
	members: &[MatchCandidate],
	own: Vec<(Ineligible, u8)>,
	note: Note,
) -> Result<(), Refusal> {
	let gas = request.task.limits.gas;
	let named = members.iter().map(|member| {
		let Candidate { provider, price, .. } = &member.candidate;
		Named { at: member.at, provider, maximum: price.maximum(gas), free: member.free }
	});
	let spread = |lowest| C::DealBook::spread(request, lowest);
	let (reasons, spread) = together(own, &named.collect::<Vec<_>>(), spread);
	reasons.into_iter().try_for_each(|(why, at)| note(Refusal::Resource { at, why }))?;
	// Without candidates there is no price either, which other reasons tell.
	check(spread.is_some() || members.is_empty(), Refusal::PriceTooLarge, note)
}

impl Part {
	/// What a request uses beside it.
	pub fn beside(self) -> Self {
		match self {
			Self::App => Self::Dataset,
			Self::Dataset => Self::App,
		}
	}

	/// Number of what an order uses as this.
	pub fn named(self, order: &RequestOrder) -> Option<AssetId> {
		match self {
			Self::App => order.app,
			Self::Dataset => order.dataset,
		}
	}

	/// Its hash and its owner, where it is registered.
	pub fn owned(self, facts: &impl Facts, order: &RequestOrder) -> Option<(Hash, AccountId)> {
		let found = self.find(facts, self.named(order)?).ok()?;
		Some((found.hash(), found.owner))
	}

	/// The asset of a number, where it can be used as this.
	///
	/// # Errors
	///
	/// [`AssetFault::NotFound`].
	pub fn find(self, facts: &impl Facts, id: AssetId) -> Result<Asset, Refusal> {
		let is_data = |asset: &Asset| asset.kind == AssetKind::Dataset;
		let found = facts.asset(id).filter(|it| is_data(it) == (self == Self::Dataset));
		found.ok_or(AssetFault::NotFound.of(self))
	}

	/// Whether an asset is what the task names.
	fn is_of(self, asset: &Asset, task: &TaskSpec) -> bool {
		match self {
			Self::App => asset.kind == AssetKind::App(task.profile) && asset.content == task.module,
			Self::Dataset => task.input == Input::Blob(asset.content),
		}
	}
}

/// What a request says about an asset that it uses.
pub struct Asked<'a> {
	/// As what.
	pub part: Part,
	/// Its number.
	pub id: AssetId,
	/// What is to be run.
	pub task: &'a TaskSpec,
	/// Who buys.
	pub client: &'a AccountId,
	/// The most that it may cost for each task.
	pub ceiling: Balance,
	/// The least bond of its publisher.
	pub least_bond: Balance,
	/// Hash and owner of the other asset that the request uses, where both are registered.
	pub other: Option<(Hash, &'a AccountId)>,
}

impl<'a> Asked<'a> {
	/// What an order says about the asset that it uses as this, if it does. `other` is the one that it uses
	/// beside it, where that is registered.
	pub fn of(
		order: &'a RequestOrder,
		part: Part,
		other: Option<(Hash, &'a AccountId)>,
	) -> Option<Self> {
		let id = part.named(order)?;
		let ceiling = match part {
			Part::App => order.max_app_price,
			Part::Dataset => order.max_dataset_price,
		};
		let (task, client) = (&order.request.task, &order.client);
		let least_bond = order.min_publisher_bond;
		Some(Self { part, id, task, client, ceiling, least_bond, other })
	}

	/// Whether the asset can be used, and is what the task and an order name, whose number and content
	/// are `ordered`.
	///
	/// # Errors
	///
	/// Those of `note`.
	pub fn examine_asset(
		&self,
		asset: &Asset,
		ordered: Option<(AssetId, ContentRef)>,
		note: Note,
	) -> Result<(), Refusal> {
		check(asset.state == AssetState::Active, AssetFault::Suspended.of(self.part), note)?;
		let named = ordered.is_none_or(|ordered| ordered == (self.id, asset.content));
		check(
			self.part.is_of(asset, self.task) && named,
			AssetFault::Mismatch.of(self.part),
			note,
		)?;
		// Nobody answers for a program that is granted less than he has said.
		check(asset.needs.are_met(self.task), Refusal::AppNeedsMore, note)
	}

	/// Whether it may be used at these terms; `None` where it has none without an order.
	///
	/// # Errors
	///
	/// Those of `note`.
	pub fn examine_sale(
		&self,
		facts: &impl Facts,
		asset: &Asset,
		sale: Option<&Sale>,
		note: Note,
	) -> Result<(), Refusal> {
		let Some(sale) = sale else { return note(AssetFault::OrderMissing.of(self.part)) };
		check(sale.price <= self.ceiling, AssetFault::PriceAboveCeiling.of(self.part), note)?;
		let bonded = facts.is_bonded(&asset.owner, self.least_bond);
		check(bonded, AssetFault::BondTooSmall.of(self.part), note)?;
		let other = allows_asset(facts, &sale.others, self.other);
		check(other, AssetFault::RefusesOther.of(self.part), note)?;
		let client = allows(facts, &sale.clients, self.client);
		check(client, AssetFault::RefusesClient.of(self.part), note)
	}
}

/// An asset as a match uses it.
pub struct UsedAsset {
	/// By which restrictions name it. Kept, since each candidate is held against it.
	hash: Hash,
	/// What it is.
	pub asset: Asset,
	/// What it costs and whom it is meant for; `None` where that is not known.
	pub sale: Option<Sale>,
}

impl UsedAsset {
	/// An asset at these terms.
	pub fn new(asset: Asset, sale: Option<Sale>) -> Self {
		Self { hash: asset.hash(), asset, sale }
	}

	/// As the rules take it.
	pub fn terms(&self) -> matching::Used<'_> {
		let providers = self.sale.as_ref().map(|sale| &sale.providers);
		matching::Used { hash: self.hash, owner: &self.asset.owner, providers }
	}
}

/// Who has something to gain or lose by what an order asks for, whoever it is that runs it.
pub fn buyers(order: &RequestOrder) -> impl Iterator<Item = AccountId> {
	let others = order.sponsor.iter().chain(&order.beneficiary);
	core::iter::once(&order.client).chain(others).cloned()
}

/// A candidate, and who signs for it.
pub fn signers<F: Facts>(
	facts: &F,
	provider: &AccountId,
) -> impl Iterator<Item = AccountId> + use<F> {
	facts.operator(provider).into_iter().chain([provider.clone()])
}

/// Who judges where the parties of a deal let `asked`, of whom `parties` are kept from judging.
///
/// # Errors
///
/// Those of `note`.
pub fn examine_mediators<'a>(
	facts: &impl Facts,
	asked: impl IntoIterator<Item = &'a Mediators>,
	parties: &[AccountId],
	note: Note,
) -> Result<Judges, Refusal> {
	let common = |common: Option<Mediators>, it: &Mediators| {
		Some(common.map_or_else(|| it.common(it), |common| common.common(it)))
	};
	let common = asked.into_iter().fold(None, common).unwrap_or_default();
	let Some(judges) = Judges::of(common) else {
		note(Refusal::NoCommonMediator)?;
		return Ok(Judges::Public);
	};
	if let Judges::Named(named) = &judges {
		let able = named.iter().filter(|stash| facts.can_judge(stash, parties)).count();
		check(able >= LEAST_NAMED as usize, Refusal::TooFewMediators, note)?;
	}
	Ok(judges)
}

/// Whom those let judge who take part in a deal, and who they are, while its candidates are chosen.
#[derive(Clone)]
pub struct Bench {
	mediators: Mediators,
	parties: Vec<AccountId>,
}

impl Bench {
	/// The client's, with nobody else.
	pub fn of(order: &RequestOrder) -> Self {
		Self { mediators: order.mediators.clone(), parties: buyers(order).collect() }
	}

	/// Has others take part, who let `mediators` judge.
	pub fn add(&mut self, mediators: &Mediators, others: impl IntoIterator<Item = AccountId>) {
		self.mediators = self.mediators.common(mediators);
		self.parties.extend(others);
	}

	/// With those who are joined by others, who let `mediators` judge.
	pub fn with(&self, mediators: &Mediators, others: impl IntoIterator<Item = AccountId>) -> Self {
		let mut joined = self.clone();
		joined.add(mediators, others);
		joined
	}

	/// Who takes part, and signs for who does.
	pub fn parties(&self) -> &[AccountId] {
		&self.parties
	}

	/// Who judges.
	///
	/// # Errors
	///
	/// Those of `note`, where there is nobody.
	pub fn examine(&self, facts: &impl Facts, note: Note) -> Result<Judges, Refusal> {
		examine_mediators(facts, [&self.mediators], &self.parties, note)
	}

	/// Has a candidate join, whose provider lets `mediators` judge, where there is somebody to judge all of them.
	pub fn join(
		&mut self,
		facts: &impl Facts,
		provider: &AccountId,
		mediators: &Mediators,
	) -> bool {
		let joined = self.with(mediators, signers(facts, provider));
		let judged = joined.examine(facts, &mut Err).is_ok();
		if judged {
			*self = joined;
		}
		judged
	}
}

/// Whether somebody can judge the tasks of a deal: the court, by their limits, or those who judge it, of whom
/// `parties` are kept from that.
///
/// Whether they take keys of private inputs is not asked: who is given one is the client's choice anyway.
///
/// # Errors
///
/// Those of `note`.
pub fn examine_judgement<C: Chain>(
	deal: &NewDeal,
	parties: &[AccountId],
	note: Note,
) -> Result<(), Refusal> {
	let NewDeal { request, judges, .. } = deal;
	let question = Question {
		spec: &request.task,
		sealed: false,
		run_blocks: request.run_blocks,
		wage: C::DealBook::wage(deal),
	};
	// An item of a list may turn out to be too large for the court when the list is there.
	let whole = !matches!(request.task.input, Input::List(_));
	let judged = (whole && C::Court::qualifies(&request.task).is_ok())
		|| C::Mediators::take(judges, parties, &question);
	check(judged, Refusal::NobodyJudges, note)
}

/// All tags that a provider must have. What the program has to support, a program of the client's own
/// supports by the client's word.
///
/// # Errors
///
/// Those of `note`.
pub fn examine_tags(
	request: &Request,
	app: Option<&UsedAsset>,
	dataset: Option<&UsedAsset>,
	note: Note,
) -> Result<u32, Refusal> {
	let of = |used: Option<&UsedAsset>| used.map_or(0, |used| used.asset.tags);
	let tags = of(app) | of(dataset) | request.tags;
	let declared = if app.is_some() { of(app) } else { request.tags };
	let supported = tags & PROGRAM_TAGS & !declared == 0;
	check(supported, Refusal::ProgramTagsMissing, note)?;
	Ok(tags)
}
