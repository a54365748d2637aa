//! Benchmarks, each of the most expensive path of its call.

use crate::{
	Assets, BoardPlaces, Call, Config, Groups, Members, NextAssetId, NextGroupId, Offers, Orders,
	Pallet, Publishers,
};
use alloc::{boxed::Box, vec::Vec};
use assay_primitives::{
	AccountId, BlockNumber, Hash, MICRO, Signature,
	content::ContentRef,
	order::{
		Accounts, AnyOrder, AppOrder, AssetId, AssetKind, AssetState, AssetTerms,
		Assets as AssetSet, Authorization, DatasetOrder, GroupId, MAX_LISTED, MAX_MEDIATORS,
		MAX_MEMBERS_CHANGED, MAX_PRUNED, Match, Mediators, Order, RequestOrder, Resource,
		ResourceOrder, Signed, close_text, sponsorship_text,
	},
	policy::{MAX_CANDIDATES, Policy},
	price::Price,
	profile::Profile,
	request::{MAX_HINT_BYTES, MAX_HINTS, OfferId, Request, Terms},
	task::{Args, Input, Limits, TaskSpec},
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{
		BoundedVec,
		traits::{EnsureOrigin, Get},
	},
	frame_system::{Pallet as System, RawOrigin},
	sp_core::{crypto::KeyTypeId, sr25519},
	sp_io,
};

/// What benchmarks need of the other pallets.
pub trait BenchmarkHelper {
	/// Provider number `index`, registered with a large bond, its capacity as large as the type
	/// allows, executing [`Profile::BASE`], with an operator that has accepted and money for
	/// deposits. Returns its stash and its operator.
	fn provider(index: u32) -> (AccountId, AccountId);
	/// The same with an operator that is given. Returns its stash.
	fn provider_operated_by(index: u32, operator: &AccountId) -> AccountId;
	/// Gives an account money for deposits, bonds and deals.
	fn fund(who: &AccountId);
	/// An account that can pay for any deal of a benchmark.
	fn client() -> AccountId;
}

const LAST_BLOCK: BlockNumber = 1_000;

fn terms() -> Terms {
	Terms {
		profile: Profile::BASE.id(),
		price: Price { base: MICRO, per_mgas: MICRO },
		max_gas: 1_000_000,
		max_memory_pages: 16,
		min_run_blocks: 1,
		valid_until: LAST_BLOCK,
	}
}

fn request() -> Request {
	let hint = BoundedVec::truncate_from(alloc::vec![b'a'; MAX_HINT_BYTES as usize]);
	Request {
		task: TaskSpec {
			module: ContentRef { hash: Hash::repeat_byte(1), size: 1_000 },
			profile: Profile::BASE.id(),
			args: Args::default(),
			env: Args::default(),
			input: Input::None,
			seed: Hash::zero(),
			limits: Limits { gas: 1_000_000, memory_pages: 16, output_bytes: 1_000 },
		},
		policy: Policy::Quorum { replicas: 1, required: 1 },
		canary: false,
		max_price: Price { base: MICRO, per_mgas: MICRO },
		run_blocks: 1,
		tags: 0,
		valid_until: LAST_BLOCK,
		hints: BoundedVec::truncate_from(alloc::vec![hint; MAX_HINTS as usize]),
	}
}

/// Lets provider number `index` place an offer. Returns its number and its operator.
fn offer<T: Config>(index: u32) -> (OfferId, AccountId) {
	let (_, operator) = T::BenchmarkHelper::provider(index);
	let id = crate::NextOfferId::<T>::get();
	Pallet::<T>::do_place_offer(operator.clone(), terms())
		.expect("the provider is registered and the terms valid");
	(id, operator)
}

const KEYS: KeyTypeId = KeyTypeId(*b"benc");

/// A party with a key of its own.
struct Party {
	key: sr25519::Public,
	account: AccountId,
}

impl Party {
	fn new<T: Config>() -> Self {
		let key = sp_io::crypto::sr25519_generate(KEYS, None);
		let account = AccountId::from(key);
		T::BenchmarkHelper::fund(&account);
		Self { key, account }
	}

