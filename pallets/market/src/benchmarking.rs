//! Benchmarks, each of the most expensive path of its call.

use crate::{Call, Config, Offers, Orders, Pallet};
use alloc::{boxed::Box, vec::Vec};
use assay_primitives::{
	AccountId, BlockNumber, Hash, MICRO, Signature,
	content::ContentRef,
	judges::{MAX_MEDIATORS, Mediators, Named},
	order::{
		Accounts, AnyOrder, AppOrder, AssetId, AssetKind, Assets as AssetSet, Authorization,
		DatasetOrder, GroupId, MAX_PRUNED, Match, Order, RequestOrder, Resource, ResourceOrder,
		Signed, close_text, sponsorship_text,
	},
	policy::{MAX_CANDIDATES, Policy},
	price::Price,
	profile::Profile,
	request::{MAX_HINT_BYTES, MAX_HINTS, OfferId, Request, Terms},
	task::{Args, Input, Limits, MAX_ARG_BYTES, MAX_ARGS_BYTES, TaskSpec},
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::BoundedVec,
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
	/// An asset of an account that has money, with a bond that is large enough, and terms of the
	/// register that are as long as they can be.
	fn asset(owner: &AccountId, kind: AssetKind, content: ContentRef) -> AssetId;
	/// A new group with these members, [`MAX_MEMBERS_CHANGED`] at most.
	///
	/// [`MAX_MEMBERS_CHANGED`]: assay_primitives::order::MAX_MEMBERS_CHANGED
	fn group(members: &[AccountId]) -> GroupId;
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

/// The longest one: every order is hashed as a whole.
fn request() -> Request {
	let args = alloc::vec![alloc::vec![b'a'; MAX_ARG_BYTES as usize]; MAX_ARGS_BYTES / MAX_ARG_BYTES as usize];
	let hint = BoundedVec::truncate_from(alloc::vec![b'a'; MAX_HINT_BYTES as usize]);
	Request {
		task: TaskSpec {
			module: ContentRef { hash: Hash::repeat_byte(1), size: 1_000 },
			profile: Profile::BASE.id(),
			args: TaskSpec::bounded_args(args).expect("each has the greatest length"),
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
	Pallet::<T>::do_place_offer(operator.clone(), terms(), mediators())
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
}

fn content(byte: u8) -> ContentRef {
	ContentRef { hash: Hash::repeat_byte(byte), size: 1_000 }
}

fn request_order<T: Config>(client: &Party) -> RequestOrder {
	RequestOrder {
		max_app_price: 1,
		max_dataset_price: 1,
		..RequestOrder::plain(client.account.clone(), request())
	}
}

fn mediators() -> Mediators {
	let accounts = (0..MAX_MEDIATORS as u8).map(|byte| AccountId::new([byte; 32]));
	Mediators { public: true, named: Named::truncate_from(accounts.collect()) }
}

/// A match of all kinds of orders, all restrictions by groups, with `resources` resources.
fn full_match<T: Config>(resources: u32) -> Match {
	let client = Party::new::<T>();
	let sponsor = Party::new::<T>();
	let (publisher, reader) = (Party::new::<T>(), Party::new::<T>());
	let app_kind = AssetKind::App(Profile::BASE.id());
	let app = T::BenchmarkHelper::asset(&publisher.account, app_kind, content(1));
	let dataset = T::BenchmarkHelper::asset(&reader.account, AssetKind::Dataset, content(2));
	let group_of = |member: &AccountId| T::BenchmarkHelper::group(&[member.clone()]);
	let clients = Accounts::Group(group_of(&client.account));
	let apps = AssetSet::OwnedByGroup(group_of(&publisher.account));
	let datasets = AssetSet::OwnedByGroup(group_of(&reader.account));
	let operators: Vec<_> = (0..resources).map(|_| Party::new::<T>()).collect();
	let stashes: Vec<_> = (0..)
		.zip(&operators)
		.map(|(index, it)| T::BenchmarkHelper::provider_operated_by(index, &it.account))
		.collect();
	let group = || Accounts::Group(T::BenchmarkHelper::group(&stashes));
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
		liability: 1,
		volume: 1,
		clients: clients.clone(),
		datasets: datasets.clone(),
		providers: group(),
		mediators: mediators(),
		valid_until: LAST_BLOCK,
		salt: 0,
	};
	let dataset_order = DatasetOrder {
		dataset,
		content: content(2),
		price: 1,
		liability: 1,
		volume: 1,
		clients: clients.clone(),
		apps: apps.clone(),
		providers: group(),
		mediators: mediators(),
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
	fn place_offer() {
		let (_, operator) = T::BenchmarkHelper::provider(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), terms(), mediators());
		assert_eq!(Offers::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn update_offer() {
		let (id, operator) = offer::<T>(0);
		let new = Terms { min_run_blocks: 0, ..terms() };
		#[extrinsic_call]
		_(RawOrigin::Signed(operator), id, terms().hash(), new, mediators());
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
