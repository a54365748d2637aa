//! Matches that are made.

use super::{sets::*, *};
use assay_primitives::{
	deal::Via,
	request::Hints,
	traits::{AssetSale, NewDeal},
};
use polkadot_sdk::{
	sp_core::{Pair, ecdsa, ed25519},
	sp_runtime::{MultiSignature, MultiSigner, traits::IdentifyAccount},
};

#[test]
fn match_should_open_the_deal_that_all_orders_describe() {
	build_and_execute(|| {
		let mut set = full();
		set.request.beneficiary = Some(account(STRANGER));
		set.request.tip = MILLI;
		let three = judged_by([MEDIATOR, MEDIATOR + 1, MEDIATOR + 2]);
		set.request.mediators = judged_by(MEDIATOR..MEDIATOR + 9);
		set.app.as_mut().expect("a full set").mediators = three.clone();
		set.dataset.as_mut().expect("a full set").mediators = three.clone();
		set.resources[0].mediators = three.clone();
		assert_ok!(set.submit());
		let sale = |asset: ContentRef, owner, price| {
			Some(AssetSale {
				asset: asset.hash,
				owner: account(owner),
				price,
				liability: LIABILITY,
			})
		};
		let deal = NewDeal {
			via: Via::MARKET,
			client: account(CLIENT),
			payer: account(CLIENT),
			beneficiary: Some(account(STRANGER)),
			request: set.request.request.clone(),
			tags: set.request.request.tags,
			tasks: 1,
			candidates: vec![Candidate {
				provider: account(STASH),
				price: terms().price,
				weight: WEIGHT_CAP,
			}],
			app: sale(module(), PUBLISHER, 5 * MILLI),
			dataset: sale(data(), DATA_PUBLISHER, 7 * MILLI),
			tip: Some((account(SOLVER), MILLI)),
			judges: Judges::Named(three.named.clone()),
			public_good: false,
		};
		assert_eq!(Ledger::opened(), [deal]);
		let id = |order: &AnyOrder| order.id(&genesis());
		let [request, resource, app, dataset] = owned(&set);
		let expected = Event::OrdersMatched {
			deal: 0,
			client: account(CLIENT),
			payer: account(CLIENT),
			solver: account(SOLVER),
			tasks: 1,
			orders: vec![id(&request.0), id(&app.0), id(&dataset.0), id(&resource.0)],
		};
		let mediators = three.named;
		let named = Event::MediatorsNamed { deal: 0, mediators, appealable: false };
		assert!(events().ends_with(&[expected, named]));
	});
}

#[test]
fn match_should_remember_what_it_consumed_on_a_deposit_of_the_solver() {
	build_and_execute(|| {
		let set = full();
		assert_ok!(set.submit());
		for (order, _) in owned(&set) {
			let record = OrderRecord {
				consumed: 1,
				closed: false,
				presigned_by: None,
				sponsor_withdrew: false,
				until: order.valid_until(),
				depositor: account(SOLVER),
				deposit: ORDER_DEPOSIT,
			};
			assert_eq!(Orders::<Test>::get(order.id(&genesis())), Some(record));
		}
		assert_eq!(held(SOLVER), 4 * ORDER_DEPOSIT);
	});
}

#[test]
fn match_should_use_resting_offers_and_signed_orders_together() {
	build_and_execute(|| {
		let mut orders = plain().sign();
		let id = offer(1, terms());
		orders.resources.try_push(Resource::Offer(id)).expect("few");
		assert_ok!(submit(SOLVER, &orders));
		let candidates = &Ledger::opened()[0].candidates;
		let providers: Vec<_> = candidates.iter().map(|it| it.provider.clone()).collect();
		assert_eq!(providers, [account(STASH), account(STASH + 1)]);
	});
}

