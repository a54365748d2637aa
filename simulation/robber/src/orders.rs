//! Orders that a call may be about: signed before by anybody, or made up and signed by members.

use crate::{
	generate::{Generator, prices},
	live::amounts,
	memory::SignedOrder,
};
use assay_primitives::{
	AccountId, Signature, UNIT,
	judges::{Mediators, Named},
	order::{
		Accounts, AnyOrder, AppOrder, Assets, Authorization, DatasetOrder, Match, Refusal,
		RequestOrder, Resource, ResourceOrder, Signed, sponsorship_text,
	},
	price::Price,
	request::{OfferId, Request, Terms},
	task::Input,
};
use assay_runtime::Market;
use assay_simulation::{Pair, account, market::terms};
use polkadot_sdk::sp_core::{Pair as _, bounded::BoundedVec};
use std::collections::BTreeSet;

/// Tasks that an order is for.
const VOLUME: u32 = 4;

/// What an owner agrees to with its key.
pub fn consent(pair: &Pair, text: &str) -> Authorization {
	Signature::from(pair.sign(text.as_bytes())).into()
}

/// An order without restrictions of somebody who wants a task.
pub fn request_of(client: AccountId, request: Request) -> RequestOrder {
	RequestOrder {
		max_app_price: UNIT,
		max_dataset_price: UNIT,
		volume: VOLUME,
		min_candidates: 0,
		..RequestOrder::plain(client, request)
	}
}

/// An order without restrictions of a provider.
pub fn resource_of(provider: AccountId, signer: AccountId, terms: Terms) -> ResourceOrder {
	ResourceOrder {
		provider,
		signer,
		terms,
		volume: VOLUME,
		clients: Accounts::Any,
		apps: Assets::Any,
		datasets: Assets::Any,
		mediators: Mediators::default(),
		salt: 0,
	}
}

/// Who has to sign an order.
fn owner(order: &AnyOrder, live: &crate::live::Live) -> Option<AccountId> {
	let of_asset = |id: u32| live.assets.iter().find(|(it, _)| *it == id).map(|it| &it.1.owner);
	match order {
		AnyOrder::Request(order) => Some(order.client.clone()),
		AnyOrder::Resource(order) => Some(order.signer.clone()),
		AnyOrder::App(order) => of_asset(order.app).cloned(),
		AnyOrder::Dataset(order) => of_asset(order.dataset).cloned(),
	}
}

/// Takes resources out of a match that don't serve its request, as the chain says: anybody can ask it.
fn fitting(solver: &AccountId, mut orders: Match) -> Match {
	/// Without one resource another may not fit any more.
	const ROUNDS: usize = 3;
	let place = |refusal: Refusal| match refusal {
		Refusal::Resource { at, .. } => Some(usize::from(at)),
		_ => None,
	};
	for _ in 0..ROUNDS {
		let refusals = Market::why_not(solver, &orders).into_iter();
		let refused: BTreeSet<usize> = refusals.filter_map(place).collect();
		if refused.is_empty() {
			break;
		}
		let all = orders.resources.into_iter().enumerate();
		let kept = all.filter(|(at, _)| !refused.contains(at)).map(|(_, resource)| resource);
		orders.resources = BoundedVec::truncate_from(kept.collect());
	}
	orders
}

impl Generator<'_, '_> {
	fn key_of(&self, who: &AccountId) -> Option<&Pair> {
		self.keys.iter().find(|pair| account(pair) == *who)
	}

	/// Signed where a member can sign it; else whoever sends it has to own it.
	fn sign(&mut self, order: AnyOrder) -> SignedOrder {
		let signer = owner(&order, self.live).and_then(|owner| self.key_of(&owner));
		let text = || order.text(&self.live.genesis);
		let consent = signer.map_or(Authorization::OnChain, |pair| consent(pair, &text()));
		let signed = SignedOrder { order, consent };
		self.memory.signed(signed.clone());
		signed
	}

	/// An order that was signed before, or another.
	pub fn any_order(&mut self) -> SignedOrder {
		if self.choices.rarely(2)
			&& let Some(known) = self.choices.one(self.memory.orders())
		{
			return known.clone();
		}
		let order = match self.choices.below(4) {
			0 => AnyOrder::Request(Box::new(self.request_order())),
			1 => AnyOrder::Resource(Box::new(self.resource_order(self.caller.clone(), None))),
			2 => self.app_order(),
			_ => self.dataset_order(),
		};
		self.sign(order)
	}

