//! Deals from orders that all parties have signed, as wallets sign them, over the real ledger.

use super::tasks::refused;
use assay_primitives::{
	MILLI, UNIT,
	content::ContentRef,
	deal::Ending,
	judges::Mediators,
	order::{
		Accounts, AppOrder, Assets, Authorization, Kind, Match, Order, OrderFault, PLACE_BYTES,
		Refusal, RequestOrder, Resource, ResourceOrder, Signed, sponsorship_text, wrapped,
	},
	profile::Profile,
	request::{Ineligible, Terms},
	traits::{AssetSale, DealBook, Publishers},
};
use assay_runtime::{
	AccountId, Balance, Balances, Deals, Hash, MINUTES, Market as MarketPallet, Register, Runtime,
	RuntimeCall,
};
use assay_simulation::{
	Chain, account, key,
	market::{BOND, GAS, MODULE, Market, PRICE, Provider, publish, register, request, spec, truth},
};
use codec::DecodeAll;
use polkadot_sdk::{
	frame_support::{assert_ok, traits::fungible::InspectHold},
	frame_system,
	sp_core::{Pair as _, bounded::BoundedVec, sr25519::Pair},
	sp_io,
	sp_runtime::MultiSignature,
	sp_statement_store::StatementAllowance,
};

const APP_PRICE: Balance = 5 * UNIT;
const TIP: Balance = MILLI;

/// All parties of a deal, before it.
pub struct Parties {
	pub chain: Chain,
	pub genesis: Hash,
	pub client: Pair,
	sponsor: Pair,
	solver: Pair,
	publisher: Pair,
	pub providers: Vec<Provider>,
}

pub fn parties(providers: u32) -> Parties {
	let mut chain = Chain::start("development");
	let providers = (0..providers).map(|index| register(&mut chain, index)).collect();
	let publisher = key("Bob");
	publish(&mut chain, &publisher, MODULE).expect("the module is published");
	let bond = pallet_register::Call::bond_more { amount: 10 * UNIT };
	assert_ok!(chain.send(&publisher, bond));
	let register = pallet_register::Call::register_app {
		content: ContentRef::of(MODULE),
		profile: Profile::BASE.id(),
		tags: 0,
		needs: Default::default(),
		terms: None,
	};
	assert_ok!(chain.send(&publisher, register));
	let genesis = chain.genesis_hash();
	let (client, sponsor, solver) = (key("Charlie"), key("Dave"), key("Eve"));
	Parties { chain, genesis, client, sponsor, solver, publisher, providers }
}

fn consent(signer: &Pair, text: &str) -> Authorization {
	MultiSignature::from(signer.sign(wrapped(text).as_bytes())).into()
}

impl Parties {
	pub fn request(&self) -> RequestOrder {
		let request = request(spec(), 3, 2);
		RequestOrder {
			app: Some(0),
			max_app_price: APP_PRICE,
			min_publisher_bond: 10 * UNIT,
			sponsor: Some(account(&self.sponsor)),
			tip: TIP,
			..RequestOrder::plain(account(&self.client), request)
		}
	}

	fn signed<O: Order>(&self, signer: &Pair, order: O) -> Signed<O> {
		let authorization = consent(signer, &order.text(&self.genesis));
		Signed { order, authorization }
	}

	pub fn resource(&self, provider: &Provider) -> Resource {
		let order = ResourceOrder {
			provider: provider.id(),
			signer: account(&provider.operator),
			terms: Terms {
				profile: Profile::BASE.id(),
				price: PRICE,
				max_gas: GAS,
				max_memory_pages: 1_024,
				min_run_blocks: 1,
				valid_until: 10_000,
			},
			volume: 10,
			clients: Accounts::Any,
			apps: Assets::Any,
			datasets: Assets::Any,
			mediators: Mediators::default(),
			salt: 0,
		};
		Resource::Order(Box::new(self.signed(&provider.operator, order)))
	}

