//! What limited proxies may do. That every call is decided on, the compiler sees to.

use super::orders::{Parties, parties};
use ProxyType::{Client, NonTransfer, Operator};
use assay_primitives::{
	UNIT,
	case::MediatorTerms,
	deal::{Exhibits, single},
	excuse::Excuse,
	order::{AnyOrder, Authorization, Order, Resource},
	seal::Seal,
};
use assay_runtime::{Hash, Runtime, RuntimeCall, RuntimeEvent, configs::ProxyType};
use assay_simulation::{
	account, key,
	market::{MODULE, spec, submit},
};
use polkadot_sdk::{
	frame_support::{assert_ok, traits::InstanceFilter},
	frame_system, pallet_multisig, pallet_proxy,
	sp_runtime::MultiAddress,
};

const EVERYONE: &[ProxyType] = &[NonTransfer, Operator, Client];

/// The limited proxies that may do a call.
fn may(call: impl Into<RuntimeCall>) -> Vec<ProxyType> {
	let call = call.into();
	assert!(ProxyType::Any.filter(&call));
	EVERYONE.iter().copied().filter(|proxy| proxy.filter(&call)).collect()
}

fn presign(order: AnyOrder) -> RuntimeCall {
	pallet_market::Call::presign { order, authorization: Authorization::OnChain }.into()
}

fn close(order: AnyOrder) -> RuntimeCall {
	pallet_market::Call::close_order { order, authorization: Authorization::OnChain }.into()
}

/// A request, a resource order and an app order.
fn three_orders(it: &Parties) -> [AnyOrder; 3] {
	let Resource::Order(resource) = it.resource(&it.providers[0]) else {
		unreachable!("the helper makes a signed order")
	};
	[
		AnyOrder::Request(Box::new(it.request())),
		AnyOrder::Resource(Box::new(resource.order)),
		AnyOrder::App(Box::new(it.app())),
	]
}

#[test]
fn orders_should_be_presigned_by_proxies_for_their_kind_alone() {
	let [request, resource, app] = three_orders(&parties(1));
	assert_eq!(may(presign(request.clone())), [Client], "a request pays");
	assert_eq!(may(presign(resource.clone())), [NonTransfer, Operator]);
	assert_eq!(may(presign(app.clone())), [NonTransfer]);
	assert_eq!(may(close(request)), [NonTransfer, Client]);
	assert_eq!(may(close(resource)), [NonTransfer, Operator]);
	assert_eq!(may(close(app)), [NonTransfer]);
}

#[test]
fn operator_proxy_should_be_refused_when_it_presigns_a_request_of_its_owner() {
	let mut it = parties(1);
	let (owner, helper) = (it.client.clone(), key("Ferdie"));
	let order = it.request();
	let id = order.id(&it.genesis);
	let call = Box::new(presign(AnyOrder::Request(Box::new(order))));
	let real = MultiAddress::Id(account(&owner));
	for (proxy_type, works) in [(Operator, false), (NonTransfer, false), (Client, true)] {
		let delegate = MultiAddress::Id(account(&helper));
		let add = pallet_proxy::Call::add_proxy { delegate, proxy_type, delay: 0 };
		assert_ok!(it.chain.send(&owner, add));
		let proxied = pallet_proxy::Call::proxy {
			real: real.clone(),
			force_proxy_type: Some(proxy_type),
			call: call.clone(),
		};
		assert_ok!(it.chain.send(&helper, proxied));
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		let result = if works { Ok(()) } else { filtered };
		let executed = pallet_proxy::Event::ProxyExecuted { result };
		assert!(it.chain.events.contains(&RuntimeEvent::Proxy(executed)), "{proxy_type:?}");
		let known = it.chain.read(|| pallet_market::Orders::<Runtime>::contains_key(id));
		assert_eq!(known, works, "{proxy_type:?}");
	}
}

#[test]
fn what_anybody_could_do_or_costs_a_deposit_should_be_open_to_all_proxies() {
	let task = single(0);
	assert_eq!(may(pallet_deals::Call::poke { task }), EVERYONE);
	assert_eq!(may(pallet_deals::Call::poke_many { tasks: Default::default() }), EVERYONE);
	let exhibits = Exhibits::default();
	assert_eq!(may(pallet_deals::Call::refute { task, exhibits }), EVERYONE);
	assert_eq!(may(pallet_deals::Call::call_back { task }), EVERYONE);
	assert_eq!(may(pallet_board::Call::set_board_places { places: 1 }), EVERYONE);
	assert_eq!(may(pallet_mediation::Call::poke { case: 0 }), EVERYONE);
}

