//! Whether orders make a deal. The steps and their order are those of [`Refusal`].

use crate::{Config, Error, Offers, Orders, Pallet, orders::Consumed};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId,
	deal::Via,
	eligibility::{
		Asked, Bench, Chain, MatchCandidate, Note, UsedAsset, check, examine_judgement,
		examine_offered, examine_tags, examine_together, noted, signers, state,
	},
	judges::Mediators,
	matching::Wanted,
	order::{
		AppOrder, AssetOrder, Authorization, DatasetOrder, Kind, Match, Order, OrderFault, Part,
		Refusal, RequestOrder, Resource, Sale, Signed, suffices, unsponsored,
	},
	request::{Candidate, Ineligible},
	traits::{AssetSale, NewDeal},
};
use polkadot_sdk::frame_support::traits::Get;

/// What a match would do.
pub(crate) struct Plan {
	pub deal: NewDeal,
	/// Orders to be consumed.
	pub drawn: Vec<Consumed>,
}

/// An app or a dataset that a match uses, and what it draws on for that.
struct Bought {
	used: UsedAsset,
	drawn: Option<Consumed>,
}

/// What a request uses of others'.
pub(crate) struct Basket {
	app: Option<Bought>,
	dataset: Option<Bought>,
	/// Tags of request, app and dataset together.
	tags: u32,
}

impl Basket {
	/// Of an order whose app and dataset can't be found.
	pub(crate) fn without(order: &RequestOrder) -> Self {
		Self { app: None, dataset: None, tags: order.request.tags }
	}

	fn used(&self) -> [Option<&UsedAsset>; 2] {
		[&self.app, &self.dataset].map(|bought| bought.as_ref().map(|bought| &bought.used))
	}

	fn drawn(self) -> impl Iterator<Item = Consumed> {
		[self.app, self.dataset].into_iter().flatten().filter_map(|bought| bought.drawn)
	}

	/// Those who take part in a deal of an order that uses this, without candidates.
	pub(crate) fn bench(&self, order: &RequestOrder) -> Bench {
		let mut bench = Bench::of(order);
		for used in self.used().into_iter().flatten() {
			let mediators = used.sale.as_ref().map_or(&order.mediators, |sale| &sale.mediators);
			bench.add(mediators, [used.asset.owner.clone()]);
		}
		bench
	}

	/// What an order wants that uses this.
	pub(crate) fn wanted<'a>(&'a self, order: &'a RequestOrder) -> Wanted<'a> {
		let [app, dataset] = self.used().map(|used| used.map(UsedAsset::terms));
		Wanted {
			client: &order.client,
			sponsor: order.sponsor.as_ref(),
			request: &order.request,
			tags: self.tags,
			providers: &order.providers,
			app,
			dataset,
			mediators: &order.mediators,
		}
	}

	/// What an order becomes that uses this, judged by the public pool.
	pub(crate) fn deal(
		&self,
		order: &RequestOrder,
		candidates: Vec<Candidate>,
		solver: &AccountId,
	) -> NewDeal {
		let [app, dataset] = self.used();
		let sale = |used: &UsedAsset| {
			let UsedAsset { asset, sale, .. } = used;
			let (price, liability) =
				sale.as_ref().map_or((0, 0), |sale| (sale.price, sale.liability));
			AssetSale { asset: asset.content.hash, owner: asset.owner.clone(), price, liability }
		};
		let (client, request) = (order.client.clone(), order.request.clone());
		NewDeal {
			payer: order.sponsor.clone().unwrap_or_else(|| client.clone()),
			beneficiary: order.beneficiary.clone(),
			tags: self.tags,
			// One for each input, for the ledger numbers them by inputs.
			tasks: request.task.input.tasks(),
			app: app.map(sale),
			dataset: dataset.map(sale),
			tip: (order.tip > 0).then(|| (solver.clone(), order.tip)),
			public_good: app.is_some_and(|app| app.asset.public_good),
			..NewDeal::plain(Via::MARKET, client, request, candidates)
		}
	}
}

/// What resources bring into a match.
#[derive(Default)]
struct Served {
	members: Vec<MatchCandidate>,
	drawn: Vec<Consumed>,
	/// Whom each of them lets judge.
	mediators: Vec<Mediators>,
}

