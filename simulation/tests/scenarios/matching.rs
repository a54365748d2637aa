//! Why offers do not fit, as the chain says it to who submits, in a quote and in `why_not`, and as a
//! solver's book says it of what it was shown.

mod assets;

use crate::policies::policies;
use assay_decisions::book::{
	Arrival, Book, Constants, Explanation, Known, Limits, NotKept, ResourceKey, Shortage,
};
use assay_primitives::{
	Balance, BlockNumber, Hash, MILLIS_PER_BLOCK, UNIT,
	api::MAX_PAGE,
	bond::Bond,
	content::ContentRef,
	eligibility::{buyers, examine_mediators, signers},
	judges::Mediators,
	matching::{self, Priced, Spread, best_set},
	order::{
		AnyOrder, Authorization, Kind, Match, Order, OrderFault, OrderFile, OrderId, Refusal,
		RequestOrder, Resource, ResourceOrder, Signed,
	},
	policy::MAX_CANDIDATES,
	price::Price,
	profile::Profile,
	provider::{Capacity, Status},
	request::{Ineligible, OfferId, Quote, Request, Terms},
	task::{Input, InputList},
};
use assay_runtime::{AccountId, Balances, Deals, Market, Providers, Runtime, RuntimeOrigin};
use assay_simulation::{
	Chain, account,
	cases::mediator,
	key,
	market::{GAS, Provider, register, request, spec, terms},
};
use assets::{Extra, Judged, LEFT, extra, judged, presigned};
use pallet_market::{Chosen, Error, Offer, Offers, Orders};
use polkadot_sdk::{
	frame_support::{
		BoundedVec,
		storage::{TransactionOutcome, with_transaction},
		traits::{Get, fungible::Mutate},
	},
	sp_runtime::{DispatchError, DispatchResult},
};
use proptest::{
	prelude::*,
	test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{cell::RefCell, collections::BTreeMap};

/// Sets of offers that are drawn.
const DRAWN: u32 = 10_000;
const PROVIDERS: usize = 5;
const MOST_OFFERS: usize = 6;
const RUN: BlockNumber = 20;
const TAGS: u32 = 0b01;
/// A bond that covers every stake.
const RICH: Balance = 1_000_000_000 * UNIT;

/// A provider as it comes to be.
#[derive(Clone, Debug)]
struct Seller {
	status: Status,
	capacity: Capacity,
	slots_used: u16,
	serves: bool,
	bond: Balance,
	exposure_limit: Option<BlockNumber>,
}

#[derive(Clone, Debug)]
struct Draw {
	request: Request,
	/// Who buys: somebody else, or the stash or the operator of a provider.
	buyer: Option<(usize, bool)>,
	sellers: Vec<Seller>,
	/// Offers, whose they are, and whom they let judge.
	offers: Vec<(usize, Terms, Judged)>,
	/// What an order says beside a request; `None` for a request alone.
	extra: Option<Extra>,
}

/// Mostly what is in order.
pub fn mostly<T: Clone + std::fmt::Debug + 'static>(
	good: T,
	bad: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = T> {
	prop_oneof![40 => Just(good), 1 => bad]
}

fn seller() -> impl Strategy<Value = Seller> {
	let status =
		mostly(Status::Serving, prop_oneof![Just(Status::Nominating), Just(Status::Leaving)]);
	let capacity = (
		mostly(GAS, 0..GAS),
		mostly(1_024, 0..20u32),
		mostly(1_000_000_000, 0..60_000_000u64),
		mostly(u32::MAX, 0..4u32),
	)
		.prop_map(|(max_gas, max_memory_pages, gas_per_second, tags)| Capacity {
			slots: 8,
			max_gas,
			max_memory_pages,
			gas_per_second,
			tags,
		});
	let bond = prop_oneof![8 => Just(RICH), 1 => 0..30 * UNIT];
	let limit = mostly(None, prop_oneof![Just(Some(RUN - 1)), Just(Some(RUN))]);
	(status, capacity, mostly(0, 7..9u16), mostly(true, Just(false)), bond, limit).prop_map(
		|(status, capacity, slots_used, serves, bond, exposure_limit)| Seller {
			status,
			capacity,
			slots_used,
			serves,
			bond,
			exposure_limit,
		},
	)
}

/// Mostly near each other, as a ledger wants them.
fn offers() -> impl Strategy<Value = Vec<(usize, Terms, Judged)>> {
	let offer = (
		(0..PROVIDERS, judged()),
		(prop_oneof![30 => 0..240u64, 1 => 0..3_000u64], 0..240u64),
		mostly(Profile::BASE.id(), Just(Hash::zero())),
		(mostly(GAS, 0..GAS), mostly(1_024, 0..20u32)),
		(mostly(1, 19..22u32), mostly(10_000, 0..12u32)),
	);
	let lowest = (1_000..2 * UNIT as u64, 0..1_000_000u64);
	let part =
		|of: u64, more: u64| Balance::from(of) + Balance::from(of) * Balance::from(more) / 1_000;
	(lowest, prop::collection::vec(offer, 1..=MOST_OFFERS)).prop_map(
		move |((base, per_mgas), offers)| {
			let one =
				|((seller, judged), (more, other), profile, (max_gas, pages), (least, until))| {
					let price = Price { base: part(base, more), per_mgas: part(per_mgas, other) };
					let of = Terms { profile, max_gas, max_memory_pages: pages, ..terms(price) };
					(seller, Terms { min_run_blocks: least, valid_until: until, ..of }, judged)
				};
			offers.into_iter().map(one).collect()
		},
	)
}

fn draw() -> impl Strategy<Value = Draw> {
	let sellers = prop::collection::vec(seller(), PROVIDERS);
	let ceiling = || mostly(Balance::MAX / 1_000_000, (0..2 * UNIT as u64).prop_map(Balance::from));
	let buyer = mostly(None, (0..PROVIDERS, any::<bool>()).prop_map(Some));
	let extra = prop::option::weighted(0.6, extra());
	let inputs = prop_oneof![1 => Just(None), 1 => (1..7u32).prop_map(Some)];
	let task = (1..=GAS, inputs);
	(policies(1..4, 2..10), task, (ceiling(), ceiling()), buyer, sellers, offers(), extra).prop_map(
		|(policy, (gas, inputs), (base, per_mgas), buyer, sellers, offers, extra)| {
			let mut request = request(spec(), 1, 1);
			request.task.limits.gas = gas;
			// Who submits a request by itself asks for one task.
			if let (Some(count), Some(_)) = (inputs, &extra) {
				let inputs = vec![ContentRef::of(b"an input"); count as usize];
				request.task.input = Input::List(InputList::of(&inputs).0);
			}
			(request.policy, request.run_blocks, request.tags) = (policy, RUN, TAGS);
			request.max_price = Price { base, per_mgas };
			if let Some(extra) = &extra {
				extra.change(&mut request);
			}
			Draw { request, buyer, sellers, offers, extra }
		},
	)
}

/// What a draw makes of the state.
struct Scene<'a> {
	request: &'a Request,
	client: AccountId,
	extra: Option<&'a Extra>,
	providers: Vec<AccountId>,
	mediators: Vec<Mediators>,
	named: Vec<(OfferId, AccountId)>,
	terms: Vec<Terms>,
	/// Signed orders that are in the place of some of the offers.
	sold: BTreeMap<OfferId, Signed<ResourceOrder>>,
	genesis: Hash,
	now: BlockNumber,
}