#[test]
fn match_should_use_posted_terms_when_no_order_of_the_asset_is_given() {
	build_and_execute(|| {
		let mut set = full();
		(set.app, set.dataset) = (None, None);
		refused(&set.sign(), AssetFault::OrderMissing.of(Part::App));
		let posted = |price| AssetTerms {
			price,
			liability: LIABILITY,
			clients: only([CLIENT]),
			providers: only([STASH]),
			mediators: public(),
		};
		let terms = Some(posted(3 * MILLI));
		assert_ok!(Register::set_asset_terms(signed(PUBLISHER), APP, asset_hash(APP), terms));
		refused(&set.sign(), AssetFault::OrderMissing.of(Part::Dataset));
		let terms = Some(posted(4 * MILLI));
		assert_ok!(Register::set_asset_terms(
			signed(DATA_PUBLISHER),
			DATASET,
			asset_hash(DATASET),
			terms
		));
		assert_ok!(set.submit());
		let prices =
			|deal: &NewDeal| [&deal.app, &deal.dataset].map(|it| it.as_ref().map(|it| it.price));
		assert_eq!(prices(&Ledger::opened()[0]), [Some(3 * MILLI), Some(4 * MILLI)]);
	});
}

#[test]
fn match_should_take_signatures_of_every_scheme() {
	build_and_execute(|| {
		fn submit_signed_with<P>()
		where
			P: Pair<Signature: Into<MultiSignature>, Public: Into<MultiSigner>>,
		{
			let pair = P::from_seed_slice(&[77; 32]).expect("32 bytes are a seed");
			let client: AccountId = pair.public().into().into_account();
			use polkadot_sdk::frame_support::traits::{fungible::Mutate, tokens::Preservation};
			let from = account(STRANGER);
			let funds = 10 * UNIT;
			assert_ok!(Balances::transfer(&from, &client, funds, Preservation::Preserve));
			let mut orders = plain().sign();
			let order = RequestOrder { client, ..request_order() };
			let signature: MultiSignature = pair.sign(order.text(&genesis()).as_bytes()).into();
			orders.request = Signed { order, authorization: signature.into() };
			assert_ok!(submit(SOLVER, &orders));
		}
		submit_signed_with::<ed25519::Pair>();
		submit_signed_with::<ecdsa::Pair>();
		submit_signed_with::<polkadot_sdk::sp_core::sr25519::Pair>();
	});
}

#[test]
fn match_should_need_no_signature_of_its_submitter() {
	build_and_execute(|| {
		let mut orders = plain().sign();
		orders.request.authorization = Authorization::OnChain;
		refused(&orders, OrderFault::NotAuthorized.of(Kind::Request));
		assert_ok!(submit(CLIENT, &orders));
	});
}

#[test]
fn mkt_09_match_should_need_no_dataset_order_when_the_request_has_no_dataset() {
	build_and_execute(|| {
		let mut set = full();
		set.request.dataset = None;
		set.dataset = None;
		assert_ok!(set.submit());
		assert_eq!(Ledger::opened()[0].dataset, None);
		assert_eq!(held(SOLVER), 3 * ORDER_DEPOSIT);
	});
}

#[test]
fn mkt_20_dataset_order_should_have_no_effect_when_the_request_has_no_dataset() {
	build_and_execute(|| {
		let mut set = full_with_tags(0, PROGRAM_TAGS | 0b1000);
		set.request.dataset = None;
		set.dataset = None;
		let mut orders = set.sign();
		let made_up = DatasetOrder { price: 1_000 * UNIT, ..dataset_order() };
		orders.dataset =
			Some(Signed { order: made_up.clone(), authorization: Authorization::OnChain });
		orders.app = orders.app.take();
		assert_ok!(submit(SOLVER, &orders));
		assert_eq!(Ledger::opened()[0].dataset, None);
		assert_eq!(consumed(&made_up), None);
		assert_eq!(usable(CLIENT), ENDOWMENT - WAGE - 5 * MILLI - UNIT);
	});
}

