//! Whether orders make a deal. The steps and their order are those of [`Flaw`].

use crate::{
	Config, Error, Offers, Pallet, Publishers,
	matching::Buyers,
	orders::{APP, DATASET, Drawn, REQUEST, RESOURCE},
};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance,
	deal::lowest_maximum,
	order::{
		Accounts, AppOrder, Asset, AssetId, AssetKind, AssetState, Assets, Authorization,
		DatasetOrder, Flaw, Match, Mediators, PROGRAM_TAGS, RequestOrder, Resource, SignatureFault,
		Signed, sponsorship_text,
	},
	request::{Candidate, Misfit, Request, Terms},
	task::{Input, Limits},
	traits::{AssetSale, DealBook, NewDeal},
};
use polkadot_sdk::frame_support::traits::Get;

/// Is told of each flaw. Where it returns an error, that ends the examination.
pub(crate) type Note<'a> = &'a mut dyn FnMut(Flaw) -> Result<(), Flaw>;

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

/// What all resources of a match are checked against.
struct Wanted<'a> {
	solver: &'a AccountId,
	order: &'a RequestOrder,
	tags: u32,
	app: Option<&'a Used>,
	dataset: Option<&'a Used>,
}

/// What resources bring into a match.
#[derive(Default)]
struct Served {
	candidates: Vec<Candidate>,
	drawn: Vec<Drawn>,
	/// Sets of accounts that were asked for; an order without any is not among them.
	mediators: Vec<Mediators>,
}

/// A resource as far as it could be found.
struct Found<'a> {
	provider: &'a AccountId,
	terms: &'a Terms,
}

/// Notes `flaw` where something does not hold.
fn check(holds: bool, flaw: Flaw, note: Note) -> Result<(), Flaw> {
	if holds { Ok(()) } else { note(flaw) }
}