impl<'a> Scene<'a> {
	fn set(draw: &'a Draw, providers: &[Provider]) -> Self {
		for (seller, provider) in draw.sellers.iter().zip(providers) {
			pallet_providers::Providers::<Runtime>::mutate(provider.id(), |entry| {
				let entry = entry.as_mut().expect("it is registered");
				(entry.status, entry.bond) = (seller.status, Bond::of(seller.bond));
				let work = (seller.slots_used > 0).then_some((0, seller.slots_used));
				(entry.work, entry.exposure_limit) = (
					pallet_providers::Work::truncate_from(work.into_iter().collect()),
					seller.exposure_limit,
				);
				entry.declaration.capacity = seller.capacity;
				if !seller.serves {
					entry.declaration.profiles = BoundedVec::new();
				}
			});
		}
		let named_judge = draw.extra.as_ref().is_some_and(|extra| extra.named_judge);
		let mediators = draw.offers.iter().map(|(.., judged)| judged.mediators(named_judge));
		let mediators: Vec<_> = mediators.collect();
		let offers = draw.offers.iter().zip(&mediators).enumerate();
		let genesis = Market::genesis_hash();
		let mut sold = BTreeMap::new();
		let named = (100..).zip(offers).map(|(id, (at, ((seller, terms, _), mediators)))| {
			let provider = providers[*seller].id();
			if let Some(order) = draw.extra.as_ref().and_then(|extra| extra.sold(at)) {
				let (signed, record) = order.signed(&provider, at as u64, *terms, mediators);
				Orders::<Runtime>::insert(signed.order.id(&genesis), record);
				sold.insert(id, signed);
				return (id, provider);
			}
			let depositor = provider.clone();
			let offer = Offer {
				provider: provider.clone(),
				terms: *terms,
				mediators: mediators.clone(),
				deposit: 0,
				depositor,
			};
			Offers::<Runtime>::insert(id, offer);
			(id, provider)
		});
		let named: Vec<_> = named.collect();
		let client = draw.buyer.map_or(account(&key("Charlie")), |(seller, stash)| {
			let Provider { stash: owner, operator } = &providers[seller];
			account(if stash { owner } else { operator })
		});
		Balances::set_balance(&client, Balance::MAX / 1_000_000);
		let terms = draw.offers.iter().map(|(_, terms, _)| *terms).collect();
		let now = assay_runtime::System::block_number();
		let extra = draw.extra.as_ref();
		let providers = providers.iter().map(Provider::id).collect();
		let scene = Self {
			request: &draw.request,
			client,
			extra,
			providers,
			mediators,
			named,
			terms,
			sold,
			genesis,
			now,
		};
		if let Some(extra) = extra {
			extra.register(&scene.order(), &scene.providers);
		}
		scene
	}

