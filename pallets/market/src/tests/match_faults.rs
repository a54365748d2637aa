//! Matches that are refused, each with a reason of its own.

use super::{sets::*, *};
use assay_primitives::traits::{AssetSale, Publishers};

#[test]
fn mkt_01_match_should_be_refused_when_profiles_differ() {
	build_and_execute(|| {
		let mut set = full();
		set.resources[0].terms.profile = Hash::repeat_byte(9);
		refused(&set.sign(), because(0, Ineligible::Profile));
		for (order, _) in owned(&set) {
			assert_eq!(Orders::<Test>::get(order.id(&genesis())), None);
		}
	});
}

#[test]
fn mkt_03_each_ceiling_should_have_its_own_reason() {
	build_and_execute(|| {
		let set = full();
		let mut low = set.clone();
		low.request.max_app_price -= 1;
		refused(&low.sign(), AssetFault::PriceAboveCeiling.of(Part::App));
		let mut low = set.clone();
		low.request.max_dataset_price -= 1;
		refused(&low.sign(), AssetFault::PriceAboveCeiling.of(Part::Dataset));
		let mut low = set.clone();
		low.request.request.max_price.base -= 1;
		refused(&low.sign(), because(0, Ineligible::BasePriceAboveCeiling));
		let mut low = set.clone();
		low.request.request.max_price.per_mgas -= 1;
		refused(&low.sign(), because(0, Ineligible::GasPriceAboveCeiling));
		assert_ok!(set.submit());
	});
}

#[test]
fn mkt_05_program_tag_should_be_the_apps_own() {
	build_and_execute(|| {
		let tag = PROGRAM_TAGS & PROGRAM_TAGS.wrapping_neg();
		let mut set = full_with_tags(0, tag);
		alter(STASH, |it| it.capacity.tags = u32::MAX);
		refused(&set.sign(), Refusal::ProgramTagsMissing);
		(set.request.dataset, set.dataset) = (None, None);
		assert_ok!(set.submit());
		set.request.salt = 1;
		set.request.request.tags = tag;
		refused(&set.sign(), Refusal::ProgramTagsMissing);
		let app = register_app(tag, None);
		set.request.app = Some(app);
		set.app = Some(AppOrder { app, ..app_order() });
		alter(STASH, |it| it.free_slots = 1);
		assert_ok!(set.submit());
	});
}

#[test]
fn mkt_05_tags_of_app_dataset_and_request_should_all_be_the_providers() {
	build_and_execute(|| {
		let mut set = full_with_tags(0b0100, 0b1000);
		set.request.request.tags = 0b0001;
		for tags in [0b1001, 0b0101, 0b1100] {
			alter(STASH, |it| it.capacity.tags = tags);
			refused(&set.sign(), because(0, Ineligible::TagsMissing));
		}
		alter(STASH, |it| it.capacity.tags = 0b1101);
		assert_ok!(set.submit());
	});
}

#[test]
fn mkt_06_assets_should_be_those_of_their_orders() {
	build_and_execute(|| {
		let set = full();
		let other = ContentRef { hash: Hash::repeat_byte(8), size: 100 };
		let app = register_app(0, None);
		let dataset = register_dataset(0, None);
		let app_orders =
			[AppOrder { app, ..app_order() }, AppOrder { content: other, ..app_order() }];
		for order in app_orders {
			refused(
				&Set { app: Some(order), ..set.clone() }.sign(),
				AssetFault::Mismatch.of(Part::App),
			);
		}
		let dataset_orders = [
			DatasetOrder { dataset, ..dataset_order() },
			DatasetOrder { content: other, ..dataset_order() },
		];
		for order in dataset_orders {
			refused(
				&Set { dataset: Some(order), ..set.clone() }.sign(),
				AssetFault::Mismatch.of(Part::Dataset),
			);
		}
		let mut wrong = set.clone();
		wrong.request.request.task.module = other;
		refused(&wrong.sign(), AssetFault::Mismatch.of(Part::App));
		let mut wrong = set.clone();
		wrong.request.request.task.input = Input::Blob(other);
		refused(&wrong.sign(), AssetFault::Mismatch.of(Part::Dataset));
		let mut wrong = set;
		wrong.request.request.task.profile = Hash::repeat_byte(9);
		refused(&wrong.sign(), AssetFault::Mismatch.of(Part::App));
	});
}