impl<T: Config> Pallet<T> {
	/// Examines all orders of a match.
	pub(crate) fn examine_match(
		solver: &AccountId,
		orders: &Match,
		note: Note,
	) -> Result<Plan, Flaw> {
		let Signed { order, authorization } = &orders.request;
		let request = Self::examine_own(order, authorization, solver, note)?;
		Self::examine_sponsor(order, orders.sponsor.as_ref(), solver, note)?;
		let app = Self::examine_app(order, orders.app.as_ref(), solver, note)?;
		let dataset =
			Self::examine_dataset(order, orders.dataset.as_ref(), app.as_ref(), solver, note)?;
		let tags = Self::examine_tags(order, app.as_ref(), dataset.as_ref(), note)?;
		let least = order.request.policy.first_wave().max(order.min_candidates);
		let enough = orders.resources.len() as u32 >= least;
		check(enough, Flaw::NotEnoughCandidates, note)?;
		let wanted = Wanted { solver, order, tags, app: app.as_ref(), dataset: dataset.as_ref() };
		let served = Self::examine_resources(&wanted, &orders.resources, note)?;
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
			client: order.client.clone(),
			payer: order.sponsor.clone().unwrap_or_else(|| order.client.clone()),
			beneficiary: order.beneficiary.clone(),
			request: order.request.clone(),
			tasks,
			candidates: served.candidates,
			app,
			dataset,
			tip: (order.tip > 0).then(|| (solver.clone(), order.tip)),
			mediators,
			public_good,
		};
		Ok(Plan { deal, drawn })
	}

	/// Whether a request is possible at all.
	pub(crate) fn examine_request(request: &Request, note: Note) -> Result<(), Flaw> {
		check(Self::now() <= request.valid_until, Flaw::RequestExpired, note)?;
		if let Err(fault) = request.policy.validate() {
			note(Flaw::Policy(fault))?;
		}
		let run = (1..=T::MaxRunBlocks::get()).contains(&request.run_blocks);
		check(run, Flaw::RunTimeOutOfRange, note)?;
		let Limits { gas, memory_pages, output_bytes } = request.task.limits;
		check((1..=T::MaxGas::get()).contains(&gas), Flaw::GasLimitOutOfRange, note)?;
		let pages = (1..=T::MaxMemoryPages::get()).contains(&memory_pages);
		check(pages, Flaw::MemoryLimitOutOfRange, note)?;
		check(output_bytes <= T::MaxOutputBytes::get(), Flaw::OutputLimitOutOfRange, note)
	}

	/// The request by itself.
	fn examine_own(
		order: &RequestOrder,
		authorization: &Authorization,
		solver: &AccountId,
		note: Note,
	) -> Result<Drawn, Flaw> {
		let request = &order.request;
		Self::examine_request(request, note)?;
		let whole = match request.task.input {
			Input::List(list) => order.volume == list.root.len,
			_ => true,
		};
		let volume = order.volume > 0 && order.min_volume <= order.volume && whole;
		check(volume, Flaw::RequestVolumeOutOfRange, note)?;
		let most = order.highest_wage().map(|wage| T::MaxTip::get().mul_floor(wage));
		check(most.is_some_and(|most| order.tip <= most), Flaw::TipTooHigh, note)?;
		Self::look_up(order, authorization, Some(&order.client), solver, &REQUEST, note)
	}

	fn examine_sponsor(
		order: &RequestOrder,
		consent: Option<&Authorization>,
		solver: &AccountId,
		note: Note,
	) -> Result<(), Flaw> {
		let Some(sponsor) = &order.sponsor else { return Ok(()) };
		let Some(consent) = consent else {
			return check(sponsor == solver, Flaw::SponsorMissing, note);
		};
		let text = || sponsorship_text(order, &Self::genesis_hash());
		match Self::consent(consent, text, sponsor, solver) {
			Ok(()) => Ok(()),
			Err(SignatureFault::Malformed) => note(Flaw::SponsorSignatureMalformed),
			Err(SignatureFault::WrongSigner) => note(Flaw::SponsorNotAuthorized),
		}
	}

	fn examine_app(
		request: &RequestOrder,
		signed: Option<&Signed<AppOrder>>,
		solver: &AccountId,
		note: Note,
	) -> Result<Option<Used>, Flaw> {
		let Some(id) = request.app else { return Ok(None) };
		let Ok(asset) = Self::app(id) else {
			note(Flaw::AppNotFound)?;
			return Ok(None);
		};
		check(asset.state == AssetState::Active, Flaw::AppSuspended, note)?;
		let task = &request.request.task;
		let same = asset.kind == AssetKind::App(task.profile) && asset.content == task.module;
		let named = signed.is_none_or(|it| it.order.app == id && it.order.content == asset.content);
		check(same && named, Flaw::AppMismatch, note)?;
		let (sale, drawn) = match signed {
			None => (Sale::posted(&asset), None),
			Some(Signed { order, authorization }) => {
				check(Self::now() <= order.valid_until, Flaw::AppOrderExpired, note)?;
				let owner = Some(&asset.owner);
				let drawn = Self::look_up(order, authorization, owner, solver, &APP, note)?;
				(Some(Sale::of_app(order)), Some(drawn))
			},
		};
		let Some(terms) = &sale else {
			note(Flaw::AppOrderMissing)?;
			return Ok(Some(Used { id, asset, sale, drawn }));
		};
		check(terms.price <= request.max_app_price, Flaw::AppPriceAboveCeiling, note)?;
		let bonded = Self::bonded(&asset.owner, request.min_publisher_bond);
		check(bonded, Flaw::AppBondTooSmall, note)?;
		let dataset = request.dataset.and_then(|id| Some((id, Self::dataset(id).ok()?.owner)));
		let reads = dataset.as_ref().map(|(id, owner)| (*id, owner));
		check(Self::allows_asset(&terms.others, reads), Flaw::AppRefusesDataset, note)?;
		let client = Self::allows(&terms.clients, &request.client);
		check(client, Flaw::AppRefusesClient, note)?;
		Ok(Some(Used { id, asset, sale, drawn }))
	}

	fn examine_dataset(
		request: &RequestOrder,
		signed: Option<&Signed<DatasetOrder>>,
		app: Option<&Used>,
		solver: &AccountId,
		note: Note,
	) -> Result<Option<Used>, Flaw> {
		let Some(id) = request.dataset else { return Ok(None) };
		let Ok(asset) = Self::dataset(id) else {
			note(Flaw::DatasetNotFound)?;
			return Ok(None);
		};
		check(asset.state == AssetState::Active, Flaw::DatasetSuspended, note)?;
		let same = request.request.task.input == Input::Blob(asset.content);
		let named =
			signed.is_none_or(|it| it.order.dataset == id && it.order.content == asset.content);
		check(same && named, Flaw::DatasetMismatch, note)?;
		let (sale, drawn) = match signed {
			None => (Sale::posted(&asset), None),
			Some(Signed { order, authorization }) => {
				check(Self::now() <= order.valid_until, Flaw::DatasetOrderExpired, note)?;
				let owner = Some(&asset.owner);
				let drawn = Self::look_up(order, authorization, owner, solver, &DATASET, note)?;
				(Some(Sale::of_dataset(order)), Some(drawn))
			},
		};
		let Some(terms) = &sale else {
			note(Flaw::DatasetOrderMissing)?;
			return Ok(Some(Used { id, asset, sale, drawn }));
		};
		check(terms.price <= request.max_dataset_price, Flaw::DatasetPriceAboveCeiling, note)?;
		let bonded = Self::bonded(&asset.owner, request.min_publisher_bond);
		check(bonded, Flaw::DatasetBondTooSmall, note)?;
		let read_by = Self::allows_asset(&terms.others, app.map(Used::named));
		check(read_by, Flaw::DatasetRefusesApp, note)?;
		let client = Self::allows(&terms.clients, &request.client);
		check(client, Flaw::DatasetRefusesClient, note)?;
		Ok(Some(Used { id, asset, sale, drawn }))
	}

	/// Whether a publisher's bond is what the chain and the request want.
	fn bonded(owner: &AccountId, least: Balance) -> bool {
		let bond = Publishers::<T>::get(owner).map_or(0, |publisher| publisher.bond);
		bond >= least.max(T::MinPublisherBond::get())
	}

	/// All tags that a provider must have. What the program has to support, a program of the client's
	/// own supports by the client's word.
	fn examine_tags(
		order: &RequestOrder,
		app: Option<&Used>,
		dataset: Option<&Used>,
		note: Note,
	) -> Result<u32, Flaw> {
		let of = |used: Option<&Used>| used.map_or(0, |used| used.asset.tags);
		let tags = of(app) | of(dataset) | order.request.tags;
		let declared = if app.is_some() { of(app) } else { order.request.tags };
		let supported = tags & PROGRAM_TAGS & !declared == 0;
		check(supported, Flaw::ProgramTagsMissing, note)?;
		Ok(tags)
	}

	/// Every resource, against the request and against each other. The reason does not depend on the
	/// order in which they are named.
	fn examine_resources(
		wanted: &Wanted,
		resources: &[Resource],
		note: Note,
	) -> Result<Served, Flaw> {
		let mut served = Served::default();
		let mut misfits: Vec<(Misfit, u32)> = Vec::new();
		for (at, resource) in (0u32..).zip(resources) {
			let found = Self::examine_resource(wanted, resource, &mut served);
			misfits.extend(found.into_iter().map(|why| (why, at)));
		}
		let gas = wanted.order.request.task.limits.gas;
		let Some(lowest) = lowest_maximum(&served.candidates, gas) else {
			Self::note_all(misfits, note)?;
			// Without candidates there is no price at all, which other flaws tell.
			check(served.candidates.is_empty(), Flaw::PriceTooLarge, note)?;
			return Ok(served);
		};
		let policy = &wanted.order.request.policy;
		let stake = T::DealBook::stake(policy, lowest);
		let ceiling = T::DealBook::price_ceiling(policy, lowest);
		for candidate in &served.candidates {
			let far = candidate.price.maximum(gas).is_none_or(|maximum| maximum > ceiling);
			let found = [
				(Misfit::BondTooSmall, !Self::covers(candidate, stake)),
				(Misfit::PriceTooFarFromCheapest, far),
			];
			let at = (0u32..).zip(resources).find(|(_, resource)| {
				Self::provider_named(resource).as_ref() == Some(&candidate.provider)
			});
			for (why, _) in found.into_iter().filter(|(_, applies)| *applies) {
				misfits.extend(at.map(|(at, _)| (why, at)));
			}
		}
		Self::note_all(misfits, note)?;
		Ok(served)
	}

	fn note_all(mut misfits: Vec<(Misfit, u32)>, note: Note) -> Result<(), Flaw> {
		misfits.sort_unstable();
		misfits.dedup();
		misfits.into_iter().try_for_each(|(why, at)| note(Flaw::Resource { at, why }))
	}

	fn provider_named(resource: &Resource) -> Option<AccountId> {
		match resource {
			Resource::Order(signed) => Some(signed.order.provider.clone()),
			Resource::Offer(id) => Offers::<T>::get(id).map(|offer| offer.provider),
		}
	}

	/// One resource, which is added to what is served as far as it was found.
	fn examine_resource(wanted: &Wanted, resource: &Resource, served: &mut Served) -> Vec<Misfit> {
		match resource {
			Resource::Offer(id) => {
				let Some(offer) = Offers::<T>::get(id) else { return vec![Misfit::OfferNotFound] };
				let found = Found { provider: &offer.provider, terms: &offer.terms };
				Self::examine_found(wanted, found, served)
			},
			Resource::Order(signed) => {
				let Signed { order, authorization } = signed.as_ref();
				let found = Found { provider: &order.provider, terms: &order.terms };
				let mut misfits = Self::examine_found(wanted, found, served);
				let app = wanted.app.map(Used::named);
				let dataset = wanted.dataset.map(Used::named);
				let signs = Self::signs_for(&order.signer, &order.provider);
				let checks = [
					(Misfit::ClientNotServed, Self::allows(&order.clients, &wanted.order.client)),
					(Misfit::AppNotServed, Self::allows_asset(&order.apps, app)),
					(Misfit::DatasetNotServed, Self::allows_asset(&order.datasets, dataset)),
					(Misfit::SignerNotOfProvider, signs),
				];
				misfits.extend(checks.iter().filter(|(_, holds)| !holds).map(|(why, _)| *why));
				let mut note = |misfit| -> Result<(), core::convert::Infallible> {
					misfits.push(misfit);
					Ok(())
				};
				let owner = Some(&order.signer);
				let Ok(drawn) =
					Self::look_up(order, authorization, owner, wanted.solver, &RESOURCE, &mut note);
				served.drawn.push(drawn);
				if !order.mediators.is_empty() {
					served.mediators.push(order.mediators.clone());
				}
				misfits
			},
		}
	}

	/// What offers and orders have in common.
	fn examine_found(wanted: &Wanted, found: Found, served: &mut Served) -> Vec<Misfit> {
		let Found { provider, terms } = found;
		let order = wanted.order;
		let buyers = Buyers { client: &order.client, sponsor: order.sponsor.as_ref() };
		let mut misfits = Self::own_misfits(buyers, &order.request, wanted.tags, provider, terms);
		let allowed = |used: Option<&Used>| {
			let sale = used.and_then(|used| used.sale.as_ref());
			sale.is_none_or(|sale| Self::allows(&sale.providers, provider))
		};
		let taken = served.candidates.iter().any(|other| other.provider == *provider);
		let priced = terms.price.maximum(order.request.task.limits.gas).is_some();
		let checks = [
			(Misfit::DuplicateProvider, !taken),
			(Misfit::NotWanted, Self::allows(&order.providers, provider)),
			(Misfit::NotAllowedByApp, allowed(wanted.app)),
			(Misfit::NotAllowedByDataset, allowed(wanted.dataset)),
			// Beyond any ceiling that could be paid.
			(Misfit::GasPriceAboveCeiling, priced),
		];
		misfits.extend(checks.iter().filter(|(_, holds)| !holds).map(|(why, _)| *why));
		served.candidates.push(Self::candidate(provider, terms));
		misfits
	}

	/// The accounts that all who asked for any have in common; empty where nobody asked.
	fn examine_mediators(
		order: &RequestOrder,
		mut asked: Vec<Mediators>,
		note: Note,
	) -> Result<Vec<AccountId>, Flaw> {
		if !order.mediators.is_empty() {
			asked.push(order.mediators.clone());
		}
		let Some(first) = asked.pop() else { return Ok(Vec::new()) };
		let mut common: Vec<AccountId> = Vec::new();
		for account in first {
			// A deal keeps them, so none is kept twice.
			let agreed = asked.iter().all(|set| set.contains(&account));
			if agreed && !common.contains(&account) {
				common.push(account);
			}
		}
		check(!common.is_empty(), Flaw::NoCommonMediator, note)?;
		Ok(common)
	}

	/// Number of tasks that the deal gets. A list is matched as a whole: the ledger numbers the tasks
	/// of a deal by the leaves.
	fn examine_volume(order: &RequestOrder, drawn: &[Drawn], note: Note) -> Result<u32, Flaw> {
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
		check(tasks >= least.max(1), Flaw::VolumeTooSmall, note)?;
		Ok(tasks)
	}

	/// Every reason why orders don't make a deal if `solver` submitted them now, in the order of
	/// checking; what the payer has free and what the ledger checks of content are not among them.
	pub fn why_not(solver: &AccountId, orders: &Match) -> Vec<Flaw> {
		let mut flaws = Vec::new();
		let mut note = |flaw| {
			flaws.push(flaw);
			Ok(())
		};
		// Never fails: every flaw is only written down.
		let _ = Self::examine_match(solver, orders, &mut note);
		flaws
	}

	/// What a match would do.
	///
	/// # Errors
	///
	/// The first flaw.
	pub(crate) fn plan(solver: &AccountId, orders: &Match) -> Result<Plan, Error<T>> {
		Self::examine_match(solver, orders, &mut Err).map_err(Error::from)
	}
}

impl Used {
	fn named(&self) -> (AssetId, &AccountId) {
		(self.id, &self.asset.owner)
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