	fn order(&self) -> RequestOrder {
		let plain = RequestOrder {
			min_candidates: 1,
			..RequestOrder::plain(self.client.clone(), self.request.clone())
		};
		match self.extra {
			Some(extra) => extra.order(plain, &self.providers),
			None => plain,
		}
	}

	/// A book that was shown what the views tell, with the request in it. Errors: why it is not kept.
	fn book(&self) -> Result<(Book, OrderId), NotKept> {
		let constants = Constants {
			block_millis: MILLIS_PER_BLOCK,
			tariff: Deals::tariff(),
			life: <Runtime as pallet_market::Config>::MaxOrderLife::get(),
			min_publisher_bond: <Runtime as pallet_register::Config>::MinPublisherBond::get(),
			bounds: Deals::request_bounds(),
			tip: <Runtime as pallet_market::Config>::MaxTip::get(),
		};
		let mut book = Book::new(self.genesis, constants, Limits::default());
		book.advance(self.now);
		book.set_providers(Providers::providers(None, MAX_PAGE).items);
		book.set_offers(Market::offers(None, MAX_PAGE).items);
		let order = self.order();
		let mut file = OrderFile::new(self.genesis, AnyOrder::Request(Box::new(order.clone())));
		let mut record = presigned(&self.client);
		if let Some(extra) = self.extra {
			extra.show(&mut book, self.now, &self.providers);
			file.sponsor = extra.consent(&order);
			record = Orders::<Runtime>::get(file.id()).expect("it is there");
		}
		Arrival::screen(&file, &self.genesis, self.now, &constants)?;
		let known = Known { now: self.now, owner: self.client.clone(), record: Some(record) };
		let arrival = Arrival::verify(file, known)?;
		let id = arrival.id();
		book.insert(arrival)?;
		Ok((book, id))
	}