	/// A request of a member's.
	pub fn request_order(&mut self) -> RequestOrder {
		let client = match self.choices.rarely(4) {
			true => self.account("client"),
			false => self.caller.clone(),
		};
		let mut request = self.request();
		let app = match self.choices.rarely(2) {
			true => self.choices.one(&self.live.assets).cloned(),
			false => None,
		};
		if let Some((_, asset)) = &app {
			request.task.module = asset.content;
		}
		let sponsor = self.choices.rarely(8).then(|| self.account("sponsor"));
		let beneficiary = self.choices.rarely(8).then(|| self.account("who"));
		let tip = if self.choices.rarely(8) { UNIT / 100 } else { 0 };
		// A list is bought as a whole.
		let usual = match request.task.input {
			Input::List(list) => list.root.len,
			Input::None | Input::Blob(_) => VOLUME,
		};
		RequestOrder {
			app: app.map(|(id, _)| id),
			volume: *self.choices.mostly(&[usual, 1, 2, 1_000]).expect("there are some"),
			providers: self.restriction(),
			mediators: self.mediators(),
			sponsor,
			beneficiary,
			tip,
			salt: self.choices.below(4) as u64,
			..request_of(client, request)
		}
	}

	/// A provider's: where it is for a request, mostly on terms that serve it and with the same judges.
	fn resource_order(
		&mut self,
		signer: AccountId,
		wanted: Option<&RequestOrder>,
	) -> ResourceOrder {
		let provider = self.memory.stash(&signer).clone();
		let wanted = wanted.filter(|_| !self.choices.rarely(8));
		let (terms, mediators) = match wanted {
			Some(wanted) => (self.terms_for(&wanted.request), wanted.mediators.clone()),
			None => (self.terms(), self.mediators()),
		};
		ResourceOrder {
			clients: self.restriction(),
			apps: self.assets(),
			mediators,
			salt: self.choices.below(4) as u64,
			..resource_of(provider, signer, terms)
		}
	}

	fn app_order(&mut self) -> AnyOrder {
		let asset = self.choices.one(&self.live.assets).cloned();
		let (app, content) = asset.map_or((0, self.content()), |(id, asset)| (id, asset.content));
		AnyOrder::App(Box::new(AppOrder {
			app,
			content,
			price: self.amount(),
			liability: self.amount(),
			volume: VOLUME,
			clients: self.restriction(),
			datasets: self.assets(),
			providers: self.restriction(),
			mediators: self.mediators(),
			valid_until: self.live.now + 1_000,
			salt: 0,
		}))
	}

	fn dataset_order(&mut self) -> AnyOrder {
		let asset = self.choices.one(&self.live.assets).cloned();
		let (dataset, content) =
			asset.map_or((0, self.content()), |(id, asset)| (id, asset.content));
		AnyOrder::Dataset(Box::new(DatasetOrder {
			dataset,
			content,
			price: self.amount(),
			liability: self.amount(),
			volume: VOLUME,
			clients: self.restriction(),
			apps: self.assets(),
			providers: self.restriction(),
			mediators: self.mediators(),
			valid_until: self.live.now + 1_000,
			salt: 0,
		}))
	}

	/// Which apps or datasets an order is meant for: mostly all, else those of a group's members, or one.
	fn assets(&mut self) -> Assets {
		if !self.choices.rarely(8) {
			return Assets::Any;
		}
		match self.choices.one(&self.live.groups).cloned() {
			Some(group) if !self.choices.rarely(4) => Assets::OwnedByGroup(group),
			_ => {
				let one = self.choices.one(&self.live.assets).map(|(_, asset)| asset.hash());
				Assets::Listed(BoundedVec::truncate_from(one.into_iter().collect()))
			},
		}
	}

	/// Terms of a provider: such as all offer, or others.
	pub fn terms(&mut self) -> Terms {
		let strange = self.choices.rarely(3);
		let price = *self.choices.usual(strange, &prices()).expect("some");
		Terms { min_run_blocks: 1 + self.choices.below(8) as u32, ..terms(price) }
	}

	/// Terms that serve a request.
	fn terms_for(&mut self, request: &Request) -> Terms {
		let most = request.max_price;
		let serves = |price: &Price| price.base <= most.base && price.per_mgas <= most.per_mgas;
		let serving: Vec<Price> = prices().into_iter().filter(serves).collect();
		let price = self.choices.mostly(&serving).copied().unwrap_or_default();
		let usual = terms(price);
		Terms { min_run_blocks: 1, max_gas: usual.max_gas.max(request.task.limits.gas), ..usual }
	}

	/// Whom a party lets judge: mostly the public pool.
	pub fn mediators(&mut self) -> Mediators {
		if !self.choices.rarely(4) {
			return Mediators::default();
		}
		let from = self.choices.below(self.accounts.len());
		let pool = |who: &&AccountId| self.judges.contains(who);
		let own = self.accounts.iter().filter(|who| self.memory.is_ours(who)).filter(pool).count();
		// As many as are the coalition's, or some beside them.
		let count = if self.choices.rarely(2) { 3 + self.choices.below(4) } else { own.max(3) };
		let ours = self.accounts.iter().filter(|who| self.memory.is_ours(who)).filter(pool);
		let others = self.accounts.iter().cycle().skip(from).take(self.accounts.len());
		let named = ours.chain(others.filter(pool)).take(count).cloned().collect();
		Mediators { public: self.choices.rarely(4), named: Named::truncate_from(named) }
	}