#[test]
fn mkt_07_unregistered_parties_should_have_their_own_reasons() {
	build_and_execute(|| {
		let set = full();
		let mut unknown = set.clone();
		unknown.request.app = Some(9);
		refused(&unknown.sign(), AssetFault::NotFound.of(Part::App));
		// A dataset is no app, nor the other way round.
		unknown.request.app = Some(DATASET);
		refused(&unknown.sign(), AssetFault::NotFound.of(Part::App));
		let mut unknown = set.clone();
		unknown.request.dataset = Some(9);
		refused(&unknown.sign(), AssetFault::NotFound.of(Part::Dataset));
		unknown.request.dataset = Some(APP);
		refused(&unknown.sign(), AssetFault::NotFound.of(Part::Dataset));
		let mut orders = set.sign();
		orders.resources[0] = Resource::Offer(9);
		refused(&orders, because(0, Ineligible::OfferNotFound));
		remove(STASH);
		refused(&set.sign(), because(0, Ineligible::ProviderNotFound));
	});
}

#[test]
fn mkt_08_wrong_signer_should_have_its_own_reason_for_each_order() {
	build_and_execute(|| {
		let set = full();
		let good = set.sign();
		let Set { request, resources, app, dataset } = set;
		let mut orders = good.clone();
		orders.request = signed_by(STRANGER, request);
		refused(&orders, OrderFault::NotAuthorized.of(Kind::Request));
		let mut orders = good.clone();
		let resource = signed_by(STRANGER, resources[0].clone());
		orders.resources[0] = Resource::Order(Box::new(resource));
		refused(&orders, because(0, Ineligible::NotAuthorized));
		let mut orders = good.clone();
		orders.app = Some(signed_by(DATA_PUBLISHER, app.expect("a full set")));
		refused(&orders, OrderFault::NotAuthorized.of(Kind::App));
		let mut orders = good.clone();
		orders.dataset = Some(signed_by(PUBLISHER, dataset.expect("a full set")));
		refused(&orders, OrderFault::NotAuthorized.of(Kind::Dataset));
		assert_ok!(submit(SOLVER, &good));
	});
}

#[test]
fn mkt_08_resource_should_be_signed_by_its_stash_or_present_operator() {
	build_and_execute(|| {
		let mut set = plain();
		set.resources[0].signer = account(STRANGER);
		refused(&set.sign(), because(0, Ineligible::SignerNotOfProvider));
		set.resources[0].signer = account(STASH);
		assert_ok!(set.submit());
		set.request.salt = 1;
		set.resources[0].signer = account(OPERATOR);
		alter(STASH, |it| {
			it.free_slots = 1;
			it.operator = Some(account(OPERATOR + 5));
		});
		refused(&set.sign(), because(0, Ineligible::SignerNotOfProvider));
	});
}

#[test]
fn mkt_10_consumed_and_closed_orders_should_be_refused_each_for_itself() {
	build_and_execute(|| {
		let mut set = full();
		set.request.volume = 9;
		alter(STASH, |it| it.free_slots = 9);
		let close = |order: AnyOrder, owner| {
			assert_ok!(Market::close_order(signed(owner), order, Authorization::OnChain));
		};
		// Each time the orders that come later in the checks, for a new request.
		let [_, resource, app, dataset] = owned(&set);
		close(resource.0, resource.1);
		refused(&set.sign(), because(0, Ineligible::OrderClosed));
		close(dataset.0, dataset.1);
		refused(&set.sign(), OrderFault::Closed.of(Kind::Dataset));
		close(app.0, app.1);
		refused(&set.sign(), OrderFault::Closed.of(Kind::App));
		close(any(&set.request), CLIENT);
		refused(&set.sign(), OrderFault::Closed.of(Kind::Request));

		let mut set = Set { request: RequestOrder { salt: 1, volume: 1, ..set.request }, ..set };
		set.app = Some(AppOrder { salt: 1, volume: 1, ..app_order() });
		set.dataset = Some(DatasetOrder { salt: 1, volume: 1, ..dataset_order() });
		set.resources[0].salt = 1;
		set.resources[0].volume = 1;
		assert_ok!(set.submit());
		refused(&set.sign(), OrderFault::UsedUp.of(Kind::Request));
		set.request.salt = 2;
		refused(&set.sign(), OrderFault::UsedUp.of(Kind::App));
		set.app.as_mut().expect("a full set").salt = 2;
		refused(&set.sign(), OrderFault::UsedUp.of(Kind::Dataset));
		set.dataset.as_mut().expect("a full set").salt = 2;
		refused(&set.sign(), because(0, Ineligible::OrderUsedUp));
	});
}