	/// Shows a book the orders of providers. Returns which are not kept, and why.
	fn show_sold(&self, book: &mut Book) -> BTreeMap<OfferId, OrderFault> {
		let constants = book.constants();
		let mut show = |signed: &Signed<ResourceOrder>| {
			let order = AnyOrder::Resource(Box::new(signed.order.clone()));
			let file = OrderFile::new(self.genesis, order);
			let record = Orders::<Runtime>::get(file.id());
			Arrival::screen(&file, &self.genesis, self.now, &constants)?;
			let known = Known { now: self.now, owner: signed.order.signer.clone(), record };
			book.insert(Arrival::verify(file, known)?)
		};
		let why = |kept: Result<(), NotKept>| match kept {
			Ok(()) => None,
			Err(NotKept::Refused(Refusal::Order { of: Kind::Resource, why })) => Some(why),
			Err(other) => panic!("{other:?}"),
		};
		self.sold.iter().filter_map(|(id, signed)| Some((*id, why(show(signed))?))).collect()
	}

	/// Which of those that were drawn a candidate of the book is.
	fn label(&self, key: ResourceKey) -> OfferId {
		match key {
			ResourceKey::Offer(id) => id,
			ResourceKey::Order(id) => {
				let is = |signed: &Signed<ResourceOrder>| signed.order.id(&self.genesis) == id;
				*self.sold.iter().find(|(_, signed)| is(signed)).expect("it was drawn").0
			},
		}
	}

	/// All that was drawn, as a match.
	fn match_of_all(&self) -> Match {
		let resource = |id: &OfferId| match self.sold.get(id) {
			Some(signed) => Resource::Order(Box::new(signed.clone())),
			None => Resource::Offer(*id),
		};
		let resources = self.named.iter().map(|(id, _)| resource(id)).collect();
		let request = Signed { order: self.order(), authorization: Authorization::OnChain };
		let mut orders = Match {
			request,
			sponsor: None,
			resources: BoundedVec::truncate_from(resources),
			app: None,
			dataset: None,
		};
		if let Some(extra) = self.extra {
			extra.complete(&mut orders, &self.providers);
		}
		orders
	}

	/// Submits offers, and takes it back.
	fn submit(&self, named: &[(OfferId, AccountId)]) -> DispatchResult {
		let named = Chosen::truncate_from(named.to_vec());
		let origin = RuntimeOrigin::signed(self.client.clone());
		undone(|| Market::submit(origin, Box::new(self.request.clone()), named))
	}

	/// Who matches: the client itself where it has signed nothing beside its request.
	fn solver(&self) -> AccountId {
		self.extra.map_or(self.client.clone(), |_| account(&key("Ferdie")))
	}

	/// Submits orders, and takes it back.
	fn submit_match(&self, orders: Match) -> DispatchResult {
		let origin = RuntimeOrigin::signed(self.solver());
		undone(|| Market::match_orders(origin, Box::new(orders)))
	}

	/// Every reason of each offer, of what `why_not` says of all of them together.
	fn of_offers(&self, all: &[Refusal]) -> BTreeMap<OfferId, Vec<Ineligible>> {
		let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
		for refusal in all {
			if let Refusal::Resource { at, why } = refusal {
				found.entry(self.named[usize::from(*at)].0).or_default().push(*why);
			}
		}
		found
	}

	/// What each of those that were drawn is in a match, by what the book was shown.
	fn members(&self, book: &Book) -> Vec<Member> {
		let gas = self.request.task.limits.gas;
		let member = |((id, provider), terms): (&(OfferId, AccountId), &Terms)| Member {
			offer: *id,
			provider: provider.clone(),
			maximum: terms.price.maximum(gas).expect("these prices fit"),
			free: book.provider(provider).expect("it is shown").free,
		};
		self.named.iter().zip(&self.terms).map(member).collect()
	}

	fn spread(&self, lowest: Balance) -> Spread {
		Spread::of(&Deals::tariff(), self.request, lowest)
	}

	/// Every reason against all offers together, by what the book was shown; `own` are those that each has by itself.
	fn together(
		&self,
		book: &Book,
		own: &BTreeMap<OfferId, Vec<Ineligible>>,
	) -> Vec<(Ineligible, u8)> {
		let members = self.members(book);
		let named: Vec<_> = (0..).zip(&members).map(|(at, it)| it.named(at)).collect();
		let own = (0..).zip(&members).flat_map(|(at, it)| {
			own.get(&it.offer).into_iter().flatten().map(move |why| (*why, at))
		});
		matching::together(own.collect(), &named, |lowest| self.spread(lowest)).0
	}

