//! Whether orders make a deal. The steps and their order are those of [`Refusal`].

use crate::{
	Config, Error, Offer, Offers, Pallet,
	matching::{Member, state},
	orders::{APP, DATASET, Drawn, REQUEST, RESOURCE},
};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance,
	deal::Via,
	matching::{self, Offered, Wanted, allows, allows_asset, in_common, ineligible},
	order::{
		Accounts, AppOrder, Asset, AssetId, AssetKind, AssetState, Assets, Authorization,
		DatasetOrder, Match, Mediators, PROGRAM_TAGS, Refusal, RequestOrder, Resource,
		SignatureFault, Signed, sponsorship_text,
	},
	request::{Ineligible, Request},
	task::{Input, Limits},
	traits::{AssetSale, NewDeal, Register},
};
use polkadot_sdk::frame_support::traits::Get;

/// Is told of each refusal. Where it returns an error, that ends the examination.
pub(crate) type Note<'a> = &'a mut dyn FnMut(Refusal) -> Result<(), Refusal>;

/// What a match would do.
pub(crate) struct Plan {
	pub deal: NewDeal,
	/// Orders to be consumed.
	pub drawn: Vec<Drawn>,
}

/// An app or a dataset as a match uses it.
struct Used {
	id: AssetId,
	asset: Asset,
	/// What it costs and whom it is meant for; `None` where that is not known.
	sale: Option<Sale>,
	drawn: Option<Drawn>,
}

/// Terms of an order, or of the register.
struct Sale {
	price: Balance,
	clients: Accounts,
	others: Assets,
	providers: Accounts,
}

/// What resources bring into a match.
#[derive(Default)]
struct Served {
	members: Vec<Member>,
	drawn: Vec<Drawn>,
	/// Sets of accounts that were asked for; an order without any is not among them.
	mediators: Vec<Mediators>,
}