impl<T: Config> Pallet<T> {
	/// Examines all orders of a match.
	pub(crate) fn examine_match(
		solver: &AccountId,
		orders: &Match,
		note: Note,
	) -> Result<Plan, Refusal> {
		let Signed { order, authorization } = &orders.request;
		let request = Self::examine_own(order, authorization, solver, note)?;
		Self::examine_sponsor(order, orders.sponsor.as_ref(), solver, note)?;
		let (app, dataset) = (orders.app.as_ref(), orders.dataset.as_ref());
		let basket = Self::examine_assets(order, app, dataset, solver, note)?;
		let least = *order.candidates().start();
		check(orders.resources.len() as u32 >= least, Refusal::NotEnoughCandidates, note)?;
		let served =
			Self::examine_resources(&basket.wanted(order), &orders.resources, solver, note)?;
		let mut bench = basket.bench(order);
		for (member, mediators) in served.members.iter().zip(&served.mediators) {
			bench.add(mediators, signers(&state::<T::Chain>(), &member.candidate.provider));
		}
		let judges = bench.examine(&state::<T::Chain>(), note)?;
		let Served { members, drawn, .. } = served;
		let candidates = members.into_iter().map(|member| member.candidate).collect();
		let deal = NewDeal { judges, ..basket.deal(order, candidates, solver) };
		let drawn: Vec<_> = core::iter::once(request).chain(basket.drawn()).chain(drawn).collect();
		Self::examine_volume(deal.tasks, &drawn, note)?;
		examine_judgement::<T::Chain>(&deal, bench.parties(), note)?;
		Ok(Plan { deal, drawn })
	}

	/// What a request uses of others', and what it needs of them together.
	pub(crate) fn examine_assets(
		order: &RequestOrder,
		app: Option<&Signed<AppOrder>>,
		dataset: Option<&Signed<DatasetOrder>>,
		solver: &AccountId,
		note: Note,
	) -> Result<Basket, Refusal> {
		let app = Self::examine_app(order, app, solver, note)?;
		let program = app.as_ref().map(|app| &app.used);
		let dataset = Self::examine_dataset(order, dataset, program, solver, note)?;
		let input = dataset.as_ref().map(|dataset| &dataset.used);
		let tags = examine_tags(&order.request, program, input, note)?;
		Ok(Basket { app, dataset, tags })
	}

	/// The request by itself.
	fn examine_own(
		order: &RequestOrder,
		authorization: &Authorization,
		solver: &AccountId,
		note: Note,
	) -> Result<Consumed, Refusal> {
		let (bounds, tip) = (T::Chain::bounds(), T::MaxTip::get());
		order.faults(Self::now(), &bounds, tip).try_for_each(&mut *note)?;
		let note = &mut |why: OrderFault| match why {
			// Its last block is the request's, of which that was told.
			OrderFault::Expired => Ok(()),
			why => note(why.of(Kind::Request)),
		};
		Self::look_up(order, authorization, Some(&order.client), solver, note)
	}

	fn examine_sponsor(
		order: &RequestOrder,
		consent: Option<&Authorization>,
		solver: &AccountId,
		note: Note,
	) -> Result<(), Refusal> {
		if order.sponsor.is_none() {
			return Ok(());
		}
		let genesis = Self::genesis_hash();
		let record = Orders::<T>::get(order.id(&genesis));
		unsponsored(order, record.as_ref(), consent, &genesis, Some(solver)).try_for_each(note)
	}

	fn examine_app(
		order: &RequestOrder,
		signed: Option<&Signed<AppOrder>>,
		solver: &AccountId,
		note: Note,
	) -> Result<Option<Bought>, Refusal> {
		if order.app.is_none() {
			return Ok(None);
		}
		let reads = Part::Dataset.owned(&state::<T::Chain>(), order);
		let other = reads.as_ref().map(|(id, owner)| (*id, owner));
		Self::examine_asset(Asked::of(order, Part::App, other), signed, solver, note)
	}

	fn examine_dataset(
		order: &RequestOrder,
		signed: Option<&Signed<DatasetOrder>>,
		app: Option<&UsedAsset>,
		solver: &AccountId,
		note: Note,
	) -> Result<Option<Bought>, Refusal> {
		let other = app.map(|app| app.terms().named());
		Self::examine_asset(Asked::of(order, Part::Dataset, other), signed, solver, note)
	}