	/// The first reason against all offers together, by what the book was shown.
	fn by_book(&self, book: &Book, own: &BTreeMap<OfferId, Vec<Ineligible>>) -> Option<Refusal> {
		if (self.named.len() as u32) < self.request.policy.first_wave() {
			return Some(Refusal::NotEnoughCandidates);
		}
		let first = self.together(book, own).into_iter().next();
		let first = first.map(|(why, at)| Refusal::Resource { at, why });
		first.or_else(|| self.unjudged(book))
	}

	/// Why nobody can judge where all offers are candidates, by what the book was shown.
	fn unjudged(&self, book: &Book) -> Option<Refusal> {
		let order = self.order();
		let owners: Vec<_> = self.extra.iter().flat_map(|extra| extra.owners()).collect();
		let asked = [&order.mediators].into_iter().chain(&self.mediators);
		let asked = asked.chain(owners.iter().map(|(mediators, _)| mediators));
		let signing = self.named.iter().flat_map(|(_, provider)| signers(book, provider));
		let parties = buyers(&order).chain(owners.iter().map(|(_, owner)| owner.clone()));
		let parties: Vec<_> = parties.chain(signing).collect();
		examine_mediators(book, asked, &parties, &mut Err).err()
	}
}

fn undone(call: impl FnOnce() -> DispatchResult) -> DispatchResult {
	let result = with_transaction(|| TransactionOutcome::Rollback(Ok::<_, DispatchError>(call())));
	result.expect("no layer too many")
}

/// Those reasons that an offer has whatever others there are.
fn own(
	reasons: impl IntoIterator<Item = (OfferId, Vec<Ineligible>)>,
) -> BTreeMap<OfferId, Vec<Ineligible>> {
	let of_sets = [
		Ineligible::BondTooSmall,
		Ineligible::DuplicateProvider,
		Ineligible::PriceTooFarFromCheapest,
	];
	let kept = |(id, mut reasons): (OfferId, Vec<Ineligible>)| {
		reasons.retain(|why| !of_sets.contains(why));
		(!reasons.is_empty()).then_some((id, reasons))
	};
	reasons.into_iter().filter_map(kept).collect()
}

fn explained(scene: &Scene, explanation: Explanation) -> BTreeMap<OfferId, Vec<Ineligible>> {
	own(explanation.unfit.into_iter().map(|unfit| (scene.label(unfit.candidate), unfit.reasons)))
}

/// What the book plans and what the quote proposes, against each other and against the chain.
fn check_sets(
	scene: &Scene,
	book: &Book,
	id: &OrderId,
	quote: &Quote,
	by_book: &BTreeMap<OfferId, Vec<Ineligible>>,
) {
	let plan = book.plan(id);
	assert_eq!(plan.is_ok(), quote.enough, "{plan:?}, {quote:?}");
	match plan {
		Ok(plan) => assert_eq!(scene.submit_match(plan.orders), Ok(())),
		Err(why) => assert!(matches!(why, Shortage::Candidates { .. }), "{why:?}"),
	}
	let fits: Vec<_> = quote.fits.iter().map(|fit| (fit.offer, fit.provider.clone())).collect();
	if quote.enough {
		assert_eq!(scene.submit(&fits), Ok(()), "{quote:?}");
	}
	let mut serving = scene.members(book);
	serving.retain(|it| !by_book.contains_key(&it.offer));
	serving.sort_by_key(|it| (it.maximum, it.offer));
	let (needed, most) = (scene.request.policy.first_wave() as usize, MAX_CANDIDATES as usize);
	let best = best_set(serving.iter(), needed, most, |lowest| scene.spread(lowest));
	let members: Vec<_> = best.members.iter().map(|it| (it.offer, it.provider.clone())).collect();
	assert_eq!(fits, members, "the cheapest set that is enough, or the largest");
	let told: BTreeMap<_, _> = quote.ineligible.iter().cloned().collect();
	for it in serving.iter().filter(|it| fits.iter().all(|(fit, _)| *fit != it.offer)) {
		let told = told.get(&it.offer).map_or(&[][..], |reasons| reasons);
		let again = fits.iter().any(|(_, provider)| *provider == it.provider);
		assert_eq!(told.contains(&Ineligible::DuplicateProvider), again, "{it:?}: {told:?}");
		let mut excluded =
			best.spread.iter().flat_map(|spread| spread.excludes(Some(it.maximum), it.free));
		assert!(excluded.all(|why| told.contains(&why)), "{it:?}: {told:?}");
		assert!(!told.is_empty(), "fewer are drawn than a set may have: {it:?}");
	}
}

