//! How a world begins: who is in it, and what they have registered, published and signed.

use super::{Luck, Noted, World, worths};
use crate::{
	blobs::Blobs,
	client,
	honest::{MediatorHost, ProviderHost},
	lookers::WatcherHost,
	memory::{Memory, SignedOrder},
	orders::{consent, request_of, resource_of},
	programs::{MEMORY, list, programs},
	scene::{Scene, Setting},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, UNIT,
	case::{CaseLimits, MediatorTerms},
	content::ContentRef,
	order::{Accounts, AnyOrder, AssetTerms, GroupId, Needs, ResourceOrder},
	price::Price,
	profile::Profile,
	request::Terms,
};
use assay_runtime::{Runtime, RuntimeCall, configs::AuditFund};
use assay_simulation::{
	Chain, Fidelity, Flat, Pair, account, key,
	market::{PRICE, Provider, publish, register_bonded, terms, transfer},
};
use polkadot_sdk::sp_core::bounded::BoundedVec;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};

/// Shortest run time that a daemon offers unless it is told otherwise: with less there is no time to seal.
const LEAST_RUN: BlockNumber = 5;

/// What the fund for audits has. Where it has nothing, audits are paid out of the client's reserve, by rule.
const AUDITS: Balance = 1_000 * UNIT;

/// Most gas of tasks that ordinary mediators don't judge.
const WIDE: u64 = 1_000_000_000_000;

/// Everybody, and what they had. Never changes.
pub struct Cast {
	/// Keys of the coalition.
	pub members: Vec<Pair>,
	/// Everybody, the coalition first.
	pub accounts: Vec<AccountId>,
	/// Accounts that are mediators from the beginning.
	pub judges: Vec<AccountId>,
	/// Keys of everybody else.
	pub others: Vec<Pair>,
	/// Worth of every account at the beginning.
	pub(super) start: BTreeMap<AccountId, Balance>,
	/// What the accounts that are not the coalition's are.
	pub(super) roles: BTreeMap<AccountId, &'static str>,
	pub(super) client: Pair,
	pub(super) stranger: Pair,
	pub(super) genesis: Hash,
}