#[test]
fn mkt_19_signature_of_unknown_form_should_be_malformed_and_not_wrong() {
	build_and_execute(|| {
		let set = full();
		let good = set.sign();
		for bytes in [vec![], vec![1; 64], vec![1; 66], vec![9; 65]] {
			let bad = Authorization::Signature(bytes.try_into().expect("short"));
			let mut orders = good.clone();
			orders.request.authorization = bad.clone();
			refused(&orders, OrderFault::SignatureMalformed.of(Kind::Request));
			let mut orders = good.clone();
			orders.app.as_mut().expect("a full set").authorization = bad.clone();
			refused(&orders, OrderFault::SignatureMalformed.of(Kind::App));
			let mut orders = good.clone();
			orders.dataset.as_mut().expect("a full set").authorization = bad.clone();
			refused(&orders, OrderFault::SignatureMalformed.of(Kind::Dataset));
			let mut orders = good.clone();
			let Resource::Order(resource) = &mut orders.resources[0] else {
				panic!("it is an order");
			};
			resource.authorization = bad;
			refused(&orders, because(0, Ineligible::SignatureMalformed));
		}
		// Of the right form, and nobody's signature.
		let mut orders = good;
		let none = Authorization::Signature(vec![1; 65].try_into().expect("short"));
		orders.request.authorization = none;
		refused(&orders, OrderFault::NotAuthorized.of(Kind::Request));
	});
}

/// The checks of a dataset come in this order, whatever else is wrong later.
#[test]
fn mkt_22_dataset_should_be_checked_in_the_documented_order() {
	build_and_execute(|| {
		let mut set = full();
		let order = DatasetOrder {
			clients: only([STRANGER]),
			apps: Assets::Listed(listed([Hash::zero()])),
			providers: only([STRANGER]),
			..dataset_order()
		};
		let of = |order: &DatasetOrder| AnyOrder::Dataset(Box::new(order.clone()));
		set.dataset = Some(order.clone());
		let mut orders = set.sign();
		let authorization = sign(STRANGER, "something else");
		orders.dataset = Some(Signed { order: order.clone(), authorization });
		let close = |order, by| Market::close_order(signed(by), order, Authorization::OnChain);
		assert_ok!(close(of(&order), DATA_PUBLISHER));
		refused(&orders, OrderFault::Closed.of(Kind::Dataset));

		let mut order = DatasetOrder { salt: 1, ..order };
		let authorization = sign(STRANGER, "something else");
		orders.dataset = Some(Signed { order: order.clone(), authorization });
		refused(&orders, OrderFault::NotAuthorized.of(Kind::Dataset));
		let mut refuse = |order: &DatasetOrder, error| {
			orders.dataset = Some(signed_by(DATA_PUBLISHER, order.clone()));
			refused(&orders, error);
		};
		refuse(&order, AssetFault::RefusesOther.of(Part::Dataset));
		order.apps = Assets::Listed(listed([asset_hash(APP)]));
		refuse(&order, AssetFault::RefusesClient.of(Part::Dataset));
		order.clients = Accounts::Any;
		refuse(&order, because(0, Ineligible::NotAllowedByDataset));
		order.providers = Accounts::Any;
		set.dataset = Some(order);
		assert_ok!(set.submit());
	});
}