	pub fn app(&self) -> AppOrder {
		AppOrder {
			app: 0,
			content: ContentRef::of(MODULE),
			price: APP_PRICE,
			liability: UNIT,
			volume: 10,
			clients: Accounts::Any,
			datasets: Assets::Any,
			providers: Accounts::Any,
			mediators: Mediators::default(),
			valid_until: 10_000,
			salt: 0,
		}
	}

	pub fn orders(&self, request: RequestOrder) -> Match {
		let resources = self.providers.iter().map(|it| self.resource(it)).collect::<Vec<_>>();
		Match {
			sponsor: Some(consent(&self.sponsor, &sponsorship_text(&request, &self.genesis))),
			request: self.signed(&self.client, request),
			resources: BoundedVec::truncate_from(resources),
			app: Some(self.signed(&self.publisher, self.app())),
			dataset: None,
		}
	}

	fn held(&mut self, who: &AccountId) -> Balance {
		self.chain.read(|| Balances::total_balance_on_hold(who))
	}
}

fn call(orders: Match) -> RuntimeCall {
	pallet_market::Call::match_orders { orders: Box::new(orders) }.into()
}

#[test]
fn deal_from_signed_orders_should_be_settled_and_refund_its_sponsor() {
	let mut it = parties(3);
	let orders = it.orders(it.request());
	let (client, sponsor, solver) =
		(account(&it.client), account(&it.sponsor), account(&it.solver));
	let publisher = account(&it.publisher);
	let before = [&client, &sponsor, &publisher].map(|who| it.chain.free(who));
	let solver_key = it.solver.clone();
	assert_ok!(it.chain.send(&solver_key, call(orders)));
	assert_eq!(it.chain.free(&client), before[0], "the client pays nothing");
	assert!(it.held(&sponsor) > 0);
	assert!(it.held(&solver) > 0, "deposits of five orders");

	let mut market = Market::around(it.chain, it.client, it.providers);
	let drawn = market.drawn();
	market.chain.pass(1);
	for provider in &drawn {
		assert_ok!(market.commit(*provider, truth()));
	}
	for provider in &drawn {
		assert_ok!(market.reveal(*provider, truth()));
	}
	let price = PRICE.of(truth().gas_used);
	let tax = market.audit_tax(price);
	market.spare_audit();
	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	market.assert_nothing_locked();
	let paid = 3 * price + 3 * price / 100 + APP_PRICE + TIP + tax;
	let held = market.chain.read(|| Balances::total_balance_on_hold(&sponsor));
	assert_eq!(market.chain.free(&sponsor), before[1] - paid - held);
	assert_eq!(market.chain.free(&client), before[0]);
	assert_eq!(market.chain.free(&publisher), before[2] + APP_PRICE);
}

#[test]
fn mkt_02_match_should_be_refused_when_nobody_knows_the_profile() {
	let mut it = parties(3);
	let mut request = it.request();
	request.app = None;
	request.request.task.profile = Hash::repeat_byte(9);
	let mut orders = it.orders(request);
	for resource in &mut orders.resources {
		let Resource::Order(signed) = resource else { continue };
		signed.order.terms.profile = Hash::repeat_byte(9);
	}
	let solver = it.solver.clone();
	let refusal = it.chain.send(&solver, call(orders));
	let unserved = Refusal::Resource { at: 0, why: Ineligible::ProfileNotServed };
	assert!(refused(refusal, pallet_market::Error::<Runtime>::from(unserved)));
}

#[test]
fn mkt_13_stakes_should_be_the_same_for_every_candidate() {
	let mut it = parties(3);
	let orders = it.orders(it.request());
	let solver = it.solver.clone();
	assert_ok!(it.chain.send(&solver, call(orders)));
	let maximum = PRICE.maximum(GAS).expect("it fits");
	let request = it.request().request;
	let stake = it.chain.read(|| <Deals as DealBook>::spread(&request, maximum)).stake;
	assert!(stake > maximum * 30 / 100, "what deters is more than the least share");
	for provider in &it.providers {
		let id = provider.id();
		let view =
			it.chain.read(|| assay_runtime::Providers::provider_view(&id)).expect("registered");
		assert_eq!(view.locked, stake);
		assert_eq!(view.free, BOND - view.locked);
	}
}