impl Cast {
	fn new(
		chain: &mut Chain<Flat>,
		members: Vec<Pair>,
		judges: &[Pair],
		honest: Vec<(Pair, &'static str)>,
		[client, stranger]: [Pair; 2],
	) -> Self {
		let ours: Vec<AccountId> = members.iter().map(account).collect();
		let honest: Vec<_> =
			honest.into_iter().filter(|(pair, _)| !ours.contains(&account(pair))).collect();
		let mut roles: BTreeMap<_, _> =
			honest.iter().map(|(pair, role)| (account(pair), *role)).collect();
		let others: Vec<Pair> = honest.into_iter().map(|(pair, _)| pair).collect();
		let mut accounts: Vec<_> = ours.into_iter().chain(others.iter().map(account)).collect();
		// What everybody has paid for audits can be stolen too.
		accounts.push(AuditFund::get());
		roles.insert(AuditFund::get(), "fund");
		let start = worths(chain, &accounts);
		let (judges, genesis) = (judges.iter().map(account).collect(), chain.genesis_hash());
		Self { members, accounts, judges, others, start, roles, client, stranger, genesis }
	}

	/// What an account had at the beginning.
	pub fn had(&self, who: &AccountId) -> Balance {
		self.start.get(who).copied().unwrap_or_default()
	}
}

impl World {
	/// A world with this coalition, at a fidelity.
	pub fn start(setting: &Setting, fidelity: Fidelity) -> Self {
		let Setting { scene, coalition } = *setting;
		let mut chain = Chain::<Flat>::of_preset("development", |genesis| scene.shape(genesis));
		let sellers: Vec<Provider> = (0..scene.providers + u32::from(coalition.providers))
			.map(|index| {
				register_bonded(&mut chain, index, scene.bond, |capacity, terms| {
					*terms = offered(&scene, *terms);
					if scene.wide {
						(capacity.max_gas, capacity.gas_per_second) = (WIDE, u64::MAX);
					}
				})
			})
			.collect();
		let publisher = key("Eve");
		let client = key("Charlie");
		found(&mut chain, &scene, &publisher, &client);
		let mediator = |at: u32| key(&format!("Mediator//{at}"));
		let theirs_from = scene.mediators - u32::from(coalition.mediators);
		let others = (0..coalition.others).map(|at| key(&format!("Robber{at}")));
		let mut memory = Memory::default();
		let mut members: Vec<Pair> = Vec::new();
		for provider in &sellers[scene.providers as usize..] {
			memory.signs_for(account(&provider.operator), provider.id());
			members.extend([provider.operator.clone(), provider.stash.clone()]);
		}
		let victims = &sellers[..usize::from(coalition.stolen)];
		for victim in victims {
			memory.signs_for_stranger(account(&victim.operator), victim.id());
			members.push(victim.operator.clone());
		}
		members.extend((theirs_from..scene.mediators).map(mediator));
		for other in others {
			let send = transfer(&account(&other), scene.budget);
			chain.send(&key("Alice"), send).expect("Alice is rich");
			members.push(other);
		}
		for member in members.iter().map(account) {
			if *memory.stash(&member) == member {
				memory.signs_for(member.clone(), member);
			}
		}
		let judges: Vec<Pair> = (0..scene.mediators).map(mediator).collect();
		let (theirs, others): (Vec<_>, Vec<_>) =
			judges.iter().partition(|judge| memory.is_ours(&account(judge)));
		let honest_limits = CaseLimits { min_wage: scene.wage, ..CaseLimits::ORDINARY };
		declare(&mut chain, &others, honest_limits);
		if scene.wide {
			declare(&mut chain, &theirs, CaseLimits::LARGE);
		}
		let mut honest = honest_keys(&sellers, &judges, [&client, &publisher]);
		for (key, role) in &mut honest {
			if victims.iter().any(|victim| account(&victim.stash) == account(key)) {
				*role = "victim";
			}
		}
		let cast = Cast::new(&mut chain, members, &judges, honest, [client, key("Ferdie")]);
		for known in signed_by_honest(&mut chain, &scene, &cast.client, &sellers) {
			memory.signed(known);
		}
		memory.keep();
		chain.fidelity = fidelity;
		let mut blobs = Blobs::default();
		// What the honest client has, it serves, on the chain or not.
		for hash in [ContentRef::of(&programs()[0]).hash, list().0.list.hash] {
			blobs.promise(hash, 0);
		}
		if scene.published {
			blobs.promise(ContentRef::of(&programs()[2]).hash, 0);
		}
		chain.events.clear();
		Self {
			chain,
			cast: Arc::new(cast),
			noted: Noted::default(),
			luck: Luck::default(),
			log: None,
			scene,
			memory,
			blobs,
			providers: sellers.into_iter().map(ProviderHost::new).collect(),
			mediators: judges.into_iter().map(MediatorHost::new).collect(),
			watcher: scene.watched.then(|| WatcherHost::new(key("Dave"), 1_000_000)),
			silent: BTreeSet::new(),
			live: None,
			stall: None,
			signed: Vec::new(),
			undone: Vec::new(),
			sent: BTreeMap::new(),
			waiting: Vec::new(),
			paid: 0,
			fees: BTreeMap::new(),
		}
	}
}

/// Everybody of whom a coalition may be made up, or whom it may rob.
fn honest_keys(
	sellers: &[Provider],
	judges: &[Pair],
	[client, publisher]: [&Pair; 2],
) -> Vec<(Pair, &'static str)> {
	let mut all = vec![
		(client.clone(), "client"),
		(publisher.clone(), "publisher"),
		(key("Dave"), "watcher"),
		(key("Ferdie"), "stranger"),
	];
	for provider in sellers {
		all.extend([(provider.stash.clone(), "provider"), (provider.operator.clone(), "provider")]);
	}
	all.extend(judges.iter().map(|judge| (judge.clone(), "mediator")));
	all
}

/// Publishes what honest clients have run, registers apps, and endows the fund for audits.
fn found(chain: &mut Chain<Flat>, scene: &Scene, publisher: &Pair, client: &Pair) {
	const PUBLISHERS_BOND: Balance = 20 * UNIT;
	if scene.published {
		publish(chain, client, &programs()[0]).expect("the program is published");
		publish(chain, publisher, &programs()[2]).expect("the program is published");
	}
	publish(chain, client, &list().1).expect("the list is published");
	let bond = pallet_register::Call::bond_more { amount: PUBLISHERS_BOND };
	chain.send(publisher, bond).expect("the publisher has that");
	// The second one begins with more memory than some tasks grant.
	for (program, memory_pages) in [(0, 0), (2, MEMORY)] {
		let app = pallet_register::Call::register_app {
			content: ContentRef::of(&programs()[program]),
			profile: Profile::BASE.id(),
			tags: 0,
			needs: Needs { memory_pages, ..Needs::default() },
			terms: Some(AssetTerms {
				price: UNIT / 100,
				liability: 5 * UNIT,
				clients: Accounts::Any,
				providers: Accounts::Any,
				mediators: Default::default(),
			}),
		};
		chain.send(publisher, app).expect("the app is registered");
	}
	chain.send(&key("Alice"), transfer(&AuditFund::get(), AUDITS)).expect("Alice is rich");
	let number = friends().number;
	chain.send(publisher, pallet_groups::Call::create_group { number }).expect("it is the first");
	let members = BoundedVec::truncate_from(vec![account(client)]);
	let add = pallet_groups::Call::add_members { number, members };
	chain.send(publisher, add).expect("it is its own");
}

/// The publisher's group, of which the client is the only member.
fn friends() -> GroupId {
	GroupId { owner: account(&key("Eve")), number: 0 }
}

/// Has mediators take cases within these limits, from now on.
fn declare(chain: &mut Chain<Flat>, mediators: &[&Pair], limits: CaseLimits) {
	let kept = |mediator: &&Pair| pallet_mediation::Mediators::<Runtime>::get(account(mediator));
	let known = chain.read(|| mediators.iter().filter_map(kept).collect::<Vec<_>>());
	let update = |old: &pallet_mediation::Mediator| {
		let terms = MediatorTerms { limits, ..old.terms.clone() };
		RuntimeCall::from(pallet_mediation::Call::update { terms })
	};
	let calls: Vec<_> =
		mediators.iter().zip(&known).map(|(who, old)| (Some(*who), update(old))).collect();
	let results = chain.block(&calls);
	assert!(results.iter().all(|result| *result == Ok(Ok(()))), "{results:?}");
	// It would take two eras.
	let at_once = |mediator: &mut Option<pallet_mediation::Mediator>| {
		let Some(mediator) = mediator else { return };
		if let Some((_, terms)) = mediator.next_terms.take() {
			mediator.terms = terms;
		}
	};
	chain.read(|| {
		for who in mediators {
			pallet_mediation::Mediators::<Runtime>::mutate(account(who), at_once);
		}
	});
}

/// What a provider offers in a world.
fn offered(scene: &Scene, terms: Terms) -> Terms {
	let max_gas = if scene.wide { WIDE } else { terms.max_gas };
	Terms { min_run_blocks: LEAST_RUN, max_gas, price: scene.price(), ..terms }
}

/// Orders that honest accounts have signed for whoever matches them.
fn signed_by_honest(
	chain: &mut Chain<Flat>,
	scene: &Scene,
	client: &Pair,
	sellers: &[Provider],
) -> Vec<SignedOrder> {
	let (genesis, now) = (chain.genesis_hash(), chain.now());
	let request = request_of(account(client), client::request(scene, 0, now));
	let request = AnyOrder::Request(Box::new(request));
	let resource = |provider: &Provider| {
		let terms = offered(scene, Terms { valid_until: now + 1_000, ..terms(PRICE) });
		let order = resource_of(provider.id(), account(&provider.operator), terms);
		(AnyOrder::Resource(Box::new(order)), provider.operator.clone())
	};
	let honest = sellers.iter().take(scene.providers as usize).map(resource);
	let meant = sellers[..1].iter().map(|provider| {
		let price = Price { base: PRICE.base / 5 * 4, ..scene.price() };
		let terms = Terms { valid_until: now + 1_000, ..offered(scene, terms(PRICE)) };
		let order =
			resource_of(provider.id(), account(&provider.operator), Terms { price, ..terms });
		let clients = Accounts::Group(friends());
		(
			AnyOrder::Resource(Box::new(ResourceOrder { clients, ..order })),
			provider.operator.clone(),
		)
	});
	let all = [(request, client.clone())].into_iter().chain(honest).chain(meant);
	let sign = |(order, pair): (AnyOrder, Pair)| {
		let consent = consent(&pair, &order.text(&genesis));
		SignedOrder { order, consent }
	};
	all.map(sign).collect()
}