#[test]
fn mkt_23_other_terms_should_be_another_order_and_the_same_never_lock_twice() {
	build_and_execute(|| {
		let set = plain();
		alter(STASH, |it| it.free_slots = 9);
		let orders = set.sign();
		assert_ok!(submit(SOLVER, &orders));
		refused(&orders, OrderFault::UsedUp.of(Kind::Request));
		// Other terms under the same signature.
		let mut other = orders.clone();
		other.request.order.request.task.limits.gas -= 1;
		refused(&other, OrderFault::NotAuthorized.of(Kind::Request));
		assert_eq!(usable(CLIENT), ENDOWMENT - WAGE - UNIT);
	});
}

#[test]
fn mkt_26_buyers_should_not_be_paid_by_themselves() {
	build_and_execute(|| {
		let mut set = plain();
		for own in [STASH, OPERATOR] {
			set.request.client = account(own);
			refused(&set.sign(), because(0, Ineligible::SelfDeal));
		}
		set.request.client = account(CLIENT);
		for own in [STASH, OPERATOR] {
			set.request.sponsor = Some(account(own));
			refused(&set.sign(), because(0, Ineligible::SelfDeal));
		}
	});
}

#[test]
fn mkt_27_match_should_not_be_undone_by_closing_its_orders() {
	build_and_execute(|| {
		let set = plain();
		assert_ok!(set.submit());
		let paid = usable(CLIENT);
		assert_ok!(Market::close_order(signed(CLIENT), any(&set.request), Authorization::OnChain));
		assert_eq!((usable(CLIENT), Ledger::opened().len()), (paid, 1));
	});
}

#[test]
fn tampered_order_should_be_refused_whatever_was_changed() {
	build_and_execute(|| {
		let set = full();
		let good = set.sign();
		let request = |change: fn(&mut RequestOrder)| {
			let mut orders = good.clone();
			change(&mut orders.request.order);
			refused(&orders, OrderFault::NotAuthorized.of(Kind::Request));
		};
		request(|it| it.volume = 2);
		request(|it| it.max_app_price += 1);
		request(|it| it.request.max_price.base += 1);
		request(|it| it.request.valid_until += 1);
		request(|it| it.request.task.seed = Hash::repeat_byte(1));
		request(|it| it.beneficiary = Some(account(STRANGER)));
		request(|it| it.tip = 1);
		request(|it| it.client = account(STRANGER));
		let resource = |change: fn(&mut ResourceOrder)| {
			let mut orders = good.clone();
			let Resource::Order(signed) = &mut orders.resources[0] else {
				panic!("it is an order");
			};
			change(&mut signed.order);
			refused(&orders, because(0, Ineligible::NotAuthorized));
		};
		resource(|it| it.terms.price.base -= 1);
		resource(|it| it.volume += 1);
		resource(|it| it.salt += 1);
		let mut orders = good.clone();
		orders.app.as_mut().expect("a full set").order.price -= 1;
		refused(&orders, OrderFault::NotAuthorized.of(Kind::App));
		let mut orders = good.clone();
		orders.dataset.as_mut().expect("a full set").order.volume += 1;
		refused(&orders, OrderFault::NotAuthorized.of(Kind::Dataset));
	});
}

#[test]
fn order_of_another_network_should_be_refused() {
	build_and_execute(|| {
		let set = plain();
		let mut orders = set.sign();
		let elsewhere = set.request.text(&Hash::repeat_byte(0xee));
		orders.request.authorization = sign(CLIENT, &elsewhere);
		refused(&orders, OrderFault::NotAuthorized.of(Kind::Request));
	});
}

/// The set with other ends: of its request, its resource, its app and its dataset.
fn until(set: &Set, [request, resource, app, dataset]: [BlockNumber; 4]) -> Match {
	let mut set = set.clone();
	set.request.request.valid_until = request;
	set.resources[0].terms.valid_until = resource;
	set.app.as_mut().expect("a full set").valid_until = app;
	set.dataset.as_mut().expect("a full set").valid_until = dataset;
	set.sign()
}