#[test]
fn mkt_15_match_should_be_open_to_any_account() {
	build_and_execute(|| {
		let set = plain();
		let orders = set.sign();
		assert_ok!(submit(STRANGER, &orders));
		assert_eq!(Ledger::opened()[0].client, account(CLIENT));
		assert_eq!(usable(CLIENT), ENDOWMENT - WAGE - UNIT);
		assert_eq!(usable(STRANGER), ENDOWMENT - 2 * ORDER_DEPOSIT);
	});
}

#[test]
fn mkt_24_one_slot_should_serve_one_of_two_matches_in_a_block() {
	build_and_execute(|| {
		let mut set = plain();
		assert_ok!(set.submit());
		set.request.salt = 1;
		let register = || alter(STASH, |it| it.free_slots = 0);
		register();
		refused(&set.sign(), because(0, Ineligible::NoFreeSlot));
		assert_eq!(Ledger::opened().len(), 1);
	});
}

#[test]
fn volume_should_be_filled_by_several_matches_and_never_exceeded() {
	build_and_execute(|| {
		let mut set = plain();
		set.request.volume = 3;
		set.resources[0].volume = 2;
		alter(STASH, |it| it.free_slots = 9);
		let orders = set.sign();
		assert_ok!(submit(SOLVER, &orders));
		assert_ok!(submit(STRANGER, &orders));
		refused(&orders, because(0, Ineligible::OrderUsedUp));
		assert_eq!((consumed(&set.request), consumed(&set.resources[0])), (Some(2), Some(2)));
		let mut other = orders.clone();
		let again = ResourceOrder { salt: 1, ..set.resources[0].clone() };
		other.resources[0] = as_resource(again);
		assert_ok!(submit(SOLVER, &other));
		refused(&other, OrderFault::UsedUp.of(Kind::Request));
		assert_eq!(Ledger::opened().len(), 3);
		// Records of the request and the first resource are the first solver's.
		assert_eq!((held(SOLVER), held(STRANGER)), (3 * ORDER_DEPOSIT, 0));
	});
}

/// The ledger numbers the tasks of a deal by its inputs; more than one of the same would be refused there.
#[test]
fn match_should_open_deals_of_one_task_when_there_is_no_list_of_inputs() {
	build_and_execute(|| {
		let mut set = full();
		(set.request.volume, set.resources[0].volume) = (3, 2);
		alter(STASH, |it| it.free_slots = 9);
		for _ in 0..2 {
			assert_ok!(set.submit());
			assert_eq!(Ledger::opened().last().expect("opened").tasks, 1);
		}
		assert_eq!(consumed(&set.request), Some(2));
		refused(&set.sign(), because(0, Ineligible::OrderUsedUp));
		set.resources[0].salt = 1;
		assert_ok!(set.submit());
		refused(&set.sign(), OrderFault::UsedUp.of(Kind::Request));
	});
}

#[test]
fn list_should_be_matched_as_a_whole() {
	build_and_execute(|| {
		let mut set = plain();
		alter(STASH, |it| it.free_slots = 9);
		let inputs = [assay_primitives::content::ContentRef::of(b"input"); 4];
		let list = assay_primitives::task::InputList::of(&inputs).0;
		set.request.request.task.input = Input::List(list);
		set.request.volume = 3;
		refused(&set.sign(), Refusal::RequestVolumeOutOfRange);
		set.request.volume = 4;
		set.resources[0].volume = 3;
		refused(&set.sign(), Refusal::VolumeTooSmall);
		set.resources[0].volume = 4;
		assert_ok!(set.submit());
		assert_eq!(Ledger::opened()[0].tasks, 4);
		// Nine inputs are more than a deal of this chain may have.
		let inputs = [assay_primitives::content::ContentRef::of(b"input"); 9];
		let list = assay_primitives::task::InputList::of(&inputs).0;
		set.request.request.task.input = Input::List(list);
		(set.request.volume, set.resources[0].volume) = (9, 9);
		refused(&set.sign(), Refusal::VolumeTooSmall);
	});
}