/// Notes `refusal` where something does not hold.
fn check(holds: bool, refusal: Refusal, note: Note) -> Result<(), Refusal> {
	if holds { Ok(()) } else { note(refusal) }
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
		let app = Self::examine_app(order, orders.app.as_ref(), solver, note)?;
		let dataset =
			Self::examine_dataset(order, orders.dataset.as_ref(), app.as_ref(), solver, note)?;
		let tags = Self::examine_tags(order, app.as_ref(), dataset.as_ref(), note)?;
		let least = order.request.policy.first_wave().max(order.min_candidates);
		let enough = orders.resources.len() as u32 >= least;
		check(enough, Refusal::NotEnoughCandidates, note)?;
		let wanted = Wanted {
			client: &order.client,
			sponsor: order.sponsor.as_ref(),
			request: &order.request,
			tags,
			providers: &order.providers,
			app: app.as_ref().map(Used::terms),
			dataset: dataset.as_ref().map(Used::terms),
		};
		let served = Self::examine_resources(&wanted, &orders.resources, solver, note)?;
		let mediators = Self::examine_mediators(order, served.mediators, note)?;

		let mut drawn = vec![request];
		let sale = |used: Used, drawn: &mut Vec<Drawn>| {
			drawn.extend(used.drawn);
			let price = used.sale.map_or(0, |sale| sale.price);
			AssetSale { asset: used.asset.content.hash, owner: used.asset.owner, price }
		};
		let public_good = app.as_ref().is_some_and(|app| app.asset.public_good);
		let app = app.map(|used| sale(used, &mut drawn));
		let dataset = dataset.map(|used| sale(used, &mut drawn));
		drawn.extend(served.drawn);
		let tasks = Self::examine_volume(order, &drawn, note)?;
		let deal = NewDeal {
			via: Via::MARKET,
			client: order.client.clone(),
			payer: order.sponsor.clone().unwrap_or_else(|| order.client.clone()),
			beneficiary: order.beneficiary.clone(),
			request: order.request.clone(),
			tasks,
			candidates: served.members.into_iter().map(|member| member.candidate).collect(),
			app,
			dataset,
			tip: (order.tip > 0).then(|| (solver.clone(), order.tip)),
			mediators,
			public_good,
		};
		Ok(Plan { deal, drawn })
	}

	/// Whether a request is possible at all.
	pub(crate) fn examine_request(request: &Request, note: Note) -> Result<(), Refusal> {
		check(Self::now() <= request.valid_until, Refusal::RequestExpired, note)?;
		if let Err(fault) = request.policy.validate() {
			note(Refusal::Policy(fault))?;
		}
		let run = (1..=T::MaxRunBlocks::get()).contains(&request.run_blocks);
		check(run, Refusal::RunTimeOutOfRange, note)?;
		let Limits { gas, memory_pages, output_bytes } = request.task.limits;
		check((1..=T::MaxGas::get()).contains(&gas), Refusal::GasLimitOutOfRange, note)?;
		let pages = (1..=T::MaxMemoryPages::get()).contains(&memory_pages);
		check(pages, Refusal::MemoryLimitOutOfRange, note)?;
		check(output_bytes <= T::MaxOutputBytes::get(), Refusal::OutputLimitOutOfRange, note)
	}

	/// The request by itself.
	fn examine_own(
		order: &RequestOrder,
		authorization: &Authorization,
		solver: &AccountId,
		note: Note,
	) -> Result<Drawn, Refusal> {
		let request = &order.request;
		Self::examine_request(request, note)?;
		let whole = match request.task.input {
			Input::List(list) => order.volume == list.root.len,
			_ => true,
		};
		let volume = order.volume > 0 && order.min_volume <= order.volume && whole;
		check(volume, Refusal::RequestVolumeOutOfRange, note)?;
		let most = order.highest_wage().map(|wage| T::MaxTip::get().mul_floor(wage));
		check(most.is_some_and(|most| order.tip <= most), Refusal::TipTooHigh, note)?;
		Self::look_up(order, authorization, Some(&order.client), solver, &REQUEST, note)
	}

	fn examine_sponsor(
		order: &RequestOrder,
		consent: Option<&Authorization>,
		solver: &AccountId,
		note: Note,
	) -> Result<(), Refusal> {
		let Some(sponsor) = &order.sponsor else { return Ok(()) };
		let Some(consent) = consent else {
			return check(sponsor == solver, Refusal::SponsorMissing, note);
		};
		let text = || sponsorship_text(order, &Self::genesis_hash());
		match Self::consent(consent, text, sponsor, solver) {
			Ok(()) => Ok(()),
			Err(SignatureFault::Malformed) => note(Refusal::SponsorSignatureMalformed),
			Err(SignatureFault::WrongSigner) => note(Refusal::SponsorNotAuthorized),
		}
	}

	fn examine_app(
		request: &RequestOrder,
		signed: Option<&Signed<AppOrder>>,
		solver: &AccountId,
		note: Note,
	) -> Result<Option<Used>, Refusal> {
		let Some(id) = request.app else { return Ok(None) };
		let Ok(asset) = Self::app(id) else {
			note(Refusal::AppNotFound)?;
			return Ok(None);
		};
		check(asset.state == AssetState::Active, Refusal::AppSuspended, note)?;
		let task = &request.request.task;
		let same = asset.kind == AssetKind::App(task.profile) && asset.content == task.module;
		let named = signed.is_none_or(|it| it.order.app == id && it.order.content == asset.content);
		check(same && named, Refusal::AppMismatch, note)?;
		let (sale, drawn) = match signed {
			None => (Sale::posted(&asset), None),
			Some(Signed { order, authorization }) => {
				check(Self::now() <= order.valid_until, Refusal::AppOrderExpired, note)?;
				let owner = Some(&asset.owner);
				let drawn = Self::look_up(order, authorization, owner, solver, &APP, note)?;
				(Some(Sale::of_app(order)), Some(drawn))
			},
		};
		let Some(terms) = &sale else {
			note(Refusal::AppOrderMissing)?;
			return Ok(Some(Used { id, asset, sale, drawn }));
		};
		check(terms.price <= request.max_app_price, Refusal::AppPriceAboveCeiling, note)?;
		let bonded = T::Register::is_bonded(&asset.owner, request.min_publisher_bond);
		check(bonded, Refusal::AppBondTooSmall, note)?;
		let dataset = request.dataset.and_then(|id| Some((id, Self::dataset(id).ok()?.owner)));
		let reads = dataset.as_ref().map(|(id, owner)| (*id, owner));
		check(allows_asset(&state::<T>(), &terms.others, reads), Refusal::AppRefusesDataset, note)?;
		let client = allows(&state::<T>(), &terms.clients, &request.client);
		check(client, Refusal::AppRefusesClient, note)?;
		Ok(Some(Used { id, asset, sale, drawn }))
	}

	fn examine_dataset(
		request: &RequestOrder,
		signed: Option<&Signed<DatasetOrder>>,
		app: Option<&Used>,
		solver: &AccountId,
		note: Note,
	) -> Result<Option<Used>, Refusal> {
		let Some(id) = request.dataset else { return Ok(None) };
		let Ok(asset) = Self::dataset(id) else {
			note(Refusal::DatasetNotFound)?;
			return Ok(None);
		};
		check(asset.state == AssetState::Active, Refusal::DatasetSuspended, note)?;
		let same = request.request.task.input == Input::Blob(asset.content);
		let named =
			signed.is_none_or(|it| it.order.dataset == id && it.order.content == asset.content);
		check(same && named, Refusal::DatasetMismatch, note)?;
		let (sale, drawn) = match signed {
			None => (Sale::posted(&asset), None),
			Some(Signed { order, authorization }) => {
				check(Self::now() <= order.valid_until, Refusal::DatasetOrderExpired, note)?;
				let owner = Some(&asset.owner);
				let drawn = Self::look_up(order, authorization, owner, solver, &DATASET, note)?;
				(Some(Sale::of_dataset(order)), Some(drawn))
			},
		};
		let Some(terms) = &sale else {
			note(Refusal::DatasetOrderMissing)?;
			return Ok(Some(Used { id, asset, sale, drawn }));
		};
		check(terms.price <= request.max_dataset_price, Refusal::DatasetPriceAboveCeiling, note)?;
		let bonded = T::Register::is_bonded(&asset.owner, request.min_publisher_bond);
		check(bonded, Refusal::DatasetBondTooSmall, note)?;
		let read_by =
			allows_asset(&state::<T>(), &terms.others, app.map(|app| app.terms().named()));
		check(read_by, Refusal::DatasetRefusesApp, note)?;
		let client = allows(&state::<T>(), &terms.clients, &request.client);
		check(client, Refusal::DatasetRefusesClient, note)?;
		Ok(Some(Used { id, asset, sale, drawn }))
	}

	/// All tags that a provider must have. What the program has to support, a program of the client's
	/// own supports by the client's word.
	fn examine_tags(
		order: &RequestOrder,
		app: Option<&Used>,
		dataset: Option<&Used>,
		note: Note,
	) -> Result<u32, Refusal> {
		let of = |used: Option<&Used>| used.map_or(0, |used| used.asset.tags);
		let tags = of(app) | of(dataset) | order.request.tags;
		let declared = if app.is_some() { of(app) } else { order.request.tags };
		let supported = tags & PROGRAM_TAGS & !declared == 0;
		check(supported, Refusal::ProgramTagsMissing, note)?;
		Ok(tags)
	}

	/// Every resource, against the request and against each other. The reason does not depend on the
	/// order in which they are named.
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
		let apart = Self::apart(wanted.request, &served.members);
		// Without candidates there is no price at all, which other reasons tell.
		let priced = apart.is_some() || served.members.is_empty();
		reasons.extend(apart.into_iter().flatten());
		reasons.sort_unstable();
		reasons.dedup();
		reasons.into_iter().try_for_each(|(why, at)| note(Refusal::Resource { at, why }))?;
		check(priced, Refusal::PriceTooLarge, note)?;
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
				Some(Offer { provider, terms, .. }) => {
					let offered = Offered { provider, terms, order: None };
					Self::examine_offered(wanted, at, offered, served)
				},
			},
			Resource::Order(signed) => {
				let Signed { order, authorization } = signed.as_ref();
				let mut reasons = Self::examine_offered(wanted, at, order.into(), served);
				let mut note = |why| -> Result<(), core::convert::Infallible> {
					reasons.push(why);
					Ok(())
				};
				let owner = Some(&order.signer);
				let Ok(drawn) =
					Self::look_up(order, authorization, owner, solver, &RESOURCE, &mut note);
				served.drawn.push(drawn);
				if !order.mediators.is_empty() {
					served.mediators.push(order.mediators.clone());
				}
				reasons
			},
		}
	}

	/// What offers and orders have in common.
	fn examine_offered(
		wanted: &Wanted,
		at: u8,
		offered: Offered,
		served: &mut Served,
	) -> Vec<Ineligible> {
		let Offered { provider, terms, .. } = offered;
		let mut reasons = ineligible(&state::<T>(), wanted, offered);
		let taken = served.members.iter().any(|other| other.candidate.provider == *provider);
		reasons.extend(taken.then_some(Ineligible::DuplicateProvider));
		// Beyond any ceiling that could be paid.
		let priced = terms.price.maximum(wanted.request.task.limits.gas).is_some();
		reasons.extend((!priced).then_some(Ineligible::GasPriceAboveCeiling));
		served.members.push(Self::member(at, provider, terms));
		reasons
	}

	/// The accounts that all who asked for any have in common; empty where nobody asked.
	fn examine_mediators(
		order: &RequestOrder,
		mut asked: Vec<Mediators>,
		note: Note,
	) -> Result<Vec<AccountId>, Refusal> {
		asked.push(order.mediators.clone());
		let mut asked = asked.iter().rev();
		let common = asked.try_fold(Vec::new(), |common, set| in_common(&common, set));
		check(common.is_some(), Refusal::NoCommonMediator, note)?;
		Ok(common.unwrap_or_default())
	}

	/// Number of tasks that the deal gets. A list is matched as a whole: the ledger numbers the tasks
	/// of a deal by the leaves.
	fn examine_volume(order: &RequestOrder, drawn: &[Drawn], note: Note) -> Result<u32, Refusal> {
		let left = drawn.first().map_or(0, |request| request.left);
		let least = match order.request.task.input {
			Input::List(_) => left,
			// The last match takes what is left over.
			_ => order.min_volume.min(left).max(1),
		};
		let most = match order.request.task.input {
			Input::List(_) => T::MaxTasks::get(),
			// The ledger numbers tasks by inputs, and there is one.
			Input::None | Input::Blob(_) => 1,
		};
		let tasks = drawn.iter().map(|drawn| drawn.left).min().unwrap_or(0).min(most);
		check(tasks >= least.max(1), Refusal::VolumeTooSmall, note)?;
		Ok(tasks)
	}

	/// Every reason why orders don't make a deal if `solver` submitted them now, in the order of
	/// checking; what the payer has free and what the ledger checks of content are not among them.
	pub fn why_not(solver: &AccountId, orders: &Match) -> Vec<Refusal> {
		let mut refusals = Vec::new();
		let mut note = |refusal| {
			refusals.push(refusal);
			Ok(())
		};
		// Never fails: every refusal is only written down.
		let _ = Self::examine_match(solver, orders, &mut note);
		refusals
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

impl Used {
	fn terms(&self) -> matching::Used<'_> {
		let providers = self.sale.as_ref().map(|sale| &sale.providers);
		matching::Used { id: self.id, owner: &self.asset.owner, providers }
	}
}

impl Sale {
	/// The terms that the register shows.
	fn posted(asset: &Asset) -> Option<Self> {
		asset.terms.clone().map(|terms| Self {
			price: terms.price,
			clients: terms.clients,
			others: Assets::Any,
			providers: terms.providers,
		})
	}

	fn of_app(order: &AppOrder) -> Self {
		Self {
			price: order.price,
			clients: order.clients.clone(),
			others: order.datasets.clone(),
			providers: order.providers.clone(),
		}
	}

	fn of_dataset(order: &DatasetOrder) -> Self {
		Self {
			price: order.price,
			clients: order.clients.clone(),
			others: order.apps.clone(),
			providers: order.providers.clone(),
		}
	}
}