#[test]
fn expired_orders_should_be_refused_each_for_itself() {
	build_and_execute(|| {
		let set = full();
		let last = 12;
		System::set_block_number(last + 1);
		refused(&until(&set, [last, last, last, last]), OrderFault::Expired.of(Kind::Request));
		refused(&until(&set, [last + 1, last, last, last]), OrderFault::Expired.of(Kind::App));
		refused(
			&until(&set, [last + 1, last, last + 1, last]),
			OrderFault::Expired.of(Kind::Dataset),
		);
		refused(
			&until(&set, [last + 1, last, last + 1, last + 1]),
			because(0, Ineligible::OfferExpired),
		);
		assert_ok!(submit(SOLVER, &until(&set, [last + 1, last + 1, last + 1, last + 1])));
	});
}

#[test]
fn orders_should_not_be_valid_for_longer_than_they_are_remembered() {
	build_and_execute(|| {
		let set = full();
		let last = 1 + MAX_LIFE;
		refused(
			&until(&set, [last + 1, last, last, last]),
			OrderFault::LifeTooLong.of(Kind::Request),
		);
		refused(
			&until(&set, [last, last + 1, last, last]),
			because(0, Ineligible::OrderLifeTooLong),
		);
		refused(&until(&set, [last, last, last + 1, last]), OrderFault::LifeTooLong.of(Kind::App));
		refused(
			&until(&set, [last, last, last, u32::MAX]),
			OrderFault::LifeTooLong.of(Kind::Dataset),
		);
		assert_ok!(submit(SOLVER, &until(&set, [last, last, last, last])));
	});
}

#[test]
fn restrictions_should_hold_in_both_directions() {
	build_and_execute(|| {
		let set = full();
		let refuse = |change: fn(&mut Set), error| {
			let mut set = set.clone();
			change(&mut set);
			refused(&set.sign(), error);
		};
		fn app(set: &mut Set) -> &mut AppOrder {
			set.app.as_mut().expect("a full set")
		}
		refuse(|it| it.request.providers = only([STASH + 1]), because(0, Ineligible::NotWanted));
		refuse(|it| it.request.providers = only([]), because(0, Ineligible::NotWanted));
		refuse(
			|it| it.resources[0].clients = only([STRANGER]),
			because(0, Ineligible::ClientNotServed),
		);
		let none = |it: &mut Set| it.resources[0].apps = Assets::Listed(listed([Hash::zero()]));
		refuse(none, because(0, Ineligible::AppNotServed));
		let none = |it: &mut Set| it.resources[0].datasets = Assets::Listed(listed([Hash::zero()]));
		refuse(none, because(0, Ineligible::DatasetNotServed));
		refuse(|it| app(it).clients = only([STRANGER]), AssetFault::RefusesClient.of(Part::App));
		refuse(|it| app(it).providers = only([STRANGER]), because(0, Ineligible::NotAllowedByApp));
		let none = |it: &mut Set| app(it).datasets = Assets::Listed(listed([Hash::zero()]));
		refuse(none, AssetFault::RefusesOther.of(Part::App));
		refuse(
			|it| app(it).clients = Accounts::Group(group(3)),
			AssetFault::RefusesClient.of(Part::App),
		);

		let mut exact = set.clone();
		exact.request.providers = only([STASH]);
		exact.resources[0].clients = only([CLIENT]);
		exact.resources[0].apps = Assets::Listed(listed([asset_hash(APP)]));
		exact.resources[0].datasets = Assets::Listed(listed([asset_hash(DATASET)]));
		app(&mut exact).datasets = Assets::Listed(listed([asset_hash(DATASET)]));
		assert_ok!(exact.submit());
	});
}

#[test]
fn restriction_to_assets_should_exclude_programs_and_inputs_of_the_clients_own() {
	build_and_execute(|| {
		let mut set = plain();
		set.resources[0].apps = Assets::Listed(listed([asset_hash(APP)]));
		refused(&set.sign(), because(0, Ineligible::AppNotServed));
		set.resources[0].apps = Assets::Any;
		set.resources[0].datasets = Assets::OwnedByGroup(group(0));
		refused(&set.sign(), because(0, Ineligible::DatasetNotServed));
	});
}