/// Two candidates that name `mediators`, and a client.
fn judged_set(mediators: &Mediators) -> Set {
	let mut set = plain();
	set.request.request.policy = Policy::Quorum { replicas: 2, required: 2 };
	set.resources.push(resource_order(1));
	set.request.mediators = mediators.clone();
	set.resources.iter_mut().for_each(|resource| resource.mediators = mediators.clone());
	set
}

#[test]
fn public_pool_should_judge_where_nobody_names_mediators() {
	build_and_execute(|| {
		assert_ok!(judged_set(&public()).submit());
		assert_eq!(Ledger::opened()[0].judges, Judges::Public);
		assert!(matches!(last_event(), Event::OrdersMatched { .. }), "there is nothing to be told");
	});
}

#[test]
fn mediators_should_be_those_that_all_have_named() {
	build_and_execute(|| {
		let mut set = judged_set(&judged_by(MEDIATOR..MEDIATOR + 12));
		set.resources[1].mediators = judged_by((MEDIATOR + 2..MEDIATOR + 14).chain([MEDIATOR + 2]));
		assert_ok!(set.submit());
		let Judges::Named(named) = Ledger::opened()[0].judges.clone() else {
			panic!("the public pool judges");
		};
		assert_eq!(named.to_vec(), (MEDIATOR + 2..MEDIATOR + 12).map(account).collect::<Vec<_>>());
		assert_eq!(
			last_event(),
			Event::MediatorsNamed { deal: 0, mediators: named, appealable: true }
		);
	});
}

/// Who says nothing has agreed to the public pool, and to nobody whom others name.
#[test]
fn match_should_be_refused_when_some_name_mediators_and_others_do_not() {
	build_and_execute(|| {
		let named = judged_by(MEDIATOR..MEDIATOR + 5);
		let mut set = judged_set(&public());
		set.request.mediators = named.clone();
		refused(&set.sign(), because(0, Ineligible::MediatorsNotShared));
		let mut set = judged_set(&named);
		set.resources[1].mediators = public();
		refused(&set.sign(), because(1, Ineligible::MediatorsNotShared));
		set.resources[1].mediators = judged_by(MEDIATOR + 5..MEDIATOR + 9);
		refused(&set.sign(), because(1, Ineligible::MediatorsNotShared));
		// Each shares some with the client, and both none.
		let mut set = judged_set(&judged_by(MEDIATOR..MEDIATOR + 6));
		set.resources[0].mediators = judged_by(MEDIATOR..MEDIATOR + 3);
		set.resources[1].mediators = judged_by(MEDIATOR + 3..MEDIATOR + 6);
		refused(&set.sign(), Refusal::NoCommonMediator);
	});
}

#[test]
fn public_pool_should_judge_where_those_who_name_others_let_it_too() {
	build_and_execute(|| {
		let mut set = judged_set(&public());
		set.request.mediators = Mediators { public: true, ..judged_by(MEDIATOR..MEDIATOR + 5) };
		assert_ok!(set.submit());
		assert_eq!(Ledger::opened()[0].judges, Judges::Public);
	});
}

#[test]
fn match_should_be_refused_when_fewer_than_a_committee_can_judge() {
	build_and_execute(|| {
		let refuse = |ids: &[u8]| {
			let set = judged_set(&judged_by(ids.iter().copied()));
			refused(&set.sign(), Refusal::TooFewMediators);
		};
		refuse(&[MEDIATOR, MEDIATOR + 1]);
		refuse(&[MEDIATOR, MEDIATOR + 1, MEDIATOR + 1]);
		// Neither is who is no mediator, nor who is a party.
		refuse(&[MEDIATOR, MEDIATOR + 1, STRANGER]);
		refuse(&[MEDIATOR, MEDIATOR + 1, CLIENT, STASH, OPERATOR]);
		let set = judged_set(&judged_by([STRANGER, MEDIATOR, MEDIATOR + 1, MEDIATOR + 2]));
		assert_ok!(set.submit());
	});
}

