//! The register of apps and datasets.

use super::*;

fn asset(id: AssetId) -> Asset {
	Assets::<Test>::get(id).expect("registered")
}

fn bonded_app() -> AssetId {
	bond(PUBLISHER);
	register_app(3, None)
}

#[test]
fn register_app_should_store_what_it_is_on_a_deposit() {
	build_and_execute(|| {
		let id = bonded_app();
		let expected = Asset {
			kind: AssetKind::App(Profile::BASE.id()),
			owner: account(PUBLISHER),
			heir: None,
			content: module(),
			needs: Needs::default(),
			tags: 3,
			terms: None,
			state: AssetState::Active,
			public_good: false,
			deposit: ASSET_DEPOSIT,
		};
		assert_eq!(asset(id), expected);
		let event = Event::AssetRegistered {
			asset: id,
			owner: account(PUBLISHER),
			kind: AssetKind::App(Profile::BASE.id()),
			content: module(),
		};
		assert_eq!(last_event(), event);
		assert_eq!(held(PUBLISHER), MIN_BOND + ASSET_DEPOSIT);
		assert_eq!(Publishers::<Test>::get(account(PUBLISHER)).map(|it| it.assets), Some(1));
	});
}

#[test]
fn register_should_be_refused_without_a_bond_or_content() {
	build_and_execute(|| {
		let register = |size| {
			let content = ContentRef { size, ..module() };
			Pallet::<Test>::register_dataset(signed(PUBLISHER), content, 0, None)
		};
		assert_noop!(register(1), refused(BondFault::NotRegistered));
		assert_ok!(Pallet::<Test>::bond_more(signed(PUBLISHER), MIN_BOND - 1));
		assert_noop!(register(1), refused(BondFault::BelowMinimum));
		assert_ok!(Pallet::<Test>::bond_more(signed(PUBLISHER), 1));
		assert_noop!(register(0), Error::<Test>::ContentOutOfRange);
		assert_noop!(register(u64::MAX), Error::<Test>::ContentOutOfRange);
		assert_ok!(register(1));
		assert_eq!(asset(0).kind, AssetKind::Dataset);
	});
}

#[test]
fn transfer_should_take_both_owners_consent_and_move_the_deposit() {
	build_and_execute(|| {
		let id = bonded_app();
		let accept = || Pallet::<Test>::accept_asset(signed(STRANGER), id, asset_hash(id));
		assert_noop!(accept(), Error::<Test>::NotHeir);
		let offer = |heir: Option<u8>| {
			Pallet::<Test>::offer_asset(signed(PUBLISHER), id, asset_hash(id), heir.map(account))
		};
		assert_noop!(offer(Some(PUBLISHER)), Error::<Test>::AlreadyOwner);
		assert_ok!(offer(Some(STRANGER)));
		assert_noop!(accept(), refused(BondFault::NotRegistered));
		assert_ok!(offer(None));
		bond(STRANGER);
		assert_noop!(accept(), Error::<Test>::NotHeir);
		assert_ok!(offer(Some(STRANGER)));
		assert_ok!(accept());
		let (old, new) = (account(PUBLISHER), account(STRANGER));
		assert_eq!(last_event(), Event::AssetTransferred { asset: id, old, new });
		assert_eq!((asset(id).owner, asset(id).heir), (account(STRANGER), None));
		assert_eq!((held(PUBLISHER), held(STRANGER)), (MIN_BOND, MIN_BOND + ASSET_DEPOSIT));
		assert_noop!(offer(Some(CLIENT)), Error::<Test>::NotAssetOwner);
	});
}

/// On another fork the number is another asset, that the same account owns or is offered too.
#[test]
fn asset_should_be_changed_only_when_it_is_the_one_that_is_named() {
	build_and_execute(|| {
		let id = bonded_app();
		bond(STRANGER);
		let (heir, asset_hash) = (Some(account(STRANGER)), asset_hash(id));
		assert_ok!(Pallet::<Test>::offer_asset(signed(PUBLISHER), id, asset_hash, heir.clone()));
		let content = ContentRef { size: module().size + 1, ..module() };
		for other in [
			Asset { content, ..asset(id) },
			Asset { needs: Needs { gas: 1, ..Needs::default() }, ..asset(id) },
			Asset { kind: AssetKind::Dataset, ..asset(id) },
			Asset { kind: AssetKind::App(Hash::zero()), ..asset(id) },
		] {
			let (owner, root, named) = (signed(PUBLISHER), RuntimeOrigin::root, other.hash());
			let refused = [
				Pallet::<Test>::set_asset_terms(owner.clone(), id, named, None),
				Pallet::<Test>::offer_asset(owner.clone(), id, named, None),
				Pallet::<Test>::accept_asset(signed(STRANGER), id, named),
				Pallet::<Test>::suspend_asset(owner.clone(), id, named),
				Pallet::<Test>::suspend_asset(root(), id, named),
				Pallet::<Test>::resume_asset(owner.clone(), id, named),
				Pallet::<Test>::deregister_asset(owner, id, named),
				Pallet::<Test>::set_public_good(root(), id, named, true),
			];
			for result in refused {
				assert_noop!(result, Error::<Test>::AssetMismatch);
			}
		}
		assert_ok!(Pallet::<Test>::accept_asset(signed(STRANGER), id, asset_hash));
	});
}