#[test]
fn groups_should_restrict_by_their_members_at_the_match() {
	build_and_execute(|| {
		let mut set = full();
		let change = |id: u8| vec![account(id)].try_into().expect("one");
		assert_ok!(Groups::create_group(signed(STRANGER), 0));
		assert_ok!(Groups::create_group(signed(STRANGER), 1));
		set.app.as_mut().expect("a full set").clients = Accounts::Group(group(0));
		set.resources[0].apps = Assets::OwnedByGroup(group(1));
		refused(&set.sign(), AssetFault::RefusesClient.of(Part::App));
		assert_ok!(Groups::add_members(signed(STRANGER), 0, change(CLIENT)));
		refused(&set.sign(), because(0, Ineligible::AppNotServed));
		assert_ok!(Groups::add_members(signed(STRANGER), 1, change(PUBLISHER)));
		set.request.volume = 2;
		assert_ok!(set.submit());
		assert_ok!(Groups::remove_members(signed(STRANGER), 0, change(CLIENT)));
		refused(&set.sign(), AssetFault::RefusesClient.of(Part::App));
	});
}

#[test]
fn suspended_assets_should_be_refused_each_for_itself() {
	build_and_execute(|| {
		let set = full();
		assert_ok!(Register::suspend_asset(signed(DATA_PUBLISHER), DATASET, asset_hash(DATASET)));
		refused(&set.sign(), AssetFault::Suspended.of(Part::Dataset));
		assert_ok!(Register::suspend_asset(RuntimeOrigin::root(), APP, asset_hash(APP)));
		refused(&set.sign(), AssetFault::Suspended.of(Part::App));
	});
}

/// Else who wants a publisher's bond would have its program begin with too little.
#[test]
fn app_should_not_be_used_with_less_than_it_says_that_it_needs() {
	build_and_execute(|| {
		bond(PUBLISHER);
		let limits = request().task.limits;
		let (gas, memory_pages) = (limits.gas, limits.memory_pages);
		let mut set = plain();
		let mut refused_with = |needs: Needs, refusal: Option<Refusal>| {
			let app = pallet_register::NextAssetId::<Test>::get();
			let (profile, by) = (Profile::BASE.id(), signed(PUBLISHER));
			assert_ok!(Register::register_app(by, module(), profile, 0, needs, None));
			(set.request.app, set.request.max_app_price) = (Some(app), 5 * MILLI);
			set.app = Some(AppOrder { app, ..app_order() });
			match refusal {
				Some(refusal) => refused(&set.sign(), refusal),
				None => {
					assert_ok!(set.submit());
				},
			}
		};
		let needs = Needs { memory_pages, gas, stack: Profile::BASE.stack.slots };
		let too_much =
			[Needs { memory_pages: memory_pages + 1, ..needs }, Needs { gas: gas + 1, ..needs }];
		for needs in too_much {
			refused_with(needs, Some(Refusal::AppNeedsMore));
		}
		refused_with(needs, None);
		let needs = Needs { stack: needs.stack + 1, ..needs };
		let profile = Profile::BASE.id();
		assert_noop!(
			Register::register_app(signed(PUBLISHER), module(), profile, 0, needs, None),
			pallet_register::Error::<Test>::NeedsAboveProfile
		);
	});
}

#[test]
fn publishers_should_have_the_bond_that_the_request_wants() {
	build_and_execute(|| {
		let mut set = full();
		set.request.min_publisher_bond = MIN_BOND + 1;
		refused(&set.sign(), AssetFault::BondTooSmall.of(Part::App));
		assert_ok!(Register::bond_more(signed(PUBLISHER), 1));
		refused(&set.sign(), AssetFault::BondTooSmall.of(Part::Dataset));
		assert_ok!(Register::bond_more(signed(DATA_PUBLISHER), 1));
		assert_ok!(set.submit());
	});
}