/// Somebody who was drawn, as far as money goes.
#[derive(Debug)]
struct Member {
	offer: OfferId,
	provider: AccountId,
	maximum: Balance,
	free: Balance,
}

impl Member {
	fn named(&self, at: u8) -> matching::Named<'_> {
		let Self { provider, maximum, free, .. } = self;
		matching::Named { at, provider, maximum: Some(*maximum), free: *free }
	}
}

impl Priced for Member {
	fn provider(&self) -> &AccountId {
		&self.provider
	}
	fn maximum(&self) -> Balance {
		self.maximum
	}
	fn free(&self) -> Balance {
		self.free
	}
}

fn refused(first: Option<Refusal>) -> DispatchResult {
	first.map_or(Ok(()), |refusal| Err(Error::<Runtime>::from(refusal).into()))
}

/// Returns the first reason, if there is any.
fn check(draw: &Draw, providers: &[Provider]) -> Option<Refusal> {
	let scene = Scene::set(draw, providers);
	match draw.extra {
		Some(_) => check_orders(draw, &scene),
		None => check_request(draw, &scene),
	}
}

/// Whether a refusal depends on the candidates.
fn of_candidates(refusal: &Refusal) -> bool {
	matches!(refusal, Refusal::NotEnoughCandidates | Refusal::Resource { .. }) || of_judges(refusal)
}

fn of_judges(refusal: &Refusal) -> bool {
	matches!(refusal, Refusal::NoCommonMediator | Refusal::TooFewMediators | Refusal::NobodyJudges)
}

/// An order with all that may be in one, which only a match makes a deal of.
fn check_orders(draw: &Draw, scene: &Scene) -> Option<Refusal> {
	let orders = scene.match_of_all();
	let by_view = Market::why_not(&scene.solver(), &orders);
	let first = by_view.first().copied();
	assert_eq!(scene.submit_match(orders), refused(first), "why_not and the call: {draw:?}");
	let (book, id) = match scene.book() {
		Ok(kept) => kept,
		Err(why) => {
			let expected = match why {
				NotKept::Refused(refusal) => refusal,
				NotKept::NotSigned => OrderFault::NotAuthorized.of(Kind::Request),
				other => panic!("{other:?}: {draw:?}"),
			};
			assert_eq!(first, Some(expected), "{draw:?}");
			return first;
		},
	};
	let mut book = book;
	let not_kept = scene.show_sold(&mut book);
	let mut by_offer = own(scene.of_offers(&by_view));
	for (id, why) in &not_kept {
		let found = by_offer.remove(id).unwrap_or_default();
		assert!(found.contains(&Ineligible::from(*why)), "{why:?}, {found:?}: {draw:?}");
	}
	let explanation = book.explain(&id, usize::MAX).expect("it is in the book");
	let whatever = |all: &[Refusal]| -> Vec<Refusal> {
		all.iter().filter(|refusal| !of_candidates(refusal)).copied().collect()
	};
	let refusals = explanation.refusals.clone();
	// The chain says it of all orders together, a book of each candidate that it shows.
	let apart = |mut all: Vec<Refusal>| {
		all.retain(|why| *why != Refusal::VolumeTooSmall || scene.sold.is_empty());
		all
	};
	let (chain, shown) = (apart(whatever(&by_view)), apart(whatever(&refusals)));
	assert_eq!(chain, shown, "why_not and the book: {draw:?}");
	// Who can't be judged with fewer can't with more.
	let judged = by_view.iter().any(of_judges) || !refusals.iter().any(of_judges);
	assert!(judged, "{refusals:?} by the book, {by_view:?}: {draw:?}");
	match book.plan(&id) {
		Ok(plan) => assert_eq!(scene.submit_match(plan.orders), Ok(()), "{draw:?}"),
		Err(why) => assert!(first.is_some(), "{why:?}, but the chain takes all: {draw:?}"),
	}
	if refusals.is_empty() {
		check_quote_of_order(scene, &explanation);
		let too_small = explanation.unfit.iter().any(|unfit| unfit.too_small);
		let by_book = explained(scene, explanation);
		assert_eq!(by_offer, by_book, "why_not and the book: {draw:?}");
		if not_kept.is_empty() {
			let by_volume = too_small.then_some(Refusal::VolumeTooSmall);
			let by_book = scene.by_book(&book, &by_book).or(by_volume);
			assert_eq!(by_book, first, "{draw:?}");
		}
	}
	first
}