#[test]
fn suspension_should_be_undone_by_its_author_or_above() {
	build_and_execute(|| {
		let id = bonded_app();
		let suspend = |origin| Pallet::<Test>::suspend_asset(origin, id, asset_hash(id));
		let resume = |origin| Pallet::<Test>::resume_asset(origin, id, asset_hash(id));
		assert_noop!(suspend(signed(STRANGER)), Error::<Test>::NotAssetOwner);
		assert_noop!(resume(signed(PUBLISHER)), Error::<Test>::AssetActive);
		assert_ok!(suspend(signed(PUBLISHER)));
		assert_eq!(last_event(), Event::AssetSuspended { asset: id, banned: false });
		assert_noop!(suspend(signed(PUBLISHER)), Error::<Test>::AssetSuspended);
		assert_noop!(resume(signed(STRANGER)), Error::<Test>::NotAssetOwner);
		assert_ok!(resume(signed(PUBLISHER)));
		assert_ok!(suspend(signed(PUBLISHER)));
		assert_ok!(suspend(RuntimeOrigin::root()));
		assert_eq!(asset(id).state, AssetState::Banned);
		assert_noop!(resume(signed(PUBLISHER)), Error::<Test>::AssetBanned);
		assert_noop!(suspend(RuntimeOrigin::root()), Error::<Test>::AssetBanned);
		assert_noop!(suspend(signed(PUBLISHER)), Error::<Test>::AssetBanned);
		let heir = Some(account(STRANGER));
		assert_noop!(
			Pallet::<Test>::offer_asset(signed(PUBLISHER), id, asset_hash(id), heir),
			Error::<Test>::AssetBanned
		);
		assert_ok!(resume(RuntimeOrigin::root()));
		assert_eq!(last_event(), Event::AssetResumed { asset: id });
	});
}

#[test]
fn banned_asset_should_not_be_accepted_any_more() {
	build_and_execute(|| {
		let id = bonded_app();
		bond(STRANGER);
		assert_ok!(Pallet::<Test>::offer_asset(
			signed(PUBLISHER),
			id,
			asset_hash(id),
			Some(account(STRANGER))
		));
		assert_ok!(Pallet::<Test>::suspend_asset(RuntimeOrigin::root(), id, asset_hash(id)));
		assert_noop!(
			Pallet::<Test>::accept_asset(signed(STRANGER), id, asset_hash(id)),
			Error::<Test>::AssetBanned
		);
	});
}

#[test]
fn terms_should_be_changed_by_the_owner() {
	build_and_execute(|| {
		let id = bonded_app();
		let terms = AssetTerms {
			price: 5,
			liability: 6,
			clients: Accounts::Any,
			providers: Accounts::Any,
			mediators: Default::default(),
		};
		let set = |by| {
			Pallet::<Test>::set_asset_terms(signed(by), id, asset_hash(id), Some(terms.clone()))
		};
		assert_noop!(set(STRANGER), Error::<Test>::NotAssetOwner);
		assert_ok!(set(PUBLISHER));
		let expected = Event::AssetTermsChanged { asset: id, old: None, new: Some(terms.clone()) };
		assert_eq!(last_event(), expected);
		assert_eq!(asset(id).terms, Some(terms));
	});
}

#[test]
fn deregister_should_return_the_deposit_and_keep_the_bond() {
	build_and_execute(|| {
		let id = bonded_app();
		let deregister = |by| Pallet::<Test>::deregister_asset(signed(by), id, asset_hash(id));
		assert_noop!(deregister(STRANGER), Error::<Test>::NotAssetOwner);
		assert_ok!(deregister(PUBLISHER));
		let owner = account(PUBLISHER);
		assert_eq!(last_event(), Event::AssetDeregistered { asset: id, owner });
		assert_eq!(held(PUBLISHER), MIN_BOND);
		assert_noop!(deregister(PUBLISHER), Error::<Test>::AssetNotFound);
		assert_eq!(register_app(0, None), id + 1, "numbers are never used again");
	});
}

#[test]
fn public_good_should_be_marked_by_governance_only() {
	build_and_execute(|| {
		let id = bonded_app();
		let mark = |origin| Pallet::<Test>::set_public_good(origin, id, asset_hash(id), true);
		assert_noop!(mark(signed(PUBLISHER)), DispatchError::BadOrigin);
		assert_ok!(mark(RuntimeOrigin::root()));
		assert_eq!(last_event(), Event::PublicGoodSet { asset: id, public_good: true });
		assert!(asset(id).public_good);
		let unknown =
			Pallet::<Test>::set_public_good(RuntimeOrigin::root(), 9, asset_hash(9), true);
		assert_eq!(unknown, Err(Error::<Test>::AssetNotFound.into()));
	});
}

#[test]
fn assets_should_be_listed_in_pages() {
	build_and_execute(|| {
		let first = bonded_app();
		bond(DATA_PUBLISHER);
		let second = register_dataset(0, None);
		let whole = Pallet::<Test>::assets(None, 10);
		let mut numbers: Vec<_> = whole.items.iter().map(|(id, _)| *id).collect();
		numbers.sort_unstable();
		assert_eq!((numbers, whole.next), (vec![first, second], None));
		let half = Pallet::<Test>::assets(None, 1);
		let rest = Pallet::<Test>::assets(half.next, 10);
		assert_eq!([half.items, rest.items].concat(), whole.items);
		assert_eq!(Pallet::<Test>::asset(second), Some(asset(second)));
		assert_eq!(Pallet::<Test>::asset(9), None);
	});
}