#[test]
fn work_should_be_for_the_proxies_of_those_who_work() {
	let task = single(0);
	let work = [NonTransfer, Operator];
	let seal = Seal { digest: Hash::zero(), report: Hash::zero() };
	let (task_hash, terms_hash) = (Hash::zero(), Hash::zero());
	assert_eq!(may(pallet_deals::Call::commit { task, task_hash, seal }), work);
	assert_eq!(may(pallet_deals::Call::decline { task, task_hash, excuse: Excuse::Time }), work);
	let seal = Hash::zero();
	assert_eq!(may(pallet_mediation::Call::seal { case: 0, task_hash, round: 0, seal }), work);
	assert_eq!(may(pallet_market::Call::withdraw_offer { offer: 0, terms_hash }), work);
	let (module, input) = (vec![], None);
	let adjudicate =
		pallet_court::Call::adjudicate { case: 0, task_hash, max_gas: 1, module, input };
	assert_eq!(may(adjudicate), work);
}

#[test]
fn spending_on_computation_should_take_the_proxy_of_a_buyer() {
	let task = single(0);
	assert_eq!(may(submit(spec(), 1, 1, vec![0])), [Client]);
	let digest = Hash::zero();
	assert_eq!(may(pallet_deals::Call::check { task, digest }), [Client]);
	assert_eq!(may(pallet_deals::Call::accept { task, digest }), [NonTransfer, Client]);
	assert_eq!(may(pallet_content::Call::publish { data: MODULE.into() }), [NonTransfer, Client]);
}

#[test]
fn bonds_keys_ownership_and_disputes_should_take_a_proxy_for_everything() {
	let it = parties(1);
	let someone = account(&key("Ferdie"));
	let task = single(0);
	let orders = Box::new(it.orders(it.request()));
	let remark = Box::new(frame_system::Call::remark { remark: vec![] }.into());
	let terms = MediatorTerms {
		capacity: 1,
		limits: Default::default(),
		profiles: Default::default(),
		inbox: None,
	};
	let update = pallet_mediation::Call::update { terms: terms.clone() };
	let (digest, asset_hash) = (Hash::zero(), Hash::zero());
	let denied: [RuntimeCall; 21] = [
		pallet_providers::Call::bond_more { amount: UNIT }.into(),
		pallet_providers::Call::unbond { amount: UNIT }.into(),
		pallet_providers::Call::withdraw {}.into(),
		pallet_providers::Call::leave {}.into(),
		pallet_mediation::Call::register { operator: someone.clone(), terms, bond: UNIT }.into(),
		update.into(),
		pallet_mediation::Call::set_operator { operator: someone.clone() }.into(),
		pallet_mediation::Call::unbond { amount: UNIT }.into(),
		pallet_mediation::Call::withdraw {}.into(),
		pallet_mediation::Call::appeal { case: 0, digest, round: 0 }.into(),
		pallet_validators::Call::leave {}.into(),
		pallet_deals::Call::challenge { task, digest }.into(),
		pallet_deals::Call::set_callback {
			deal: 0,
			task_hash: digest,
			call: Default::default(),
			reward: UNIT,
		}
		.into(),
		pallet_market::Call::match_orders { orders }.into(),
		pallet_register::Call::unbond { amount: UNIT }.into(),
		pallet_register::Call::offer_asset { asset: 0, asset_hash, heir: Some(someone.clone()) }
			.into(),
		pallet_register::Call::accept_asset { asset: 0, asset_hash }.into(),
		pallet_proxy::Call::remove_proxies {}.into(),
		pallet_proxy::Call::add_proxy {
			delegate: MultiAddress::Id(someone.clone()),
			proxy_type: ProxyType::Any,
			delay: 0,
		}
		.into(),
		pallet_multisig::Call::as_multi_threshold_1 {
			other_signatories: vec![someone.clone()],
			call: remark,
		}
		.into(),
		pallet_multisig::Call::approve_as_multi {
			threshold: 2,
			other_signatories: vec![someone],
			maybe_timepoint: None,
			call_hash: [0; 32],
			max_weight: Default::default(),
		}
		.into(),
	];
	for call in denied {
		assert_eq!(may(call.clone()), [], "{call:?}");
	}
}

#[test]
fn upkeep_should_be_for_proxies_that_may_not_transfer() {
	let upkeep = [NonTransfer];
	assert_eq!(may(pallet_providers::Call::limit_exposure { limit: Some(9) }), upkeep);
	assert_eq!(may(pallet_providers::Call::resign_operator {}), upkeep);
	assert_eq!(may(pallet_mediation::Call::resign_operator {}), upkeep);
	assert_eq!(may(pallet_groups::Call::create_group { number: 0 }), upkeep);
	let asset_hash = Hash::zero();
	assert_eq!(may(pallet_register::Call::suspend_asset { asset: 0, asset_hash }), upkeep);
}