	/// Orders of whomever that are to become a deal.
	pub fn matching(&mut self) -> Match {
		let request = self.wanted();
		let RequestOrder { sponsor, .. } = &request.order;
		let sponsor = sponsor.clone().and_then(|who| {
			let text = sponsorship_text(&request.order, &self.live.genesis);
			self.key_of(&who).map(|pair| consent(pair, &text))
		});
		let mut resources = Vec::new();
		// Nobody can be in a match twice.
		let mut named: BTreeSet<AccountId> = BTreeSet::new();
		if self.choices.rarely(4) {
			let known: Vec<_> = self.memory.orders().iter().collect();
			let from = self.choices.below(known.len().max(1));
			let count = 1 + self.choices.below(4);
			for known in known.iter().cycle().skip(from).take(count.min(known.len())) {
				let AnyOrder::Resource(order) = &known.order else { continue };
				if named.insert(order.provider.clone()) {
					let (order, authorization) = (*order.clone(), known.consent.clone());
					resources.push(Resource::Order(Box::new(Signed { order, authorization })));
				}
			}
		}
		let signs = |who: &AccountId| self.memory.stash(who) != who;
		let sellers: Vec<AccountId> = self.keys.iter().map(account).filter(signs).collect();
		for _ in 0..self.choices.below(4) {
			let Some(signer) = self.choices.one(&sellers).cloned() else { break };
			if !named.insert(self.memory.stash(&signer).clone()) {
				continue;
			}
			let order = Box::new(self.resource_order(signer, Some(&request.order)));
			let SignedOrder { order, consent } = self.sign(AnyOrder::Resource(order));
			if let AnyOrder::Resource(order) = order {
				let signed = Signed { order: *order, authorization: consent };
				resources.push(Resource::Order(Box::new(signed)));
			}
		}
		let offers = self.chosen();
		let others = offers.into_iter().filter(|(_, provider)| named.insert(provider.clone()));
		resources.extend(others.map(|(id, _)| Resource::Offer(id)));
		let app = self.app_for(&request.order);
		let resources = BoundedVec::truncate_from(resources);
		let orders = Match { request, sponsor, resources, app, dataset: None };
		if self.choices.rarely(8) { orders } else { fitting(self.caller, orders) }
	}

	/// An order that somebody has signed for the app that is wanted; else its posted terms are taken.
	fn app_for(&mut self, wanted: &RequestOrder) -> Option<Signed<AppOrder>> {
		let known = self.memory.orders().iter().filter_map(|known| match &known.order {
			AnyOrder::App(order) if Some(order.app) == wanted.app => {
				Some(Signed { order: (**order).clone(), authorization: known.consent.clone() })
			},
			_ => None,
		});
		let known: Vec<_> = known.collect();
		if self.choices.rarely(2) { self.choices.one(&known).cloned() } else { None }
	}

	/// Offers for the newest request, with their providers: mostly none that don't serve it.
	pub fn serving(&mut self) -> Vec<(OfferId, AccountId)> {
		let chosen = self.chosen();
		let Some(request) = self.wanted.clone().filter(|_| !self.choices.rarely(8)) else {
			return chosen;
		};
		let order = request_of(self.caller.clone(), request);
		let request = Signed { order, authorization: Authorization::OnChain };
		let offers = chosen.iter().map(|(id, _)| Resource::Offer(*id)).collect();
		let resources = BoundedVec::truncate_from(offers);
		let orders = Match { request, sponsor: None, resources, app: None, dataset: None };
		let kept = fitting(self.caller, orders).resources;
		chosen.into_iter().filter(|(id, _)| kept.contains(&Resource::Offer(*id))).collect()
	}

	/// A request that anybody has signed, or a member signs now.
	fn wanted(&mut self) -> Signed<RequestOrder> {
		let known = self.memory.orders().iter().filter_map(|known| match &known.order {
			AnyOrder::Request(order) => Some((order.as_ref(), &known.consent)),
			_ => None,
		});
		let known: Vec<_> =
			known.map(|(order, consent)| (order.clone(), consent.clone())).collect();
		if self.choices.rarely(2)
			&& let Some((order, authorization)) = self.choices.one(&known).cloned()
		{
			return Signed { order, authorization };
		}
		let order = self.request_order();
		let signed = self.sign(AnyOrder::Request(Box::new(order.clone())));
		Signed { order, authorization: signed.consent }
	}

	/// An amount that means something.
	pub fn amount(&mut self) -> u128 {
		self.choices.one(&amounts()).copied().unwrap_or_default()
	}
}