#[test]
fn offers_should_serve_requests_that_name_the_same_mediators_only() {
	build_and_execute(|| {
		let named = judged_by(MEDIATOR..MEDIATOR + 3);
		let (stash, _) = register(0);
		assert_ok!(Market::place_offer(signed(stash), terms(), named.clone()));
		let why = because(0, Ineligible::MediatorsNotShared);
		let alone = Market::submit(signed(CLIENT), Box::new(request()), super::named([0]));
		assert_noop!(alone, Error::<Test>::from(why));
		let quote = Pallet::<Test>::quote(&account(CLIENT), &request());
		assert_eq!(quote.ineligible, [(0, vec![Ineligible::MediatorsNotShared])]);
		let mut orders = plain().sign();
		orders.resources = vec![Resource::Offer(0)].try_into().expect("one");
		refused(&orders, why);
		let request = RequestOrder { mediators: named.clone(), ..request_order() };
		let set = Set { request, resources: vec![], ..plain() };
		orders.request = set.sign().request;
		assert_ok!(submit(SOLVER, &orders));
		assert_eq!(Ledger::opened()[0].judges, Judges::Named(named.named));
		let nobody = Market::place_offer(signed(stash), terms(), judged_by([]));
		assert_noop!(nobody, Error::<Test>::from(Refusal::NoCommonMediator));
	});
}

/// The owner's bond answers for the app.
#[test]
fn owner_of_an_app_should_be_asked_who_judges() {
	build_and_execute(|| {
		let named = judged_by(MEDIATOR..MEDIATOR + 3);
		let mut set = full();
		set.request.mediators = named.clone();
		set.resources[0].mediators = named.clone();
		set.dataset.as_mut().expect("a full set").mediators = named.clone();
		refused(&set.sign(), Refusal::NoCommonMediator);
		set.app.as_mut().expect("a full set").mediators = named;
		assert_ok!(set.submit());
	});
}

#[test]
fn direct_deal_should_be_a_request_that_names_its_provider() {
	build_and_execute(|| {
		let mut set = plain();
		set.request.providers = only([STASH + 1]);
		set.resources[0].clients = only([CLIENT]);
		refused(&set.sign(), because(0, Ineligible::NotWanted));
		set.request.providers = only([STASH]);
		assert_ok!(set.submit());
	});
}

#[test]
fn public_good_should_show_in_the_deal() {
	build_and_execute(|| {
		let set = full();
		assert_ok!(Register::set_public_good(RuntimeOrigin::root(), APP, asset_hash(APP), true));
		assert_ok!(set.submit());
		assert!(Ledger::opened()[0].public_good);
	});
}

#[test]
fn largest_match_should_fit_the_types() {
	build_and_execute(|| {
		let hint = vec![b'a'; 256].try_into().expect("as long as allowed");
		let mut set = full();
		set.request.request.hints = Hints::try_from(vec![hint; 4]).expect("as many as allowed");
		set.request.providers = Accounts::Listed(listed((100..116).map(account)));
		let list = Accounts::Listed(listed((100..115).chain([CLIENT]).map(account)));
		set.resources[0].clients = list;
		refused(&set.sign(), because(0, Ineligible::NotWanted));
	});
}

#[test]
fn match_should_be_refused_when_nobody_can_judge_the_task() {
	build_and_execute(|| {
		let orders = full().sign();
		Taken::set(0);
		refused(&orders, Refusal::NobodyJudges);
		let why = Pallet::<Test>::why_not(&account(SOLVER), &orders);
		assert_eq!(why, [Refusal::NobodyJudges]);
		Taken::set(u64::MAX);
		assert_ok!(submit(SOLVER, &orders));
	});
}