#[test]
fn two_solvers_should_pay_fees_and_one_win() {
	let mut it = parties(3);
	let orders = it.orders(it.request());
	let (one, other) = (it.solver.clone(), it.sponsor.clone());
	let results =
		it.chain.block(&[(Some(&one), call(orders.clone())), (Some(&other), call(orders.clone()))]);
	assert_eq!(results[0], Ok(Ok(())));
	let second = results[1].expect("it is included");
	assert!(refused(
		second,
		pallet_market::Error::<Runtime>::from(OrderFault::UsedUp.of(Kind::Request))
	));
	let solver = account(&it.solver);
	let refusals = it.chain.read(|| MarketPallet::why_not(&solver, &orders));
	assert_eq!(refusals, [OrderFault::UsedUp.of(Kind::Request), Refusal::VolumeTooSmall]);
}

#[test]
fn publishers_bond_should_answer_in_the_real_runtime() {
	let mut it = parties(0);
	let owner = account(&it.publisher);
	let client = account(&it.client);
	let sale = AssetSale {
		asset: ContentRef::of(MODULE).hash,
		owner: owner.clone(),
		price: APP_PRICE,
		liability: 0,
	};
	let before = it.chain.free(&client);
	let taken = it
		.chain
		.read(|| <Register as Publishers>::slash_bond(&sale, 3 * UNIT, &[(client.clone(), UNIT)]));
	assert_eq!((taken.amount, taken.paid), (3 * UNIT, vec![UNIT]));
	assert_eq!(it.chain.free(&client), before + UNIT);
	let bond = it.chain.read(|| Register::publisher(&owner)).map(|publisher| publisher.bond);
	assert_eq!(bond.map(|bond| bond.held), Some(7 * UNIT));
}

/// The node's store of statements reads exactly this entry of the state, decoded as its own type.
#[test]
fn nodes_should_find_the_allowance_of_whoever_paid_for_places() {
	let mut it = parties(0);
	let (key, who) = (it.client.clone(), account(&it.client));
	let read = |chain: &mut Chain| {
		let bytes = chain.read(|| {
			sp_io::storage::get(&[b":statement_allowance:".as_slice(), who.as_ref()].concat())
		});
		bytes.map(|bytes| StatementAllowance::decode_all(&mut &bytes[..]).expect("it is one"))
	};
	assert_eq!(read(&mut it.chain), None);
	assert_ok!(it.chain.send(&key, pallet_board::Call::set_board_places { places: 3 }));
	assert_eq!(read(&mut it.chain), Some(StatementAllowance::new(3, 3 * PLACE_BYTES)));
	assert_eq!(it.held(&who), 300 * MILLI);
	let fewer = it.chain.send(&key, pallet_board::Call::set_board_places { places: 0 });
	assert!(refused(fewer, pallet_board::Error::<Runtime>::BoardPlacesTooFresh));
	assert_eq!(read(&mut it.chain), Some(StatementAllowance::new(3, 3 * PLACE_BYTES)));
	it.chain.pass(5 * MINUTES);
	assert_ok!(it.chain.send(&key, pallet_board::Call::set_board_places { places: 0 }));
	assert_eq!((read(&mut it.chain), it.held(&who)), (None, 0));
}

/// The dearest match fits a block several times over. Prints the figures with `--nocapture`.
#[test]
fn match_of_as_many_resources_as_allowed_should_leave_room_in_a_block() {
	let mut it = parties(32);
	let orders = it.orders(it.request());
	let solver = it.solver.clone();
	let start = std::time::Instant::now();
	let weight = it.chain.weigh(&solver, call(orders));
	println!("match of 32 resources: {weight:?}, natively {:?}", start.elapsed());
	let block = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
	assert!(weight.ref_time() * 10 < block.ref_time(), "{weight:?} of {block:?}");
	assert!(weight.proof_size() * 2 < block.proof_size(), "{weight:?} of {block:?}");
}