#[test]
fn orders_of_a_former_owner_should_be_void() {
	build_and_execute(|| {
		let mut set = full();
		set.request.volume = 3;
		let order = AnyOrder::App(Box::new(app_order()));
		assert_ok!(Market::presign(signed(PUBLISHER), order, Authorization::OnChain));
		let mut orders = set.sign();
		orders.app.as_mut().expect("a full set").authorization = Authorization::OnChain;
		alter(STASH, |it| it.free_slots = 9);
		assert_ok!(submit(SOLVER, &orders));
		bond(STRANGER);
		assert_ok!(Register::offer_asset(
			signed(PUBLISHER),
			APP,
			asset_hash(APP),
			Some(account(STRANGER))
		));
		assert_ok!(Register::accept_asset(signed(STRANGER), APP, asset_hash(APP)));
		refused(&orders, OrderFault::NotAuthorized.of(Kind::App));
		refused(&set.sign(), OrderFault::NotAuthorized.of(Kind::App));
		orders.app = Some(signed_by(STRANGER, app_order()));
		assert_ok!(submit(SOLVER, &orders));
		let sale = Ledger::opened()[1].app.clone().expect("it has an app");
		assert_eq!(sale.owner, account(STRANGER));
	});
}

#[test]
fn impossible_requests_should_be_refused_before_anything_else() {
	build_and_execute(|| {
		let set = plain();
		let refuse = |change: fn(&mut RequestOrder), error| {
			let mut set = set.clone();
			change(&mut set.request);
			let mut orders = set.sign();
			orders.request.authorization = Authorization::OnChain;
			refused(&orders, error);
		};
		refuse(|it| it.volume = 0, Refusal::RequestVolumeOutOfRange);
		refuse(|it| it.request.run_blocks = 0, Refusal::Request(RequestFault::RunTimeOutOfRange));
		refuse(
			|it| it.request.task.limits.gas = 0,
			Refusal::Request(RequestFault::GasLimitOutOfRange),
		);
		refuse(
			|it| it.request.task.limits.memory_pages = 0,
			Refusal::Request(RequestFault::MemoryLimitOutOfRange),
		);
		refuse(
			|it| it.request.task.limits.output_bytes = u64::MAX,
			Refusal::Request(RequestFault::OutputLimitOutOfRange),
		);
		let none = |it: &mut RequestOrder| {
			it.request.policy = Policy::Quorum { replicas: 1, required: 2 };
		};
		refuse(none, Refusal::Request(RequestFault::Policy(PolicyFault::RequiredAboveReplicas)));
		let most = |it: &mut RequestOrder| {
			it.request.max_price = Price { base: Balance::MAX, per_mgas: 1 };
		};
		refuse(most, Refusal::TipTooHigh);
	});
}

#[test]
fn candidates_should_be_as_many_as_policy_and_request_want() {
	build_and_execute(|| {
		let mut set = plain();
		set.request.min_candidates = 2;
		refused(&set.sign(), Refusal::NotEnoughCandidates);
		set.request.min_candidates = 0;
		set.request.request.policy = Policy::Quorum { replicas: 2, required: 2 };
		refused(&set.sign(), Refusal::NotEnoughCandidates);
		set.resources.push(ResourceOrder { salt: 1, ..set.resources[0].clone() });
		refused(&set.sign(), because(1, Ineligible::DuplicateProvider));
		set.resources[1] = resource_order(1);
		assert_ok!(set.submit());
	});
}

#[test]
fn reason_should_not_depend_on_the_order_of_resources() {
	build_and_execute(|| {
		let mut set = plain();
		set.resources.push(resource_order(1));
		set.resources[0].clients = only([]);
		set.resources[1].terms.price.base += 1;
		refused(&set.sign(), because(1, Ineligible::BasePriceAboveCeiling));
		set.resources.reverse();
		refused(&set.sign(), because(0, Ineligible::BasePriceAboveCeiling));
	});
}

#[test]
fn asset_should_be_of_no_use_when_its_bond_was_slashed_below_the_least() {
	build_and_execute(|| {
		let set = full();
		let sale =
			AssetSale { asset: module().hash, owner: account(PUBLISHER), price: 0, liability: 0 };
		assert_eq!(Register::slash_bond(&sale, 1, &[]).amount, 1);
		refused(&set.sign(), AssetFault::BondTooSmall.of(Part::App));
		assert_ok!(Register::bond_more(signed(PUBLISHER), 1));
		assert_ok!(set.submit());
	});
}