	/// A signature over the bare text, which is tried after the wrapped one.
	fn sign(&self, text: &str) -> Authorization {
		let signature = sp_io::crypto::sr25519_sign(KEYS, &self.key, text.as_bytes());
		Signature::Sr25519(signature.expect("the key is in the store")).into()
	}

	fn signed<T: Config, O: Order>(&self, order: O) -> Signed<O> {
		let authorization = self.sign(&order.text(&Pallet::<T>::genesis_hash()));
		Signed { order, authorization }
	}

	/// Makes it a publisher.
	fn bonded<T: Config>(self) -> Self {
		Pallet::<T>::do_bond_publisher(self.account.clone(), T::MinPublisherBond::get())
			.expect("the account is rich");
		self
	}
}

/// A group with a member.
fn group_of<T: Config>(member: &AccountId) -> GroupId {
	let id = NextGroupId::<T>::get();
	let owner = T::BenchmarkHelper::client();
	Pallet::<T>::do_create_group(owner.clone()).expect("the owner is rich");
	let members = BoundedVec::truncate_from(alloc::vec![member.clone()]);
	Pallet::<T>::do_add_members(owner, id, members).expect("the owner is rich");
	id
}

/// Members as a call takes them, of which none is a member yet.
fn members(count: u32) -> crate::MembersChange {
	let members = (0..count).map(|index| {
		let mut bytes = [0xb0; 32];
		bytes[..4].copy_from_slice(&index.to_le_bytes());
		AccountId::new(bytes)
	});
	BoundedVec::truncate_from(members.collect::<Vec<_>>())
}

/// Terms as long as they can be.
fn asset_terms() -> Option<AssetTerms> {
	let list = || {
		let account = AccountId::new([0xaa; 32]);
		let accounts = alloc::vec![account; MAX_LISTED as usize];
		Accounts::Listed(BoundedVec::truncate_from(accounts))
	};
	Some(AssetTerms { price: 1, clients: list(), providers: list() })
}

fn content(byte: u8) -> ContentRef {
	ContentRef { hash: Hash::repeat_byte(byte), size: 1_000 }
}

fn register<T: Config>(owner: &AccountId, kind: AssetKind, content: ContentRef) -> AssetId {
	let id = NextAssetId::<T>::get();
	Pallet::<T>::do_register_asset(owner.clone(), kind, content, 0, asset_terms())
		.expect("the owner is a publisher");
	id
}

fn app<T: Config>(owner: &AccountId) -> AssetId {
	register::<T>(owner, AssetKind::App(Profile::BASE.id()), content(1))
}

/// By which calls name an asset.
fn asset_hash<T: Config>(id: AssetId) -> Hash {
	Assets::<T>::get(id).expect("it is registered").hash()
}

fn request_order<T: Config>(client: &Party) -> RequestOrder {
	RequestOrder {
		client: client.account.clone(),
		request: request(),
		app: None,
		dataset: None,
		max_app_price: 1,
		max_dataset_price: 1,
		min_publisher_bond: 0,
		volume: 1,
		min_volume: 1,
		min_candidates: 1,
		providers: Accounts::Any,
		mediators: Mediators::default(),
		sponsor: None,
		beneficiary: None,
		tip: 0,
		salt: 0,
	}
}

fn mediators() -> Mediators {
	let accounts = (0..MAX_MEDIATORS as u8).map(|byte| AccountId::new([byte; 32]));
	BoundedVec::truncate_from(accounts.collect::<Vec<_>>())
}