/// A quote knows what rests on chain, so it says the same where the order uses nothing that others sell elsewhere.
fn check_quote_of_order(scene: &Scene, explanation: &Explanation) {
	let order = scene.order();
	if order.app.is_some() || order.dataset.is_some() {
		return;
	}
	let mut by_book = explained(scene, explanation.clone());
	by_book.retain(|id, _| !scene.sold.contains_key(id));
	let mut told = own(Market::quote_order(&order, &[]).ineligible);
	// Who lets nobody judge whom the others of a set let is told of only in a quote.
	told.retain(|id, reasons| {
		by_book.contains_key(id) || *reasons != [Ineligible::MediatorsNotShared]
	});
	assert_eq!(told, by_book, "the quote of an order and the book");
}

/// A request alone.
fn check_request(draw: &Draw, scene: &Scene) -> Option<Refusal> {
	let quote = Market::quote(&scene.client, scene.request);
	let (book, id) = scene.book().expect("it is presigned");
	let by_book = explained(scene, book.explain(&id, usize::MAX).expect("it is in the book"));
	assert_eq!(own(quote.ineligible.clone()), by_book, "the quote and the book: {draw:?}");
	let by_view = Market::why_not(&scene.client, &scene.match_of_all());
	assert_eq!(own(scene.of_offers(&by_view)), by_book, "why_not and the book: {draw:?}");
	let told = by_view.iter().filter_map(|refusal| match refusal {
		Refusal::Resource { at, why } => Some((*why, *at)),
		_ => None,
	});
	assert_eq!(told.collect::<Vec<_>>(), scene.together(&book, &by_book), "{draw:?}");
	let first = scene.by_book(&book, &by_book);
	assert_eq!(scene.submit(&scene.named), refused(first), "{draw:?}");
	check_sets(scene, &book, &id, &quote, &by_book);
	first
}

#[test]
fn chain_quote_and_book_should_give_the_same_first_reason() {
	let mut chain = Chain::start("development");
	let providers: Vec<_> = (0..PROVIDERS).map(|at| register(&mut chain, at as u32)).collect();
	let leaves = mediator(LEFT);
	chain.send(&leaves, pallet_mediation::Call::leave {}).expect("it may leave");
	let seen = RefCell::new(BTreeMap::<String, u32>::new());
	let config = Config { cases: DRAWN, failure_persistence: None, ..Config::default() };
	let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
	chain.read(|| {
		(0..PROVIDERS as u64).for_each(Offers::<Runtime>::remove);
		let drawn = TestRunner::new_with_rng(config, rng).run(&draw(), |draw| {
			let first = with_transaction(|| {
				let first = check(&draw, &providers);
				TransactionOutcome::Rollback(Ok::<_, DispatchError>(first))
			});
			let name = match first.expect("no layer too many") {
				Some(Refusal::Resource { why, .. }) => format!("{why:?}"),
				other => format!("{other:?}"),
			};
			*seen.borrow_mut().entry(name).or_default() += 1;
			Ok(())
		});
		drawn.expect("they agree");
	});
	let seen = seen.into_inner();
	assert!(seen["None"] >= DRAWN / 20, "{seen:?}");
	// All that a resting offer can be refused for, and all that an order can beside it.
	assert!(seen.len() >= 40, "{seen:?}");
	assert!(seen.values().all(|times| *times >= 10), "{seen:?}");
}