	/// An asset that the request uses, if it does, and the order that lets it, where there is one.
	fn examine_asset<O: AssetOrder>(
		asked: Option<Asked>,
		signed: Option<&Signed<O>>,
		solver: &AccountId,
		note: Note,
	) -> Result<Option<Bought>, Refusal> {
		let Some(asked) = asked else { return Ok(None) };
		let facts = state::<T::Chain>();
		let asset = match asked.part.find(&facts, asked.id) {
			Ok(asset) => asset,
			Err(refusal) => {
				note(refusal)?;
				return Ok(None);
			},
		};
		asked.examine_asset(&asset, signed.map(|signed| signed.order.asset()), note)?;
		let (sale, drawn) = match signed {
			None => (Sale::posted(&asset), None),
			Some(Signed { order, authorization }) => {
				let owner = Some(&asset.owner);
				let note = &mut |why: OrderFault| note(why.of(O::KIND));
				let drawn = Self::look_up(order, authorization, owner, solver, note)?;
				(Some(order.sale()), Some(drawn))
			},
		};
		asked.examine_sale(&facts, &asset, sale.as_ref(), note)?;
		Ok(Some(Bought { used: UsedAsset::new(asset, sale), drawn }))
	}

	/// Every resource, against the request and against each other.
	fn examine_resources(
		wanted: &Wanted,
		resources: &[Resource],
		solver: &AccountId,
		note: Note,
	) -> Result<Served, Refusal> {
		let mut served = Served::default();
		let mut reasons: Vec<(Ineligible, u8)> = Vec::new();
		for (at, resource) in (0u8..).zip(resources) {
			let found = Self::examine_resource(wanted, at, resource, solver, &mut served);
			reasons.extend(found.into_iter().map(|why| (why, at)));
		}
		examine_together::<T::Chain>(wanted.request, &served.members, reasons, note)?;
		Ok(served)
	}

	/// One resource, which is added to what is served as far as it was found.
	fn examine_resource(
		wanted: &Wanted,
		at: u8,
		resource: &Resource,
		solver: &AccountId,
		served: &mut Served,
	) -> Vec<Ineligible> {
		match resource {
			Resource::Offer(id) => match &Offers::<T>::get(id) {
				None => vec![Ineligible::OfferNotFound],
				Some(offer) => {
					served.mediators.push(offer.mediators.clone());
					examine_offered::<T::Chain>(wanted, at, offer.offered(), &mut served.members)
				},
			},
			Resource::Order(signed) => {
				let Signed { order, authorization } = signed.as_ref();
				let (offered, members) = (order.into(), &mut served.members);
				let mut reasons = examine_offered::<T::Chain>(wanted, at, offered, members);
				let mut note = |why: OrderFault| -> Result<(), core::convert::Infallible> {
					reasons.push(why.into());
					Ok(())
				};
				let owner = Some(&order.signer);
				let Ok(drawn) = Self::look_up(order, authorization, owner, solver, &mut note);
				served.drawn.push(drawn);
				served.mediators.push(order.mediators.clone());
				reasons
			},
		}
	}

	/// Whether enough is left of every order.
	fn examine_volume(tasks: u32, drawn: &[Consumed], note: Note) -> Result<(), Refusal> {
		let left = drawn.iter().map(|drawn| drawn.left);
		check(suffices(left, tasks, T::MaxTasks::get()), Refusal::VolumeTooSmall, note)
	}

	/// Every reason why orders don't make a deal if `solver` submitted them now, in the order of
	/// checking; what the payer has free and what the ledger checks of content are not among them.
	pub fn why_not(solver: &AccountId, orders: &Match) -> Vec<Refusal> {
		noted(|note| Self::examine_match(solver, orders, note)).1
	}

	/// What a match would do.
	///
	/// # Errors
	///
	/// The first refusal.
	pub(crate) fn plan(solver: &AccountId, orders: &Match) -> Result<Plan, Error<T>> {
		Self::examine_match(solver, orders, &mut Err).map_err(Error::from)
	}
}