/// A match of all kinds of orders, all restrictions by groups, with `resources` resources.
fn full_match<T: Config>(resources: u32) -> Match {
	let client = Party::new::<T>();
	let sponsor = Party::new::<T>();
	let publisher = Party::new::<T>().bonded::<T>();
	let reader = Party::new::<T>().bonded::<T>();
	let app = app::<T>(&publisher.account);
	let dataset = register::<T>(&reader.account, AssetKind::Dataset, content(2));
	let clients = Accounts::Group(group_of::<T>(&client.account));
	let apps = AssetSet::OwnedByGroup(group_of::<T>(&publisher.account));
	let datasets = AssetSet::OwnedByGroup(group_of::<T>(&reader.account));
	let operators: Vec<_> = (0..resources).map(|_| Party::new::<T>()).collect();
	let stashes: Vec<_> = (0..)
		.zip(&operators)
		.map(|(index, it)| T::BenchmarkHelper::provider_operated_by(index, &it.account))
		.collect();
	let owner = T::BenchmarkHelper::client();
	let group = || {
		let id = NextGroupId::<T>::get();
		let members = BoundedVec::truncate_from(stashes.clone());
		Pallet::<T>::do_create_group(owner.clone()).expect("the owner is rich");
		Pallet::<T>::do_add_members(owner.clone(), id, members).expect("the owner is rich");
		Accounts::Group(id)
	};
	let mut order = RequestOrder {
		app: Some(app),
		dataset: Some(dataset),
		sponsor: Some(sponsor.account.clone()),
		beneficiary: Some(publisher.account.clone()),
		providers: group(),
		mediators: mediators(),
		tip: 1,
		..request_order::<T>(&client)
	};
	order.request.task.input = Input::Blob(content(2));
	let app_order = AppOrder {
		app,
		content: content(1),
		price: 1,
		volume: 1,
		clients: clients.clone(),
		datasets: datasets.clone(),
		providers: group(),
		valid_until: LAST_BLOCK,
		salt: 0,
	};
	let dataset_order = DatasetOrder {
		dataset,
		content: content(2),
		price: 1,
		volume: 1,
		clients: clients.clone(),
		apps: apps.clone(),
		providers: group(),
		valid_until: LAST_BLOCK,
		salt: 0,
	};
	let resources = stashes.into_iter().zip(&operators).map(|(provider, operator)| {
		let order = ResourceOrder {
			provider,
			signer: operator.account.clone(),
			terms: terms(),
			volume: 1,
			clients: clients.clone(),
			apps: apps.clone(),
			datasets: datasets.clone(),
			mediators: mediators(),
			salt: 0,
		};
		Resource::Order(Box::new(operator.signed::<T, _>(order)))
	});
	let resources = BoundedVec::truncate_from(resources.collect::<Vec<_>>());
	let consent = sponsorship_text(&order, &Pallet::<T>::genesis_hash());
	Match {
		sponsor: Some(sponsor.sign(&consent)),
		request: client.signed::<T, _>(order),
		resources,
		app: Some(publisher.signed::<T, _>(app_order)),
		dataset: Some(reader.signed::<T, _>(dataset_order)),
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn presign() {
		let client = Party::new::<T>();
		let order = request_order::<T>(&client);
		let signed = client.signed::<T, _>(order.clone());
		let id = order.id(&Pallet::<T>::genesis_hash());
		let order = AnyOrder::Request(Box::new(order));
		let relay = T::BenchmarkHelper::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(relay), order, signed.authorization);
		assert!(Orders::<T>::contains_key(id));
	}

	#[benchmark]
	fn close_order() {
		// The signer that an order names is tried last.
		let signer = Party::new::<T>();
		let (provider, _) = T::BenchmarkHelper::provider(0);
		let order = ResourceOrder {
			provider,
			signer: signer.account.clone(),
			terms: terms(),
			volume: 1,
			clients: Accounts::Any,
			apps: AssetSet::Any,
			datasets: AssetSet::Any,
			mediators: mediators(),
			salt: 0,
		};
		let genesis = Pallet::<T>::genesis_hash();
		let order = AnyOrder::Resource(Box::new(order));
		let id = order.id(&genesis);
		let authorization = signer.sign(&close_text(order.kind(), &id, &genesis));
		let relay = T::BenchmarkHelper::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(relay), order, authorization);
		assert!(Orders::<T>::contains_key(id));
	}

	#[benchmark]
	fn prune_orders(o: Linear<1, MAX_PRUNED>) {
		let genesis = Pallet::<T>::genesis_hash();
		let ids: Vec<_> = (0..o)
			.map(|salt| {
				let client = Party::new::<T>();
				let salt = salt.into();
				let order = RequestOrder { salt, ..request_order::<T>(&client) };
				let id = order.id(&genesis);
				let order = AnyOrder::Request(Box::new(order));
				Pallet::<T>::do_presign(client.account.clone(), order, Authorization::OnChain)
					.expect("the client owns it and is rich");
				id
			})
			.collect();
		System::<T>::set_block_number((LAST_BLOCK + 1).into());
		let orders = BoundedVec::truncate_from(ids);
		#[extrinsic_call]
		_(RawOrigin::Signed(T::BenchmarkHelper::client()), orders);
		assert_eq!(Orders::<T>::iter().count(), 0);
	}

	#[benchmark]
	fn match_orders(r: Linear<1, MAX_CANDIDATES>) {
		let orders = Box::new(full_match::<T>(r));
		let solver = T::BenchmarkHelper::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(solver), orders);
		assert_eq!(Orders::<T>::iter().count(), 3 + r as usize);
	}

	#[benchmark]
	fn bond_publisher() {
		let who = Party::new::<T>().bonded::<T>().account;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1);
		let bond = Publishers::<T>::get(&who).map(|publisher| publisher.bond);
		assert_eq!(bond, Some(T::MinPublisherBond::get() + 1));
	}

	#[benchmark]
	fn unbond_publisher() {
		let who = Party::new::<T>().bonded::<T>().account;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1);
		assert!(Publishers::<T>::get(&who).is_some_and(|publisher| publisher.leaving.is_some()));
	}

	#[benchmark]
	fn withdraw_publisher_bond() {
		let who = Party::new::<T>().bonded::<T>().account;
		let all = T::MinPublisherBond::get();
		Pallet::<T>::do_unbond_publisher(who.clone(), all).expect("there are no assets");
		let end = Pallet::<T>::now() + T::PublisherUnbonding::get();
		System::<T>::set_block_number(end.into());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert_eq!(Publishers::<T>::get(&who), None);
	}

	#[benchmark]
	fn register_app() {
		let who = Party::new::<T>().bonded::<T>().account;
		let profile = Profile::BASE.id();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), content(1), profile, 0, asset_terms());
		assert_eq!(Assets::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn register_dataset() {
		let who = Party::new::<T>().bonded::<T>().account;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), content(1), 0, asset_terms());
		assert_eq!(Assets::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn set_asset_terms() {
		let who = Party::new::<T>().bonded::<T>().account;
		let id = app::<T>(&who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id), asset_terms());
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.terms), Some(asset_terms()));
	}

	#[benchmark]
	fn offer_asset() {
		let who = Party::new::<T>().bonded::<T>().account;
		let id = app::<T>(&who);
		let heir = Some(T::BenchmarkHelper::client());
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id), heir.clone());
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.heir), Some(heir));
	}

	#[benchmark]
	fn accept_asset() {
		let old = Party::new::<T>().bonded::<T>().account;
		let new = Party::new::<T>().bonded::<T>().account;
		let id = app::<T>(&old);
		Pallet::<T>::do_offer_asset(old, id, asset_hash::<T>(id), Some(new.clone()))
			.expect("it owns the asset");
		#[extrinsic_call]
		_(RawOrigin::Signed(new.clone()), id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.owner), Some(new));
	}

	#[benchmark]
	fn suspend_asset() -> Result<(), BenchmarkError> {
		let who = Party::new::<T>().bonded::<T>().account;
		let id = app::<T>(&who);
		let admin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		#[extrinsic_call]
		_(admin as T::RuntimeOrigin, id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.state), Some(AssetState::Banned));
		Ok(())
	}

	#[benchmark]
	fn resume_asset() {
		let who = Party::new::<T>().bonded::<T>().account;
		let id = app::<T>(&who);
		Assets::<T>::mutate(id, |asset| {
			asset.as_mut().expect("registered").state = AssetState::Suspended;
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id).map(|asset| asset.state), Some(AssetState::Active));
	}

	#[benchmark]
	fn deregister_asset() {
		let who = Party::new::<T>().bonded::<T>().account;
		let id = app::<T>(&who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, asset_hash::<T>(id));
		assert_eq!(Assets::<T>::get(id), None);
	}

	#[benchmark]
	fn set_public_good() -> Result<(), BenchmarkError> {
		let who = Party::new::<T>().bonded::<T>().account;
		let id = app::<T>(&who);
		let admin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		#[extrinsic_call]
		_(admin as T::RuntimeOrigin, id, asset_hash::<T>(id), true);
		assert!(Assets::<T>::get(id).is_some_and(|asset| asset.public_good));
		Ok(())
	}

	#[benchmark]
	fn create_group() {
		let owner = T::BenchmarkHelper::client();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner));
		assert_eq!(Groups::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn add_members(m: Linear<1, MAX_MEMBERS_CHANGED>) {
		let owner = T::BenchmarkHelper::client();
		Pallet::<T>::do_create_group(owner.clone()).expect("the owner is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), 0, members(m));
		assert_eq!(Members::<T>::iter().count(), m as usize);
	}

	#[benchmark]
	fn remove_members(m: Linear<1, MAX_MEMBERS_CHANGED>) {
		let owner = T::BenchmarkHelper::client();
		Pallet::<T>::do_create_group(owner.clone()).expect("the owner is rich");
		Pallet::<T>::do_add_members(owner.clone(), 0, members(m)).expect("the owner is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), 0, members(m));
		assert_eq!(Members::<T>::iter().count(), 0);
	}

	#[benchmark]
	fn dissolve_group() {
		let owner = T::BenchmarkHelper::client();
		Pallet::<T>::do_create_group(owner.clone()).expect("the owner is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), 0);
		assert_eq!(Groups::<T>::iter().count(), 0);
	}

	/// More places than before: money is held, and both entries are written.
	#[benchmark]
	fn set_board_places() {
		let who = T::BenchmarkHelper::client();
		Pallet::<T>::do_set_board_places(who.clone(), 1).expect("the account is rich");
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 2);
		assert_eq!(BoardPlaces::<T>::get(who).map(|places| places.count), Some(2));
	}

	#[benchmark]
	fn place_offer() {
		let (_, operator) = T::BenchmarkHelper::provider(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), terms());
		assert_eq!(Offers::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn update_offer() {
		let (id, operator) = offer::<T>(0);
		let new = Terms { min_run_blocks: 0, ..terms() };
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), id, terms().hash(), new);
		assert_eq!(Offers::<T>::get(id).map(|offer| offer.terms), Some(new));
	}

	#[benchmark]
	fn withdraw_offer() {
		let (id, _) = offer::<T>(0);
		let stash = Offers::<T>::get(id).expect("just placed").provider;
		#[extrinsic_call]
		_(RawOrigin::Signed(stash), id, terms().hash());
		assert_eq!(Offers::<T>::get(id), None);
	}

	#[benchmark]
	fn prune_offer() {
		let (id, _) = offer::<T>(0);
		System::<T>::set_block_number((LAST_BLOCK + 1).into());
		#[extrinsic_call]
		_(RawOrigin::Signed(T::BenchmarkHelper::client()), id);
		assert_eq!(Offers::<T>::get(id), None);
	}

	#[benchmark]
	fn submit(o: Linear<1, MAX_CANDIDATES>) {
		let client = T::BenchmarkHelper::client();
		let provider = |id| Offers::<T>::get(id).expect("just placed").provider;
		let offers = (0..o).map(|index| offer::<T>(index).0).map(|id| (id, provider(id)));
		let named = BoundedVec::truncate_from(offers.collect());
		let before = System::<T>::event_count();
		#[extrinsic_call]
		_(RawOrigin::Signed(client), alloc::boxed::Box::new(request()), named);
		assert!(System::<T>::event_count() > before);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
